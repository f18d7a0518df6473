import { isForwarded } from './is-forwarded.ts';
import { asVariable, oddName } from '../../../gateway/cgi-variable.ts';
import { headerValues, type HeaderLines } from '../../../http/message.ts';
import type { HttpApiRequest } from '../request/http-api-request.ts';

/** What concerns the connection alone, and what the gateway writes itself (AG-583, AG-584). */
const dropped: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'forwarded',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
  'x-amzn-trace-id',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
]);

/** Names that the gateway adds, for the trace. */
export const addedHeaders: readonly string[] = ['Host', 'Forwarded', 'Via', 'X-Amzn-Trace-Id'];

/** Header lines for the backend, and the names of the client's that were left out. */
export interface BackendHeaders {
  readonly lines: string[];
  readonly removed: readonly string[];
}

export function toBackendHeaders(request: HttpApiRequest, headers: HeaderLines, host: string): BackendHeaders {
  const lines: string[] = ['Host', host];
  const removed: string[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index]!;
    const lower = name.toLowerCase();
    if (dropped.has(lower) || (oddName.test(lower) && isLookalike(headers, asVariable(lower)))) removed.push(name);
    else lines.push(name, headers[index + 1]!);
  }
  const via = [...headerValues(headers, 'Via'), 'HTTP/1.1 AmazonAPIGateway'].join(', '); // AG-584
  lines.push('Forwarded', forwarded(request), 'Via', via, 'X-Amzn-Trace-Id', request.traceHeader, 'Connection', 'Keep-Alive');
  return { lines, removed };
}

/** Whether a server with CGI variables takes a name for one that the gateway drops or writes, or for another one of this request. */
function isLookalike(headers: HeaderLines, variable: string): boolean {
  return dropped.has(variable) || headers.some((name, index) => index % 2 === 0 && name.toLowerCase() === variable);
}

/**
 * AG-583: in place of `X-Forwarded-*`; what the client sent comes before, unless it is malformed: a quote left open would swallow what the
 * gateway says.
 */
function forwarded({ headers, peer, api }: HttpApiRequest): string {
  const earlier = headerValues(headers, 'Forwarded').filter((value) => isForwarded(value));
  const hops = headerValues(headers, 'X-Forwarded-For')
    .flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '');
  const own = `by=127.0.0.1;for=${quoted(peer)};host=${api.host};proto=https`;
  return [...earlier, ...hops.map((hop) => `for=${quoted(hop)}`), own].join(', ');
}

/** A value that is no token is quoted, an IPv6 address in brackets (RFC 7239 sections 4 and 6). */
function quoted(value: string): string {
  if (/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(value)) return value;
  const node = /^[0-9A-Fa-f:]+$/.test(value) ? `[${value}]` : value;
  return `"${node.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
