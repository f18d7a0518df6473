import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What the stand-in for an engine says of its task. */
export interface EngineReport {
  readonly description: string;
  readonly local: readonly string[];
  /** A process that the service started and that left its group. */
  readonly child: number;
  readonly identity: { readonly uid: number; readonly cwd: string };
}

const PROGRAM = fileURLToPath(new URL('engine-program.ts', import.meta.url));

/** Starts an engine of its own process that runs one task; `prefix` is a command that runs it, `setpriv ...`. */
export async function startEngine(
  args: readonly string[],
  prefix: readonly string[] = [],
): Promise<{ readonly engine: ChildProcess; readonly report: EngineReport }> {
  const [command = '', ...words] = [...prefix, process.execPath, PROGRAM, ...args];
  const engine = spawn(command, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: engine.stdout })) return { engine, report: JSON.parse(line) as EngineReport };
  throw new Error('the engine ended before its task answered');
}

export async function killEngine(engine: ChildProcess): Promise<void> {
  const exited = once(engine, 'exit');
  engine.kill('SIGKILL');
  await exited;
}
