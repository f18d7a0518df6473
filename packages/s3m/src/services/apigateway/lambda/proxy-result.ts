import { isToken } from '../../../http/byte-classes.ts';
import { isHeaderText } from '../gateway-responses.ts';

/** What a function answered in the form that a proxy integration wants (AG-285 to AG-294). */
export interface ProxyResult {
  readonly status: number;
  /** Names and values in turn, each value a line of its own (AG-293). */
  readonly headers: readonly string[];
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** A result of another form (AG-286). `message` says what is wrong with it. */
export class MalformedProxyResult extends Error {}

const allowedKeys = new Set(['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded']);

/** Reads a function's answer, JSON text. @throws MalformedProxyResult */
export function parseProxyResult(payload: string): ProxyResult {
  const result = parseObject(payload);
  for (const key of Object.keys(result)) {
    if (!allowedKeys.has(key)) throw new MalformedProxyResult(`it has a key "${key}". Allowed: ${[...allowedKeys].join(', ')}`); // AG-285
  }
  const { statusCode, headers, multiValueHeaders, body, isBase64Encoded } = result;
  if (body !== undefined && body !== null && typeof body !== 'string') {
    throw new MalformedProxyResult(`its body is ${kindOf(body)}, not a string. JSON goes through JSON.stringify`); // AG-291
  }
  if (isBase64Encoded !== undefined && isBase64Encoded !== null && typeof isBase64Encoded !== 'boolean') {
    throw new MalformedProxyResult(`its isBase64Encoded is ${kindOf(isBase64Encoded)}, not a boolean`);
  }
  return {
    status: toStatus(statusCode),
    headers: mergeHeaders(toMulti(multiValueHeaders), toSingle(headers)),
    body: body ?? '',
    isBase64Encoded: isBase64Encoded ?? false,
  };
}

/** AG-288: absent is 200, text with a number will do. AG-306: what no final answer may have is malformed. */
function toStatus(value: unknown): number {
  if (value === undefined || value === null) return 200;
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  if (typeof status === 'number' && Number.isInteger(status) && status >= 200 && status <= 599) return status;
  throw new MalformedProxyResult(`its statusCode is ${JSON.stringify(value)}. Allowed: 200 to 599`);
}

function toSingle(value: unknown): [string, string][] {
  return entries(value, 'headers').flatMap(([name, item]) => (item === null ? [] : [[name, toText(name, item)]]));
}

function toMulti(value: unknown): [string, string[]][] {
  return entries(value, 'multiValueHeaders').flatMap(([name, items]) => {
    if (items === null) return [];
    if (!Array.isArray(items)) throw new MalformedProxyResult(`its multiValueHeaders have "${name}" as ${kindOf(items)}, not a list`); // AG-287
    return [[name, items.map((item: unknown) => toText(name, item))]];
  });
}

/** AG-292: for a name in both, the values of the list, then the single one, spelled as in the list. */
function mergeHeaders(multi: readonly [string, string[]][], single: readonly [string, string][]): string[] {
  const lines: string[] = [];
  const rest = new Map(single.map((entry) => [entry[0].toLowerCase(), entry]));
  for (const [name, values] of multi) {
    for (const value of values) lines.push(name, value);
    const more = rest.get(name.toLowerCase());
    if (more === undefined) continue;
    rest.delete(name.toLowerCase());
    lines.push(name, more[1]);
  }
  for (const [name, value] of rest.values()) lines.push(name, value);
  return lines;
}

function entries(value: unknown, key: string): [string, unknown][] {
  if (value === undefined || value === null) return []; // AG-288
  if (typeof value !== 'object' || Array.isArray(value)) throw new MalformedProxyResult(`its ${key} is ${kindOf(value)}, not an object`);
  return Object.entries(value);
}

/** AG-288: numbers and booleans become text. What could break out of its header is refused. */
function toText(name: string, value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
    throw new MalformedProxyResult(`its header "${name}" is ${kindOf(value)}, not a string`);
  const text = String(value);
  if (!isToken(name)) throw new MalformedProxyResult(`${JSON.stringify(name)} is no name of a header`);
  if (!isHeaderText(text))
    throw new MalformedProxyResult(`the value of its header "${name}" has a control character, or one that is not ASCII, in it`);
  return text;
}

function parseObject(payload: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(payload) as unknown;
  } catch {
    throw new MalformedProxyResult('it is no JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new MalformedProxyResult(`it is ${kindOf(value)}, not an object`); // AG-287, AG-290
  }
  return value as Record<string, unknown>;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
