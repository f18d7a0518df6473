import { askEngine } from '../engine/control-client.ts';
import { stateDirectoryOf } from '../engine/project.ts';
import { exitCode } from './exit-code.ts';
import type { Verb } from './verb.ts';
import { WrongUsage } from './wrong-usage.ts';

export const trace: Verb = {
  name: 'trace',
  summary: 'show what happened to a request, hop by hop',
  usage: 'ID',
  details: "ID is the value of the answer's header x-amzn-RequestId. The newest 10,000 requests are kept. Tokens are masked.",
  examples: [['s3m trace 1f0c…', 'as JSON']],
  options: {},
  takesWords: true,
  run: async ({ words, directory }) => {
    const [id] = words;
    if (id === undefined || words.length > 1) throw new WrongUsage('give one request id: s3m trace ID', 'trace');
    process.stdout.write(`${JSON.stringify(await askEngine(stateDirectoryOf(directory), 'trace', { id }), undefined, 2)}\n`);
    return exitCode.done;
  },
};
