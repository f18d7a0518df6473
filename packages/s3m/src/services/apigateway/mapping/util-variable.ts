import type { HostObject, JavaValue, Work } from '../../../vtl/java-value.ts';
import { JsonProblem, readJson } from '../../../vtl/read-json.ts';
import { VtlFailure } from '../../../vtl/vtl-problem.ts';

/** `$util` (AG-353) */
export const utilVariable: HostObject = {
  kind: 'host',
  property: () => undefined,
  invoke: (name, [value], work) => {
    if (value === undefined || !Object.hasOwn(functions, name)) return undefined;
    const result = functions[name]!(work.print(value));
    return typeof result === 'string' ? work.sized(result) : result;
  },
  print: () => '$util',
} satisfies HostObject & { invoke(name: string, args: readonly JavaValue[], work: Work): JavaValue };

const functions: Readonly<Record<string, (text: string) => JavaValue>> = {
  base64Decode: (text) => Buffer.from(text, 'base64').toString('utf8'),
  base64Encode: (text) => Buffer.from(text, 'utf8').toString('base64'),
  escapeJavaScript,
  parseJson,
  urlDecode,
  urlEncode,
};

const named: Readonly<Record<string, string>> = { '\b': '\\b', '\n': '\\n', '\t': '\\t', '\f': '\\f', '\r': '\\r' };

/** As Java's StringEscapeUtils: quotes of both kinds, slashes, controls, and what is not ASCII. */
function escapeJavaScript(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/['"\\/]|[^ -~]/gu, (character) => {
    if (/['"\\/]/.test(character)) return `\\${character}`;
    return named[character] ?? [...Array(character.length).keys()].map((at) => unicode(character.charCodeAt(at))).join('');
  });
}

function unicode(code: number): string {
  return `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

function parseJson(text: string): JavaValue {
  try {
    return readJson(text);
  } catch (error) {
    if (error instanceof JsonProblem) throw new VtlFailure(`$util.parseJson: ${error.message}`, { cause: error });
    throw error;
  }
}

/** As Java's URLEncoder: blanks become `+`. */
function urlEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replaceAll(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

function urlDecode(text: string): string {
  const bytes = text
    .replaceAll('+', ' ')
    .replaceAll(/(?:%[0-9a-fA-F]{2})+/g, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));
  if (/%(?![0-9a-fA-F]{2})/.test(text)) throw new VtlFailure('$util.urlDecode: an escape is not followed by two hex digits');
  return bytes;
}
