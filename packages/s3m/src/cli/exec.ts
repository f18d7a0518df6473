import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, dirname } from 'node:path';
import { askEngine } from '../engine/control-client.ts';
import { startEngine } from '../engine/engine.ts';
import { stateDirectoryOf } from '../engine/project.ts';
import { readRunFile } from '../engine/run-file.ts';
import { auditReport } from './audit-report.ts';
import { exitCode } from './exit-code.ts';
import { listenForInterruption } from './interruption.ts';
import { createPresenter } from './presenter.ts';
import { readRunOptions, runFlags, runFlagsHelp } from './run-options.ts';
import type { Verb } from './verb.ts';
import { WrongUsage } from './wrong-usage.ts';

export const exec: Verb = {
  name: 'exec',
  summary: 'run a command against the system, for tests and CI',
  usage: '[flags] -- CMD [ARGS...]',
  details: `Uses the system that runs in this project; if none does, starts one, runs the command and stops it.
The command gets S3M_OUTPUT_<STACK>_<NAME> for every output, S3M_URL_<ENDPOINT>, AWS_ENDPOINT_URL,
AWS_REGION and local credentials. The exit code is the command's own.

${runFlagsHelp}
  -v, --verbose            show what the engine does`,
  examples: [['s3m exec -- npm run e2e', 'start, test, stop']],
  options: { ...runFlags, verbose: { type: 'boolean', short: 'v' } },
  run: async (invocation) => {
    const [command, ...args] = invocation.rest;
    if (command === undefined) throw new WrongUsage('give a command behind --, for example: s3m exec -- npm run e2e', 'exec');
    const stateDirectory = stateDirectoryOf(invocation.directory);
    if (readRunFile(stateDirectory) !== undefined) return runCommand(command, args, await askEngine(stateDirectory, 'environment'));
    const presenter = createPresenter({ json: false, verbose: invocation.flags['verbose'] === true });
    using interruption = listenForInterruption(() => presenter.text('stopping (Ctrl-C again: at once)'));
    const engine = await startEngine({
      ...readRunOptions(invocation),
      signal: interruption.signal,
      onEvent: (event) => (event.event === 'log' ? undefined : presenter.event(event)),
    }).catch((error: unknown) => {
      if (interruption.signal.aborted) return undefined;
      throw error;
    });
    if (engine === undefined) return exitCode.interrupted;
    try {
      return await runCommand(command, args, await askEngine(engine.project.stateDirectory, 'environment'), interruption.signal);
    } finally {
      await engine.close();
      const audit = auditReport(engine);
      if (audit !== undefined) presenter.text(audit);
      presenter.close();
    }
  },
};

function runCommand(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  stopped?: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: 'inherit',
      env: { ...process.env, ...environment, PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}` },
    });
    // Ctrl-C reaches the command by the terminal; the engine is stopped after it.
    const ignore = (): void => {};
    process.on('SIGINT', ignore);
    // A signal that only the engine got ends the command too.
    stopped?.addEventListener('abort', () => stopped.reason === 'SIGINT' || child.kill(), { once: true });
    child.on('error', (error) => {
      process.off('SIGINT', ignore);
      reject('code' in error && error.code === 'ENOENT' ? new WrongUsage(`there is no command "${command}"`, 'exec') : error);
    });
    child.on('close', (code, signal) => {
      process.off('SIGINT', ignore);
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
