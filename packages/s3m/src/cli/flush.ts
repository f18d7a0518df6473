import { askEngine } from '../engine/control-client.ts';
import { stateDirectoryOf } from '../engine/project.ts';
import { exitCode } from './exit-code.ts';
import { textFlag } from './read-flags.ts';
import type { Verb } from './verb.ts';
import { WrongUsage } from './wrong-usage.ts';

export const flush: Verb = {
  name: 'flush',
  summary: "empty a stage's cache of authorizer results",
  usage: 'authorizer [--stage NAME]',
  details: `As FlushStageAuthorizersCache does on AWS. New code of an authorizer does not empty its cache.

      --stage NAME         only this stage; all by default`,
  examples: [['s3m flush authorizer', 'every caller is asked about again']],
  options: { stage: { type: 'string' } },
  takesWords: true,
  run: async ({ flags, words, directory }) => {
    if (words.length !== 1 || words[0] !== 'authorizer') throw new WrongUsage('say what to flush: s3m flush authorizer', 'flush');
    const stage = textFlag(flags, 'stage');
    const { flushed } = await askEngine(stateDirectoryOf(directory), 'flush-authorizer', stage === undefined ? {} : { stage });
    for (const { api, stage: name, results } of flushed)
      process.stdout.write(`${api} ${name}: dropped ${results} cached ${results === 1 ? 'result' : 'results'}\n`);
    return exitCode.done;
  },
};
