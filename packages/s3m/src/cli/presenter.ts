import type { EngineEvent } from '../engine/engine-event.ts';
import type { Problem } from '../engine/problem.ts';
import { painter } from './ansi.ts';
import { RecentLines } from './recent-lines.ts';
import { reportProblems } from './report-problems.ts';
import { TaskLines } from './task-lines.ts';

/** Shows what happens: to a program as JSON lines on stdout, to a person as text on stderr. */
export interface Presenter {
  event(event: EngineEvent): void;
  text(text: string): void;
  failed(problems: readonly Problem[]): void;
  close(): void;
}

export function createPresenter(options: { readonly json: boolean; readonly verbose: boolean }): Presenter {
  const line = progressLine(process.stderr, options.json);
  const shown = new RecentLines();
  const show = people(line, options.verbose, shown);
  return {
    event: (event) => {
      if (options.json) process.stdout.write(`${JSON.stringify(event)}\n`);
      show(event);
    },
    text: (text) => line.print(text),
    failed: (problems) => {
      line.clear();
      if (options.json) process.stdout.write(`${JSON.stringify({ event: 'failed', problems } satisfies EngineEvent)}\n`);
      reportProblems(shown.withoutRepetition(problems));
    },
    close: () => line.clear(),
  };
}

function people(line: ProgressLine, verbose: boolean, shown: RecentLines): (event: EngineEvent) => void {
  const paint = painter(process.stderr);
  const lastHealth = new Map<string, string>();
  const tasks = new TaskLines();
  let ready = false;
  return (event) => {
    switch (event.event) {
      case 'progress':
        if (event.logicalId === undefined) shown.add(event.message);
        if (verbose || event.logicalId === undefined)
          line.print(paint('dim', event.logicalId === undefined ? event.message : `${event.logicalId} ${event.message}`));
        else if (!ready) line.status(`${event.logicalId} ${event.message}`);
        return;
      case 'problem':
        line.print(`${paint('yellow', 'note')} ${event.message}`);
        return;
      case 'task':
        if (tasks.isWorthALine(event, ready) || verbose) {
          line.print(
            `${paint('magenta', 'task')} ${event.service}/${event.task.slice(0, 8)} ${event.status}${event.reason === undefined ? '' : `: ${event.reason}`}`,
          );
        }
        return;
      case 'target': {
        const key = `${event.targetGroup} ${event.target}`;
        const worse = event.state === 'unhealthy' && lastHealth.get(key) !== 'unhealthy';
        lastHealth.set(key, event.state);
        if (verbose || worse)
          line.print(`${paint('magenta', 'target')} ${key} ${event.state}${event.detail === undefined ? '' : `: ${event.detail}`}`);
        return;
      }
      case 'log':
        if (verbose || (ready && !isPlatformLine(event.message))) line.print(`${paint('dim', event.source)} ${event.message}`);
        return;
      case 'ready':
        ready = true;
        line.clear();
        return;
      case 'updated':
        line.print(
          Object.entries(event.changes)
            .map(([kind, ids]) => `${paint('green', kind)} ${ids.join(', ')}`)
            .join('; '),
        );
        return;
      case 'update-failed':
        line.print(`${paint('red', 'not updated')}, the former system still runs`);
        reportProblems(shown.withoutRepetition(event.problems));
        return;
      case 'failed':
      case 'stopped':
        return;
    }
  };
}

/** START, END, REPORT, INIT_START: of use in `s3m logs`, noise beside a prompt. */
function isPlatformLine(message: string): boolean {
  return /^(?:START|END|REPORT) RequestId: |^INIT_START |^\{"time":"[^"]*","type":"platform\.(?:initStart|start|report)"/.test(message);
}

interface ProgressLine {
  /** A line that stays. */
  print(text: string): void;
  /** A line that the next one overwrites; only on a terminal. */
  status(text: string): void;
  clear(): void;
}

function progressLine(stream: NodeJS.WriteStream, quiet: boolean): ProgressLine {
  const paint = painter(stream);
  let shown = false;
  const clear = (): void => {
    if (shown) stream.write('\r\u001B[2K');
    shown = false;
  };
  return {
    clear,
    print: (text) => {
      clear();
      stream.write(`${text}\n`);
    },
    status: (text) => {
      if (quiet || !stream.isTTY) return;
      clear();
      stream.write(paint('dim', text.slice(0, (stream.columns || 80) - 1)));
      shown = true;
    },
  };
}
