import { isFieldValue, isTarget, isToken } from '../byte-classes.ts';
import { framingOf, readFramingFields } from '../framing-fields.ts';
import { isHost } from '../host.ts';
import { Malformed } from '../malformed.ts';
import type { RequestHead } from '../message.ts';
import { checkPath } from '../request-reader.ts';

/** A request as its stream begins. */
export interface Http2Request {
  /** As the same request is in HTTP/1.1. */
  readonly head: RequestHead;
  readonly expectContinue: boolean;
}

/**
 * Reads the fields that a stream begins with. What breaks HTTP/2 itself (missing or doubled pseudo-header fields, fields of a connection, upper case)
 * has been refused before, by whoever reads the frames.
 * @param hasBody whether the stream goes on
 * @throws Malformed
 */
export function readHttp2Request(fields: readonly string[], hasBody: boolean): Http2Request {
  const pseudo = new Map<string, string>();
  const headers: string[] = [];
  const cookies: string[] = [];
  for (let index = 0; index < fields.length; index += 2) {
    const [name, value] = [fields[index]!, fields[index + 1]!];
    if (name.startsWith(':')) pseudo.set(name, value);
    else if (!isToken(name) || !isFieldValue(value))
      throw new Malformed(400, `malformed field ${JSON.stringify(name)} (RFC 9113 section 8.2.1)`);
    else if (name === 'cookie') cookies.push(value);
    else if (name !== 'host') headers.push(name, value);
    else if (pseudo.has('host')) throw new Malformed(400, 'more than one host field (RFC 9112 section 3.2)');
    else pseudo.set('host', value);
  }
  // RFC 9113 section 8.2.3
  if (cookies.length > 0) headers.push('cookie', cookies.join('; '));
  const framing = readFramingFields(headers, 'request');
  return {
    head: {
      method: methodOf(pseudo),
      target: targetOf(pseudo),
      version: 'HTTP/1.1',
      headers: ['Host', hostOf(pseudo), ...headers],
      framing: hasBody ? (framingOf(framing) ?? { kind: 'chunked' }) : { kind: 'none' },
      keepAlive: true,
    },
    expectContinue: framing.expectContinue,
  };
}

function methodOf(pseudo: ReadonlyMap<string, string>): string {
  const method = pseudo.get(':method') ?? '';
  if (method === 'CONNECT') throw new Malformed(400, 'CONNECT asks for a tunnel (RFC 9113 section 8.5)');
  if (!isToken(method)) throw new Malformed(400, 'malformed method (RFC 9110 section 9.1)');
  return method;
}

function targetOf(pseudo: ReadonlyMap<string, string>): string {
  const path = pseudo.get(':path') ?? '';
  if (path === '*' && pseudo.get(':method') === 'OPTIONS') return path;
  if (!path.startsWith('/') || !isTarget(path)) throw new Malformed(400, 'malformed :path (RFC 9113 section 8.3.1)');
  return checkPath(path);
}

/** `:authority` and `host` must not tell different hosts (RFC 9113 section 8.3.1). */
function hostOf(pseudo: ReadonlyMap<string, string>): string {
  const [authority, host] = [pseudo.get(':authority'), pseudo.get('host')];
  const name = authority ?? host;
  if (name === undefined) throw new Malformed(400, 'neither :authority nor host (RFC 9113 section 8.3.1)');
  if (authority !== undefined && host !== undefined && authority.toLowerCase() !== host.toLowerCase())
    throw new Malformed(400, `:authority is "${authority}", host "${host}" (RFC 9113 section 8.3.1)`);
  if (!isHost(name)) throw new Malformed(400, `malformed host "${name}" (RFC 9110 section 7.2)`);
  return name;
}
