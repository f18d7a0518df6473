import { isFieldValue, isToken } from '../byte-classes.ts';
import type { HttpAnswer } from '../exchange.ts';
import { indexOfType } from '../answer-head.ts';
import { toHeaderLines } from '../header-text.ts';
import { headerValue } from '../message.ts';
import { isServerName, Unwritable } from '../write-head.ts';

/** Fields of a connection, which HTTP/2 has none of (RFC 9113 section 8.2.2). */
const ofConnections: ReadonlySet<string> = new Set(['proxy-connection', 'upgrade', 'te']);

/** How an answer goes over a stream. */
export interface AnswerFields {
  /** `[name, value, name, value, ...]`, the status first, names in lower case. */
  readonly fields: readonly string[];
  /** No body follows, whatever the answer has. */
  readonly bodiless: boolean;
  /** Bytes of the body when they are known. */
  readonly length: number | undefined;
}

/** @throws Unwritable for a status or a field that cannot be sent */
export function answerFields(method: string, answer: HttpAnswer, date: string): AnswerFields {
  const { status, body } = answer;
  if (!Number.isInteger(status) || status < 200 || status > 599) throw new Unwritable(`status is not between 200 and 599: ${status}`);
  const bodiless = method === 'HEAD' || status === 204 || status === 304;
  const length = body === undefined ? 0 : typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  const lines = toHeaderLines(answer.headers);
  const declared = headerValue(lines, 'content-length');
  const told = bodiless && length === 0 ? (declared !== undefined && /^\d{1,15}$/.test(declared) ? declared : undefined) : length;
  // In the order in which API Gateway has them (AG-902).
  const fields = [':status', String(status), 'date', date];
  const typeAt = indexOfType(lines);
  if (typeAt >= 0) fields.push(...checked('content-type', lines[typeAt + 1]!));
  if (told !== undefined && status !== 204) fields.push('content-length', String(told));
  for (let index = 0; index < lines.length; index += 2) {
    const [name, value] = [lines[index]!.toLowerCase(), lines[index + 1]!];
    if (index === typeAt || isServerName(name) || ofConnections.has(name)) continue;
    fields.push(...checked(name, value));
  }
  return { fields, bodiless, length };
}

/** @throws Unwritable */
function checked(name: string, value: string): readonly [string, string] {
  if (!isToken(name) || !isFieldValue(value)) throw new Unwritable(`field ${JSON.stringify(name)} cannot be written`);
  return [name, value];
}
