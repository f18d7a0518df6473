import { resolve } from 'node:path';
import { askEngine } from '../engine/control-client.ts';
import { stateDirectoryOf } from '../engine/project.ts';
import type { SeedCounts } from '../engine/seed/seed-part.ts';
import { exitCode } from './exit-code.ts';
import { countText } from './count-text.ts';
import type { Verb } from './verb.ts';
import { WrongUsage } from './wrong-usage.ts';

export const seed: Verb = {
  name: 'seed',
  summary: 'put items, objects, parameters and secrets into the running system',
  usage: 'FILE [--json]',
  details: `FILE is JSON or YAML. Everything in it is checked before anything is written. Names are logical
ids, or those on AWS's side; a parameter or secret that is not there is made.

  tables:
    Roles:                                # plain items, or DynamoDB's JSON: {id: {S: a}}
      - {subject: ada, roles: [admin]}
  buckets:
    Site:
      hello.txt: a text
      logo.png: {file: logo.png}          # beside FILE; also {base64: ...}, contentType, metadata
  parameters:
    /app/level: debug                     # also {value: ..., type: StringList}
  secrets:
    Login: {user: ada, password: hush}    # a text, or an object that is kept as JSON

      --json               what was put, as JSON

Exit code 1 when something in it is wrong: then nothing was written.`,
  examples: [
    ['s3m seed demo.yaml', 'put it into the system that runs in this folder'],
    ['s3m up --seed demo.yaml', 'the same at the start'],
  ],
  options: { json: { type: 'boolean' } },
  takesWords: true,
  run: async ({ words, flags, directory }) => {
    const [file] = words;
    if (file === undefined) throw new WrongUsage('say which file: s3m seed FILE', 'seed');
    if (words.length > 1) throw new WrongUsage(`one file at a time: s3m seed ${file}`, 'seed');
    const counts = await askEngine(stateDirectoryOf(directory), 'seed', { file: resolve(directory, file) });
    process.stdout.write(flags['json'] === true ? `${JSON.stringify(counts)}\n` : `put ${seedText(counts)}\n`);
    return exitCode.done;
  },
};

/** `12 items into 2 tables, 1 secret` */
function seedText({ tables, items, buckets, objects, parameters, secrets }: SeedCounts): string {
  return (
    [
      ...(items > 0 ? [`${countText({ items: items })} into ${countText({ tables: tables })}`] : []),
      ...(objects > 0 ? [`${countText({ objects: objects })} into ${countText({ buckets: buckets })}`] : []),
      countText({ parameters: parameters, secrets: secrets }),
    ]
      .filter((text) => text !== '')
      .join(', ') || 'nothing: the seed is empty'
  );
}
