import type { HeaderLines } from '../../../http/message.ts';
import type { BalancedRequest } from './balanced-request.ts';
import type { BalancerSettings } from './balancer-settings.ts';
import type { ListenerHeaders } from './listener-headers.ts';

/** Of one connection only (RFC 9110 section 7.6.1); the writer sets those of the next one. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'content-length',
]);
/** What the balancer says, whatever the client does. */
const ownNames: ReadonlySet<string> = new Set(['x-forwarded-proto', 'x-forwarded-port']);

/** What a target is sent: the client's lines, and where they came from (NLB-074, NLB-075). */
export function toTargetHeaders(
  request: BalancedRequest,
  traceId: string,
  settings: BalancerSettings,
  { tlsVersionName, tlsCipherName }: Pick<ListenerHeaders, 'tlsVersionName' | 'tlsCipherName'>,
): HeaderLines {
  const lines: string[] = [];
  const forwarded: string[] = [];
  let trace: string | undefined;
  const tls = settings.tellsTls ? request.client.agreed() : undefined;
  eachLine(request.headers, (name, lower, value) => {
    if (lower === 'x-forwarded-for') forwarded.push(value);
    else if (lower === 'x-amzn-trace-id') trace = value;
    else if (lower === 'host') lines.push(name, settings.preservesHost ? value : hostFor(value, request.port));
    else if (ownNames.has(lower)) return;
    else if (tls !== undefined && (lower === tlsVersionName.toLowerCase() || lower === tlsCipherName.toLowerCase())) return;
    else if (!settings.dropsInvalidHeaders || /^[a-z0-9-]+$/.test(lower)) lines.push(name, value);
  });
  const from = forwardedFor(forwarded, request, settings);
  if (from.length > 0) lines.push('X-Forwarded-For', from.join(', '));
  lines.push('X-Forwarded-Proto', request.protocol.toLowerCase(), 'X-Forwarded-Port', String(request.port));
  lines.push('X-Amzn-Trace-Id', trace === undefined ? `Root=${traceId}` : trace.includes('Root=') ? trace : `Self=${traceId};${trace}`);
  if (tls !== undefined) lines.push(tlsVersionName, tls.version, tlsCipherName, tls.cipher);
  return lines;
}

function forwardedFor(
  known: readonly string[],
  { client }: BalancedRequest,
  { forwardedFor: mode, forwardsPort }: BalancerSettings,
): readonly string[] {
  if (mode === 'remove') return [];
  if (mode === 'preserve') return known;
  return [...known, forwardsPort ? `${client.address}:${client.port}` : client.address];
}

/** Unless it is to be preserved: with the listener's port, which the usual ports do without (ELB guide, "Host header preservation"). */
function hostFor(value: string, port: number): string {
  const named = /:\d*$/.test(value);
  if (port === 80 || port === 443) return value.replace(/:\d*$/, '');
  return named ? value : `${value}:${port}`;
}

/** What a client is sent of a target's answer. */
export function toClientHeaders(headers: HeaderLines): string[] {
  const lines: string[] = [];
  eachLine(headers, (name, _lower, value) => lines.push(name, value));
  return lines;
}

/** Each line that is for more than one hop. */
function eachLine(headers: HeaderLines, see: (name: string, lower: string, value: string) => void): void {
  const named = new Set(hopByHop);
  for (let index = 0; index < headers.length; index += 2) {
    if (headers[index]!.toLowerCase() === 'connection') {
      for (const token of headers[index + 1]!.split(',')) named.add(token.trim().toLowerCase());
    }
  }
  named.delete('host');
  for (let index = 0; index < headers.length; index += 2) {
    const lower = headers[index]!.toLowerCase();
    if (!named.has(lower)) see(headers[index]!, lower, headers[index + 1]!);
  }
}

/** `1-6565d0c1-0123456789abcdef01234567` */
export function newTraceId(now: number, random: () => number): string {
  const digits = (count: number): string => Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join('');
  return `1-${Math.floor(now / 1000)
    .toString(16)
    .padStart(8, '0')}-${digits(24)}`;
}
