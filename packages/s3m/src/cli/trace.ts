import { askEngine } from '../engine/control-client.ts';
import { stateDirectoryOf } from '../engine/project.ts';
import { painter } from './ansi.ts';
import { exitCode } from './exit-code.ts';
import { positiveFlag } from './read-flags.ts';
import { traceListText, traceText } from './trace-text.ts';
import type { Verb } from './verb.ts';
import { WrongUsage } from './wrong-usage.ts';

export const trace: Verb = {
  name: 'trace',
  summary: 'show what happened to a request, hop by hop',
  usage: '[ID] [-n N] [--json]',
  details: `ID is the value of the answer's header x-amzn-RequestId (apigw-requestid of an HTTP API), or its
beginning. Without it the latest requests are listed. The newest 10,000 are kept. Tokens are masked.

  -n, --number N           list the newest N (20)
      --json               the trace as JSON, or one JSON object a line`,
  examples: [
    ['s3m trace', 'the latest requests, newest first'],
    ['s3m trace 1f0c6a2e', 'who was asked, what was decided and why, where it went'],
  ],
  options: { number: { type: 'string', short: 'n' }, json: { type: 'boolean' } },
  takesWords: true,
  run: async ({ words, flags, directory }) => {
    const [id] = words;
    if (words.length > 1) throw new WrongUsage(`trace takes one request id, got: ${words.join(' ')}`, 'trace');
    const paint = painter(process.stdout);
    const state = stateDirectoryOf(directory);
    if (id !== undefined) {
      const trace = await askEngine(state, 'trace', { id });
      process.stdout.write(flags['json'] === true ? `${JSON.stringify(trace, undefined, 2)}\n` : traceText(trace, paint));
      return exitCode.done;
    }
    const { traces } = await askEngine(state, 'traces', { limit: positiveFlag(flags, 'number') ?? 20 });
    if (flags['json'] === true) for (const trace of traces) process.stdout.write(`${JSON.stringify(trace)}\n`);
    else if (traces.length > 0) process.stdout.write(traceListText(traces, paint));
    else process.stderr.write('No request has come through an API yet. Load balancers keep no trace\n');
    return exitCode.done;
  },
};
