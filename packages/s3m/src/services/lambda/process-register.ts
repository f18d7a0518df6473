import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processStart } from '../../containers/process-start.ts';

/**
 * Notes in the state directory which processes run functions, so that the next start can end what an engine that was killed left behind.
 * Most end by themselves when the Runtime API is gone; one that is busy would not.
 */
export function registerProcess(stateDirectory: string, pid: number): () => void {
  const started = processStart(pid);
  if (started === undefined) return () => {};
  const file = join(folderIn(stateDirectory), String(pid));
  try {
    mkdirSync(folderIn(stateDirectory), { recursive: true });
    writeFileSync(file, started);
  } catch {
    // A full disk must not stop a function.
    return () => {};
  }
  return () => rmSync(file, { force: true });
}

/** Ends the noted processes that still run, with all that they started. Answers their ids. Does nothing outside Linux, where a reused id could not be told. */
export function endLeftProcesses(stateDirectory: string): number[] {
  const ended: number[] = [];
  for (const name of namesIn(folderIn(stateDirectory))) {
    const file = join(folderIn(stateDirectory), name);
    const pid = Number(name);
    if (Number.isInteger(pid) && processStart(pid) === readFileSync(file, 'utf8') && killGroup(pid)) ended.push(pid);
    rmSync(file, { force: true });
  }
  return ended;
}

/** Ends a process that leads its group, and the group. */
export function killGroup(pid: number): boolean {
  try {
    process.kill(-pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}

function folderIn(stateDirectory: string): string {
  return join(stateDirectory, 'functions', 'processes');
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
