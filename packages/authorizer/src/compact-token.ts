import { Unauthorized } from './unauthorized.ts';
import { parseJsonObject } from './json-object.ts';

/** A signed token, taken apart; nothing in it is trusted yet. */
export interface CompactToken {
  readonly text: string;
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** T17: no honest token is longer, and no header that long would pass API Gateway's own limit of 10,240 with the others beside it. */
const longestToken = 8 * 1024;

/** The token of an Authorization header's value: exactly `Bearer`, one blank, one token (T18). @throws Unauthorized */
export function parseBearerToken(authorization: string | undefined): CompactToken {
  if (authorization === undefined || !authorization.startsWith('Bearer ')) throw new Unauthorized('no bearer token');
  const text = authorization.slice('Bearer '.length);
  if (text.length > longestToken) throw new Unauthorized(`token longer than ${longestToken} characters`);
  if (!/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/.test(text)) throw new Unauthorized('not a signed token in compact form');
  const [header = '', payload = '', signature = ''] = text.split('.');
  decode(signature);
  return { text, header: parsePart(header, 'header'), payload: parsePart(payload, 'payload') };
}

function parsePart(part: string, name: string): Readonly<Record<string, unknown>> {
  const bytes = decode(part);
  try {
    return parseJsonObject(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw new Unauthorized(`${name} is not a JSON object with distinct names`);
  }
}

/** One text for one value: what differs only in unused bits would be two cache entries for one token. */
function decode(part: string): Buffer {
  const bytes = Buffer.from(part, 'base64url');
  if (bytes.toString('base64url') !== part) throw new Unauthorized('not canonical base64url');
  return bytes;
}
