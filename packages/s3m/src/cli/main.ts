import { parseArgs } from 'node:util';
import { EngineFailure, toProblems } from '../engine/problem.ts';
import { similarName } from '../template/similar-name.ts';
import { exitCode } from './exit-code.ts';
import { generalHelp, verbHelp } from './help.ts';
import { reportProblems } from './report-problems.ts';
import { isVerbName, loadVerb, verbNames } from './verbs.ts';
import type { Verb } from './verb.ts';
import { version } from './version.ts';
import { WrongUsage } from './wrong-usage.ts';

/** Runs one command line and answers its exit code. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    return await dispatch(args);
  } catch (error) {
    if (error instanceof WrongUsage) {
      process.stderr.write(`s3m: ${error.message}\nHelp: s3m ${error.verb === undefined ? '' : `${error.verb} `}--help\n`);
      return exitCode.wrongUsage;
    }
    reportProblems(toProblems(error));
    if (process.env['S3M_DEBUG'] !== undefined) console.error(error instanceof EngineFailure ? (error.cause ?? error) : error);
    return error instanceof EngineFailure && error.problems[0]?.code === 'WrongUsage' ? exitCode.wrongUsage : exitCode.failed;
  }
}

async function dispatch(args: readonly string[]): Promise<number> {
  const [first, ...others] = args;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    const topic = others[0];
    process.stdout.write(
      first === 'help' && topic !== undefined && isVerbName(topic) ? verbHelp(await loadVerb(topic)) : await generalHelp(),
    );
    return first === undefined ? exitCode.wrongUsage : exitCode.done;
  }
  if (first === '--version' || first === '-V' || first === '-v') {
    process.stdout.write(`${version()}\n`);
    return exitCode.done;
  }
  if (!isVerbName(first)) {
    throw new WrongUsage(`there is no verb "${first}"${didYouMean(similarName(first, verbNames)) || '.'} Verbs: ${verbNames.join(', ')}`);
  }
  return runVerb(await loadVerb(first), others);
}

async function runVerb(verb: Verb, args: readonly string[]): Promise<number> {
  const separator = args.indexOf('--');
  const own = separator < 0 ? args : args.slice(0, separator);
  if (own.includes('--help') || own.includes('-h')) {
    process.stdout.write(verbHelp(verb));
    return exitCode.done;
  }
  const { values, positionals } = parse(verb, own);
  if (verb.takesWords !== true && positionals.length > 0) {
    const hint = wordsHint(verb.name, positionals);
    throw new WrongUsage(`${verb.name} takes no words, got: ${positionals.join(' ')}${hint}`, verb.name);
  }
  const rest = separator < 0 ? [] : args.slice(separator + 1);
  try {
    return await verb.run({ flags: values, words: positionals, rest, directory: process.cwd() });
  } catch (error) {
    // What a flag's reader refuses belongs to this verb's help.
    throw error instanceof WrongUsage ? new WrongUsage(error.message, verb.name) : error;
  }
}

function parse(verb: Verb, args: readonly string[]): { values: Parameters<Verb['run']>[0]['flags']; positionals: readonly string[] } {
  try {
    return parseArgs({ args: [...args], options: verb.options, allowPositionals: true, strict: true });
  } catch (error) {
    // Node's text goes on about positional arguments, which no flag of ours is.
    const message = error instanceof Error ? error.message.replace(/\. To specify a positional argument .*/s, '') : String(error);
    const unknown = /^Unknown option '--([^']+)'/.exec(message)?.[1];
    const meant = unknown === undefined ? undefined : similarName(unknown, Object.keys(verb.options));
    throw new WrongUsage(`${message}${didYouMean(meant === undefined ? undefined : `--${meant}`)}`, verb.name);
  }
}

function didYouMean(name: string | undefined): string {
  return name === undefined ? '' : `; did you mean ${name}?`;
}

/** What somebody who gave words to a verb that takes none may have meant. */
function wordsHint(verb: string, words: readonly string[]): string {
  if (verb === 'exec') return `. Put the command behind --: s3m exec -- ${words.join(' ')}`;
  const [word] = words;
  return verb === 'up' && words.length === 1 ? `. A template: s3m up --template ${word}; an app or assembly: s3m up --app ${word}` : '';
}
