import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { userFailure } from './problem.ts';
import { isAlive, processStart } from '../containers/process-start.ts';

/** What `.s3m/run.json` holds about the engine that runs in a project. */
export interface RunFile {
  readonly pid: number;
  /** Tells the process from a later one with the same number; empty where the system can't say. */
  readonly started: string;
  /** Path of the control socket. */
  readonly control: string;
}

/** The longest path that a Unix socket may have on every system. */
const longestSocketPath = 103;
/** How long a start waits for another one that clears away after an engine that was killed: it is done in a moment. */
const lockTimeoutMs = 10_000;

/** The engine that runs in the project, or undefined; a stale run file counts as none. */
export function readRunFile(stateDirectory: string): RunFile | undefined {
  const run = tryRead(join(stateDirectory, 'run.json'));
  return run !== undefined && isAlive(run.pid, run.started) ? run : undefined;
}

/**
 * Claims the project for this process. `stale` tells that an engine ended here without cleaning up.
 * @throws EngineFailure `AlreadyRunning` when another engine runs in the project.
 */
export function claimProject(stateDirectory: string): { readonly run: RunFile; readonly stale: boolean; release(): void } {
  mkdirSync(stateDirectory, { recursive: true, mode: 0o700 });
  const file = join(stateDirectory, 'run.json');
  const run: RunFile = { pid: process.pid, started: processStart(process.pid) ?? '', control: controlPath(stateDirectory) };
  let stale = false;
  // What is there whole is there at once: a file that can't be read is none that somebody is writing.
  while (!createWhole(file, `${JSON.stringify(run)}\n`)) stale = takeOver(stateDirectory, file) || stale;
  return {
    run,
    stale,
    release: () => {
      rmSync(run.control, { force: true });
      if (tryRead(file)?.pid === process.pid) rmSync(file, { force: true });
    },
  };
}

/**
 * Removes the run file of an engine that is gone. Of several processes that see it only one may: another could remove what the first has
 * written meanwhile. SQLite's lock holds between them, and ends with its process.
 * @throws EngineFailure `AlreadyRunning`
 */
function takeOver(stateDirectory: string, file: string): boolean {
  checkNobodyRuns(file);
  const lockFile = join(stateDirectory, 'claim.lock');
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  const lock = new DatabaseSync(lockFile, { timeout: lockTimeoutMs });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    const other = checkNobodyRuns(file);
    if (other !== undefined) rmSync(other.control, { force: true });
    const stale = existsSync(file);
    rmSync(file, { force: true });
    return stale;
  } finally {
    lock.close();
  }
}

/** What a run file says of an engine that is gone. @throws EngineFailure `AlreadyRunning` */
function checkNobodyRuns(file: string): RunFile | undefined {
  const other = tryRead(file);
  if (other === undefined || !isAlive(other.pid, other.started)) return other;
  throw userFailure(
    'AlreadyRunning',
    `S3M already runs in this project (process ${other.pid})`,
    `Use it (s3m ps), or stop it with Ctrl-C in its terminal or: kill ${other.pid}`,
  );
}

/** Creates a file that nobody else has created, with all of its content at once; whether it did. On a full disk none is left. */
function createWhole(file: string, content: string): boolean {
  const draft = `${file}.${process.pid}`;
  try {
    writeFileSync(draft, content, { mode: 0o600 });
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    if (!isCode(error, 'EPERM', 'ENOTSUP', 'ENOSYS')) throw error;
    return createInPlace(file, content);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** For disks that have no links. */
function createInPlace(file: string, content: string): boolean {
  try {
    writeFileSync(file, content, { mode: 0o600, flag: 'wx' });
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    rmSync(file, { force: true });
    throw error;
  }
}

function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

function controlPath(stateDirectory: string): string {
  const path = join(stateDirectory, 'control.sock');
  if (Buffer.byteLength(path) <= longestSocketPath) return path;
  const directory = join(tmpdir(), `s3m-${userInfo().uid}`);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return join(directory, `${createHash('sha256').update(stateDirectory).digest('hex').slice(0, 16)}.sock`);
}

function tryRead(file: string): RunFile | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isRunFile(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRunFile(value: unknown): value is RunFile {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    typeof value.pid === 'number' &&
    'started' in value &&
    typeof value.started === 'string' &&
    'control' in value &&
    typeof value.control === 'string'
  );
}

/** Writes a small file whole or not at all. */
export function writeState(stateDirectory: string, name: string, value: unknown): void {
  const file = join(stateDirectory, name);
  const draft = `${file}.${process.pid}`;
  try {
    writeFileSync(draft, `${JSON.stringify(value)}\n`, { mode: 0o600 });
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
