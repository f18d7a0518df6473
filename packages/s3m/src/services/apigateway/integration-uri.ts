import type { BackendAddress } from './backend-connections.ts';
import type { Source } from './context-variables.ts';
import { badRequest, Refused } from './failures.ts';
import type { GatewayRequest } from './gateway-request.ts';

/** An integration's URI in the parts that a request needs. */
export interface IntegrationUri {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  /** Value of `Host`: with the port unless it is the scheme's own (AG-223). */
  readonly authority: string;
  /** Path and query as written, `/` at least. */
  readonly path: string;
}

/** AG-206. Undefined when it is no HTTP URL. */
export function parseIntegrationUri(uri: string): IntegrationUri | undefined {
  const [, scheme, host, portText, rest = ''] =
    /^(https?):\/\/([A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?([/?].*)?$/i.exec(uri) ?? [];
  if (scheme === undefined || host === undefined) return undefined;
  const secure = scheme.toLowerCase() === 'https';
  const usual = secure ? 443 : 80; // AG-181
  const port = portText === undefined ? usual : Number(portText);
  if (port === 0 || port > 65_535) return undefined;
  return {
    secure,
    host: host.replace(/^\[|\]$/g, ''),
    port,
    authority: port === usual ? host : `${host}:${port}`,
    path: rest.startsWith('/') ? rest : `/${rest}`,
  };
}

export function backendAddress(uri: IntegrationUri, vpcLinkId: string | undefined): BackendAddress {
  if (vpcLinkId !== undefined) return { kind: 'vpc-link', linkId: vpcLinkId, port: uri.port }; // AG-179, NLB-067
  return { kind: 'internet', secure: uri.secure, host: uri.host, port: uri.port };
}

/** Makes the request target for the backend. */
export type TargetBuilder = (request: GatewayRequest) => string | Refused;

/**
 * Compiles path and query of a URI: `{name}` is filled from the mapping `integration.request.path.name` and stays as it is without one
 * (AG-207); the client's query goes along, then what is mapped (AG-213).
 */
export function compileTarget(
  path: string,
  pathSources: ReadonlyMap<string, Source>,
  querySources: readonly (readonly [string, Source])[],
): TargetBuilder {
  const parts: (string | Source)[] = [];
  let last = 0;
  for (const match of path.matchAll(/\{([^{}]+?)\+?\}/g)) {
    const source = pathSources.get(match[1]!);
    if (source === undefined) continue;
    parts.push(path.slice(last, match.index), source);
    last = match.index + match[0].length;
  }
  parts.push(path.slice(last));
  const separator = path.includes('?') ? '&' : '?';
  return (request) => {
    let target = '';
    for (const part of parts) {
      const text = typeof part === 'string' ? part : reencodePath(part(request) ?? '');
      if (text === undefined) return new Refused(badRequest, 'A path parameter is not UTF-8, or has a segment that is . or ..');
      target += text;
    }
    let query = request.target.query;
    for (const [name, source] of querySources) {
      const value = source(request);
      // AG-217: what has no value is left out.
      if (value !== undefined && value !== '')
        query += `${query === '' ? '' : '&'}${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
    }
    return query === '' ? target : `${target}${separator}${query}`;
  };
}

/** unreserved, sub-delims, `:`, `@`, `/`: what stands for itself in a path (RFC 3986 section 3.3). */
const pathBytes: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[A-Za-z0-9\-._~!$&'()*+,;=:@/]/.test(String.fromCharCode(byte)) ? 1 : 0,
);

/**
 * A path parameter as a backend gets it: decoded (a client's `%2F` is a slash, AG-208), then what may not stand in a path encoded again
 * (AG-210). Undefined for text that is no UTF-8, and for `.` and `..` as segments however they were written: the authorizer saw
 * another path than a backend that resolves them would.
 */
export function reencodePath(value: string): string | undefined {
  const plain = value.includes('%') ? tryDecode(value) : value;
  if (plain === undefined) return undefined;
  if (plain.includes('.') && /(?:^|[/\\])\.{1,2}(?:[/\\]|$)/.test(plain)) return undefined;
  for (let index = 0; index < plain.length; index++) {
    const code = plain.charCodeAt(index);
    if (code > 0xff || pathBytes[code] === 0) return encodePath(plain);
  }
  return plain;
}

function encodePath(text: string): string {
  let encoded = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    encoded += pathBytes[byte] === 1 ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}

function tryDecode(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
