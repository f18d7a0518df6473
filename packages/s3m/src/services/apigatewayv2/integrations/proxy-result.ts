import { isFieldValue, isToken } from '../../../http/byte-classes.ts';
import type { WholeAnswer } from './response-mapping.ts';

/** A function's result that is answered with 500 (AG-554). */
export class InvalidProxyResult extends Error {}

/** Of an answer with a status code of its own that names no type (AG-952). */
const defaultType = 'text/plain;charset=UTF-8';

/** What a function returned, as an answer. @throws InvalidProxyResult */
export function parseProxyResult(payload: string, format: '1.0' | '2.0'): WholeAnswer {
  const result = parseJson(payload);
  if (!isObject(result) || result['statusCode'] === undefined) {
    if (format === '1.0') throw new InvalidProxyResult('The function returned no object with a statusCode, which format 1.0 asks for');
    // AG-589
    const body = Buffer.from(typeof result === 'string' ? result : payload, 'utf8');
    return { status: 200, headers: ['Content-Type', 'application/json'], body };
  }
  const headers = [
    ...toHeaders(result['headers']),
    ...(format === '1.0' ? toMultiHeaders(result['multiValueHeaders']) : toCookies(result['cookies'])),
  ];
  if (!headers.some((name, index) => index % 2 === 0 && name.toLowerCase() === 'content-type')) headers.push('Content-Type', defaultType);
  const body = toBody(result['body'], result['isBase64Encoded']);
  return { status: toStatus(result['statusCode']), headers, ...(body === undefined ? {} : { body }) };
}

function toStatus(value: unknown): number {
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  if (typeof status === 'number' && Number.isInteger(status) && status >= 200 && status <= 599) return status;
  throw new InvalidProxyResult(`The function returned statusCode ${JSON.stringify(value)}; numbers from 200 to 599 can be answered`);
}

function toBody(body: unknown, isBase64Encoded: unknown): Buffer | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body !== 'string') throw new InvalidProxyResult('The function returned a body that is no string');
  if (isBase64Encoded !== true) return Buffer.from(body, 'utf8');
  if (/[^A-Za-z0-9+/=\s]/.test(body)) throw new InvalidProxyResult('The function returned isBase64Encoded, and a body that is not base64');
  return Buffer.from(body, 'base64');
}

function toHeaders(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (!isObject(value)) throw new InvalidProxyResult('The function returned headers that are no object');
  return Object.entries(value).flatMap(([name, item]) => (item === null ? [] : toLine(name, item)));
}

function toMultiHeaders(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (!isObject(value)) throw new InvalidProxyResult('The function returned multiValueHeaders that are no object');
  return Object.entries(value).flatMap(([name, items]) => {
    if (!Array.isArray(items)) throw new InvalidProxyResult(`The function returned multiValueHeaders whose "${name}" is no list`);
    return items.flatMap((item) => toLine(name, item));
  });
}

/** AG-590 */
function toCookies(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new InvalidProxyResult('The function returned cookies that are no list');
  return value.flatMap((cookie) => toLine('set-cookie', cookie));
}

function toLine(name: string, value: unknown): readonly [string, string] {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    throw new InvalidProxyResult(`The function returned a header "${name}" that is neither text, number nor boolean`);
  }
  // Lines are written as Latin-1; what is beyond ASCII goes out as the bytes of its UTF-8.
  const text = Buffer.from(String(value), 'utf8').toString('latin1');
  if (!isToken(name) || !isFieldValue(text)) {
    throw new InvalidProxyResult(`The function returned a header that cannot be sent: ${JSON.stringify(name)}`);
  }
  return [name, text];
}

function parseJson(payload: string): unknown {
  try {
    return JSON.parse(payload) as unknown;
  } catch {
    throw new InvalidProxyResult('The function returned something that is not JSON');
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
