import { askEngine } from '../engine/control-client.ts';
import type { LogLine } from '../engine/log-store.ts';
import { stateDirectoryOf } from '../engine/project.ts';
import { painter } from './ansi.ts';
import { exitCode } from './exit-code.ts';
import { positiveFlag } from './read-flags.ts';
import type { Verb } from './verb.ts';
import { WrongUsage } from './wrong-usage.ts';

export const logs: Verb = {
  name: 'logs',
  summary: 'print what functions and tasks wrote',
  usage: '[NAME] [-f] [-n LINES]',
  details: `NAME is the logical id of a function or service, a part of it, or its name as s3m ps shows it.
Of a task with several containers, SERVICE/CONTAINER.

  -f, --follow             wait for more, until Ctrl-C
  -n, --lines N            at most the newest N lines (1000)
      --json               one JSON object a line`,
  examples: [
    ['s3m logs authorizer', 'what the authorizer wrote'],
    ['s3m logs weather -f', 'follow a service'],
  ],
  options: { follow: { type: 'boolean', short: 'f' }, lines: { type: 'string', short: 'n' }, json: { type: 'boolean' } },
  takesWords: true,
  run: async ({ flags, words, directory }) => {
    if (words.length > 1) throw new WrongUsage(`logs takes one name, got: ${words.join(' ')}`, 'logs');
    const [name] = words;
    const paint = painter(process.stdout);
    const interrupted = new AbortController();
    process.once('SIGINT', () => interrupted.abort());
    let any = false;
    const onLine = (value: unknown): void => {
      any = true;
      const line = value as LogLine;
      process.stdout.write(
        flags['json'] === true
          ? `${JSON.stringify(line)}\n`
          : `${paint('dim', new Date(line.timestamp).toISOString())} ${paint('cyan', line.source)} ${line.message}\n`,
      );
    };
    const limit = positiveFlag(flags, 'lines');
    try {
      const { sources } = await askEngine(
        stateDirectoryOf(directory),
        'logs',
        { ...(name === undefined ? {} : { name }), ...(limit === undefined ? {} : { limit }), follow: flags['follow'] === true },
        { onLine, signal: interrupted.signal },
      );
      if (!any)
        process.stderr.write(
          `No output${name === undefined ? '' : ` of "${name}"`} yet. Output is there of: ${sources.join(', ') || 'nothing'}\n`,
        );
    } catch (error) {
      if (!interrupted.signal.aborted) throw error;
    }
    return exitCode.done;
  },
};
