import { once } from 'node:events';
import { startEngine, type Engine } from '../engine/engine.ts';
import { EngineFailure, toProblems } from '../engine/problem.ts';
import { banner } from './banner.ts';
import { listenForInterruption } from './interruption.ts';
import { createPresenter } from './presenter.ts';
import { exitCode } from './exit-code.ts';
import { readRunOptions, runFlags, runFlagsHelp } from './run-options.ts';
import type { Invocation, Verb } from './verb.ts';
import { auditReport } from './audit-report.ts';
import { painter } from './ansi.ts';

export const up: Verb = {
  name: 'up',
  summary: 'run the system on this machine and keep it running',
  usage: '[flags]',
  details: `${runFlagsHelp}

How to watch it:
      --no-watch           don't update when sources change
      --json               one JSON object a line on stdout; people read stderr
  -v, --verbose            every step and every line of output

Ctrl-C stops it and leaves nothing behind; a second Ctrl-C doesn't wait.
Exit codes: 0 stopped, 1 failed, 3 wrong usage, 130 interrupted before it was up.`,
  examples: [
    ['s3m up', 'the app of cdk.json in this folder'],
    ['s3m up --app cdk.out', 'an assembly that is there already'],
    ['s3m up -t template.yaml -p Stage=dev', 'a plain template'],
    ['s3m up --runtime docker --port api=3001', 'tasks in containers, the API on port 3001'],
  ],
  options: { ...runFlags, json: { type: 'boolean' }, 'no-watch': { type: 'boolean' }, verbose: { type: 'boolean', short: 'v' } },
  run: (invocation) => runUp(invocation),
};

async function runUp(invocation: Invocation): Promise<number> {
  const started = performance.now();
  const json = invocation.flags['json'] === true;
  const presenter = createPresenter({ json, verbose: invocation.flags['verbose'] === true });
  const options = readRunOptions(invocation);
  using interruption = listenForInterruption(() => presenter.text('stopping (Ctrl-C again: at once)'));
  const { signal } = interruption;
  let engine: Engine;
  try {
    engine = await startEngine({
      ...options,
      watch: invocation.flags['no-watch'] !== true,
      signal,
      onEvent: (event) => presenter.event(event),
    });
  } catch (error) {
    if (signal.aborted) return exitCode.interrupted;
    const problems = toProblems(error);
    presenter.failed(problems);
    if (process.env['S3M_DEBUG'] !== undefined && error instanceof EngineFailure && error.cause !== undefined) console.error(error.cause);
    return problems[0]?.code === 'WrongUsage' ? exitCode.wrongUsage : exitCode.failed;
  }
  const code = signal.aborted ? exitCode.interrupted : exitCode.done;
  if (!signal.aborted) {
    if (!json) presenter.text(banner(engine, engine.describe(), performance.now() - started, painter(process.stderr)));
    await once(signal, 'abort');
  }
  await engine.close();
  const audit = auditReport(engine);
  if (audit !== undefined) presenter.text(audit);
  presenter.close();
  return code;
}
