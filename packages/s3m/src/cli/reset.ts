import { createInterface } from 'node:readline/promises';
import { askEngine } from '../engine/control-client.ts';
import { deleteState, describeState } from '../engine/delete-state.ts';
import { stateDirectoryOf } from '../engine/project.ts';
import { readRunFile } from '../engine/run-file.ts';
import { countText } from './count-text.ts';
import { exitCode } from './exit-code.ts';
import type { Verb } from './verb.ts';
import { WrongUsage } from './wrong-usage.ts';

export const reset: Verb = {
  name: 'reset',
  summary: "take data back to the template's seeds",
  usage: '[--yes] [--json]',
  details: `Of the system that runs in this folder: tables, buckets, parameters, secrets and log groups get
what the template says, and nothing else; what calls of the API made goes. Nothing is restarted.
Images of the registry stay (aws ecr batch-delete-image).
When nothing runs here: deletes .s3m/state, which --persist keeps, after a question.

  -y, --yes                don't ask
      --json               what was removed, as JSON`,
  examples: [
    ['s3m reset', 'begin anew, without a restart'],
    ['s3m reset --yes', 'in a script: also what --persist kept, when nothing runs'],
  ],
  options: { yes: { type: 'boolean', short: 'y' }, json: { type: 'boolean' } },
  run: async ({ flags, directory }) => {
    const stateDirectory = stateDirectoryOf(directory);
    const json = flags['json'] === true;
    if (readRunFile(stateDirectory) !== undefined) {
      const { removed, deleted, restored } = await askEngine(stateDirectory, 'reset');
      if (json) process.stdout.write(`${JSON.stringify({ removed, deleted, restored })}\n`);
      else {
        process.stdout.write(`removed ${countText({ ...removed }) || 'nothing'}\n`);
        for (const what of deleted) process.stdout.write(`deleted ${what}, which the template does not have\n`);
        if (restored > 0) process.stdout.write(`${countText({ resources: restored })} of the template as in the beginning\n`);
      }
      return exitCode.done;
    }
    const state = describeState(stateDirectory);
    if (state === undefined) {
      if (json) process.stdout.write(`${JSON.stringify({ deleted: [] })}\n`);
      else process.stderr.write(`Nothing is kept in ${stateDirectory}, and nothing runs here\n`);
      return exitCode.done;
    }
    if (flags['yes'] !== true && !(await confirmed(`Delete ${state.path} (${state.size}), with all that is kept there?`))) {
      process.stderr.write('Nothing was deleted\n');
      return exitCode.failed;
    }
    deleteState(stateDirectory);
    process.stdout.write(json ? `${JSON.stringify({ deleted: [state.path] })}\n` : `deleted ${state.path} (${state.size})\n`);
    return exitCode.done;
  },
};

/** @throws WrongUsage where nobody can answer */
async function confirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new WrongUsage('nobody can be asked here: give --yes to delete what is kept', 'reset');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
