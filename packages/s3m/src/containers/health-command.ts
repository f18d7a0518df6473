import { spawn } from 'node:child_process';
import type { Clock } from '../clock/clock.ts';
import type { CheckResult } from './container-health.ts';
import { LastLines, OutputLines } from './output-lines.ts';
import { killHard } from './process-table.ts';

/** Runs the command of a health check as a process; what it starts is gone when it ends, or after `timeoutMs`. */
export function runHealthCommand(request: {
  readonly argv: readonly string[];
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly clock: Clock;
}): Promise<CheckResult> {
  const [command = '', ...words] = request.argv;
  const last = new LastLines();
  const child = spawn(command, words, {
    cwd: request.directory,
    env: request.environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    const lines = new OutputLines((line) => last.add(line));
    stream.on('data', (chunk: Buffer) => lines.write(chunk));
    stream.on('end', () => lines.end());
  }
  return new Promise((resolve) => {
    const timer = request.clock.after(request.timeoutMs, () => finish(undefined));
    const finish = (exitCode: number | undefined): void => {
      timer.cancel();
      if (child.pid !== undefined) killHard(-child.pid);
      resolve({ exitCode, output: last.lines });
    };
    child.once('error', (error) => {
      last.add(error.message);
      finish(127);
    });
    child.once('close', (code) => finish(code ?? 137));
  });
}
