import { loadVerb, verbNames } from './verbs.ts';
import type { Verb } from './verb.ts';

/** The list of verbs. */
export async function generalHelp(): Promise<string> {
  const verbs = await Promise.all(verbNames.map(loadVerb));
  return [
    'S3M runs a serverless front with private microservices on this machine, from the template that AWS would get.',
    '',
    'Usage: s3m VERB [flags]',
    '',
    ...verbs.map(({ name, summary }) => `  ${name.padEnd(8)} ${summary}`),
    '',
    'Help on one of them: s3m VERB --help. Version: s3m --version. NO_COLOR is honoured.',
    "Exit codes: 0 done, 1 failed, 2 could not decide, 3 wrong usage, 130 interrupted; exec returns its command's own.",
    '',
  ].join('\n');
}

export function verbHelp(verb: Verb): string {
  return [
    `s3m ${verb.name}: ${verb.summary}`,
    '',
    `Usage: s3m ${verb.name} ${verb.usage}`,
    '',
    verb.details,
    '',
    'Examples:',
    ...verb.examples.map(([command, meaning]) => `  ${command}\n      ${meaning}`),
    '',
  ].join('\n');
}
