import { STATUS_CODES } from 'node:http';
import { isFieldValue, isTarget, isToken } from './byte-classes.ts';
import type { HeaderLines } from './message.ts';

/** A message that cannot be written without breaking its framing: a line break in a header value, a blank in a target. */
export class Unwritable extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'Unwritable';
  }
}

/** The last request line: most are like the one before. */
let last = { method: '', target: '', line: '' };

/** @throws Unwritable */
export function requestLine(method: string, target: string): string {
  if (last.target !== target || last.method !== method) last = { method, target, line: checkedLine(method, target) };
  return last.line;
}

function checkedLine(method: string, target: string): string {
  if (!isToken(method)) throw new Unwritable(`method is not a token: ${JSON.stringify(method)}`);
  if (!isTarget(target) || (target.charCodeAt(0) !== 0x2f && target !== '*')) {
    throw new Unwritable(`request target is neither a path nor *: ${JSON.stringify(target)}`);
  }
  return `${method} ${target} HTTP/1.1\r\n`;
}

const usualLines: readonly (string | undefined)[] = Array.from({ length: 600 }, (_, status) =>
  STATUS_CODES[status] === undefined ? undefined : `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n`,
);

/** @throws Unwritable */
export function statusLine(status: number, reason: string | undefined): string {
  if (!Number.isInteger(status) || status < 200 || status > 599) throw new Unwritable(`status is not between 200 and 599: ${status}`);
  const usual = usualLines[status];
  if (usual !== undefined && (reason === undefined || reason === STATUS_CODES[status])) return usual;
  const phrase = reason ?? '';
  if (!isFieldValue(phrase))
    throw new Unwritable(`reason phrase holds a control byte or a character above U+00FF: ${JSON.stringify(phrase)}`);
  return `HTTP/1.1 ${status} ${phrase}\r\n`;
}

/** The lines but those whose lower-case name `skip` accepts, and the one whose name stands at `left`, beginning at `from`. @throws Unwritable */
export function headerLines(headers: HeaderLines, skip: (name: string) => boolean, left = -1, from = 0): string {
  let text = '';
  for (let index = from; index < headers.length; index += 2) {
    const name = headers[index]!;
    if (index === left || skip(name)) continue;
    const value = headers[index + 1]!;
    const start = lineStarts.get(name) ?? lineStart(name);
    if (!isFieldValue(value)) throw new Unwritable(`value of header ${name} holds a control byte or a character above U+00FF`);
    text += `${start}${value}\r\n`;
  }
  return text;
}

/** Names that have been found to be tokens, with what their lines begin with. Messages have some dozens of names. */
const lineStarts = new Map<string, string>();
const maxLineStarts = 1000;

function lineStart(name: string): string {
  if (!isToken(name)) throw new Unwritable(`header name is not a token: ${JSON.stringify(name)}`);
  // Texts of their own: the name may be a piece of a message.
  const own = Buffer.from(name, 'latin1').toString('latin1');
  const start = `${own}: `;
  if (lineStarts.size < maxLineStarts) lineStarts.set(own, start);
  return start;
}

/** Content-Length and Transfer-Encoding: what the writer of a message decides. */
export function isFramingName(name: string): boolean {
  return (
    (name.length === 14 && name.toLowerCase() === 'content-length') || (name.length === 17 && name.toLowerCase() === 'transfer-encoding')
  );
}

/** What a server writes itself: framing, Date and Connection. */
export function isServerName(name: string): boolean {
  switch (name.length) {
    case 4:
      return name.toLowerCase() === 'date';
    case 10:
      return name.toLowerCase() === 'connection' || name.toLowerCase() === 'keep-alive';
    case 14:
      return name.toLowerCase() === 'content-length';
    case 17:
      return name.toLowerCase() === 'transfer-encoding';
    default:
      return false;
  }
}
