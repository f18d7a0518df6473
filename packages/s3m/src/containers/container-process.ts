import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { LastLines, OutputLines } from './output-lines.ts';
import { killHard, killProcessesWith } from './process-table.ts';
import { TaskStartFailure } from './task-runtime.ts';
import type { ContainerExit } from './task-runtime.ts';

/** A container that is a process, the leader of a group of its own: what it starts ends with it. */
export interface ContainerProcess {
  readonly name: string;
  readonly pid: number;
  /** Settles when the process is gone and its output is read. Never rejects. */
  readonly exited: Promise<ContainerExit>;
  signal(name: string): void;
  kill(): void;
}

/** After a container's end its output may be held open by a process that left the group; then it is looked for and killed. */
const OUTPUT_PATIENCE_MS = 200;

/** Starts a process. @throws TaskStartFailure when the system refuses to. */
export async function startContainerProcess(request: {
  readonly name: string;
  readonly argv: readonly string[];
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** A path in the environment of this container's processes alone. */
  readonly marker: string;
  log(line: string): void;
}): Promise<ContainerProcess> {
  const { name, argv, directory, environment, marker, log } = request;
  const [command = '', ...words] = argv;
  const last = new LastLines();
  const child = spawn(command, words, { cwd: directory, env: environment, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const outputs = [child.stdout, child.stderr].map((stream) => {
    const lines = new OutputLines((line) => {
      last.add(line);
      log(line);
    });
    stream.on('data', (chunk: Buffer) => lines.write(chunk));
    return lines;
  });
  const ended = new Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const closed = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  const pid = await new Promise<number>((resolve, reject) => {
    child.once('error', (error) =>
      reject(
        new TaskStartFailure(
          `CannotStartContainerError: ${error.message}`,
          `Cannot start container "${name}": ${error.message} (in ${directory}).`,
        ),
      ),
    );
    child.once('spawn', () => resolve(child.pid ?? 0));
  });
  const exited = ended.then(async ({ code, signal }): Promise<ContainerExit> => {
    killHard(-pid);
    if (!(await within(closed, OUTPUT_PATIENCE_MS))) {
      await killProcessesWith(marker);
      if (!(await within(closed, OUTPUT_PATIENCE_MS))) child.stdout.destroy();
    }
    for (const lines of outputs) lines.end();
    return {
      container: name,
      exitCode: code ?? (signal === null ? undefined : 128 + (constants.signals[signal] ?? 0)),
      signal: signal ?? undefined,
      lastLines: last.lines,
    };
  });
  let running = true;
  void exited.then(() => (running = false));
  return {
    name,
    pid,
    exited,
    signal: (signalName) => {
      if (running) sendSignal(pid, signalName);
    },
    kill: () => {
      if (running) killHard(-pid);
    },
  };
}

function sendSignal(pid: number, name: string): void {
  const signal = /^\d+$/.test(name) ? Number(name) : (name as NodeJS.Signals);
  try {
    process.kill(pid, signal);
  } catch (error) {
    // An unknown name in a STOPSIGNAL is not let through to leave the process running; a process that is gone needs none.
    if (error instanceof Error && 'code' in error && error.code === 'ERR_UNKNOWN_SIGNAL') process.kill(pid, 'SIGTERM');
  }
}

/** True when `done` came first. */
async function within(done: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
    timer.unref();
  });
  const first = await Promise.race([done.then(() => true), late]);
  clearTimeout(timer);
  return first;
}
