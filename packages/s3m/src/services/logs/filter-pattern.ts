import { ServiceError } from '../service-error.ts';
import { compileJsonPattern } from './json-pattern.ts';
import { compileRegex, invalidPattern, type MessageTest } from './message-test.ts';
import { compileSpaceDelimitedPattern } from './space-delimited-pattern.ts';

/**
 * Compiles a filter pattern: terms that must all be there, `"phrases"`, `-term` that must not, `?term` of which one must, `%regular expressions%`,
 * a `{ $.selector = value }` for messages in JSON, or a `[place, other = value]` for those of fields with blanks between. Source: CloudWatch Logs User Guide, "Filter pattern syntax".
 * @throws ServiceError
 */
export function compileFilterPattern(pattern: string): MessageTest {
  const text = pattern.trim();
  if (text === '') return () => true;
  if (text.startsWith('{')) return compileJsonPattern(text);
  if (text.startsWith('[')) return compileSpaceDelimitedPattern(text);
  const terms = readTerms(text);
  const required = terms.filter(({ sign }) => sign === '');
  const excluded = terms.filter(({ sign }) => sign === '-');
  // Beside other terms those with a question mark do not count.
  const optional = required.length + excluded.length > 0 ? [] : terms.filter(({ sign }) => sign === '?');
  return (message) =>
    required.every(({ test }) => test(message)) &&
    !excluded.some(({ test }) => test(message)) &&
    (optional.length === 0 || optional.some(({ test }) => test(message)));
}

interface Term {
  readonly sign: '' | '-' | '?';
  readonly test: MessageTest;
}

function readTerms(text: string): Term[] {
  const terms: Term[] = [];
  const token = /\s*([-?]?)(?:"((?:[^"\\]|\\.)*)"|%([^%]*)%|([^\s"]+))/y;
  for (let at = 0; at < text.trimEnd().length; at = token.lastIndex) {
    token.lastIndex = at;
    const match = token.exec(text);
    if (match === null) throw invalidPattern();
    const [, sign = '', phrase, regex, word] = match;
    terms.push({ sign: sign as Term['sign'], test: termTest(phrase, regex, word) });
  }
  return terms;
}

function termTest(phrase: string | undefined, regex: string | undefined, word: string | undefined): MessageTest {
  if (regex !== undefined) return compileRegex(regex);
  if (word !== undefined && !/^[\w.:/@$&*+-]+$/.test(word))
    throw new ServiceError('InvalidParameterException', `Invalid character(s) in term '${word}'`);
  const wanted = word ?? phrase!.replaceAll(/\\(.)/g, '$1');
  return (message) => message.includes(wanted);
}
