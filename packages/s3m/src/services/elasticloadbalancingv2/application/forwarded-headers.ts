import type { HeaderLines } from '../../../http/message.ts';
import type { BalancedRequest } from './balanced-request.ts';

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

/** What a target is sent: the client's lines, and where they came from (NLB-074). */
export function toTargetHeaders(request: BalancedRequest, traceId: string): HeaderLines {
  const lines: string[] = [];
  const forwarded: string[] = [];
  let trace: string | undefined;
  eachLine(request.headers, (name, lower, value) => {
    if (lower === 'x-forwarded-for') forwarded.push(value);
    else if (lower === 'x-amzn-trace-id') trace = value;
    else if (lower !== 'x-forwarded-proto' && lower !== 'x-forwarded-port') lines.push(name, value);
  });
  lines.push('X-Forwarded-For', [...forwarded, request.peer].join(', '));
  lines.push('X-Forwarded-Proto', request.protocol.toLowerCase(), 'X-Forwarded-Port', String(request.port));
  lines.push('X-Amzn-Trace-Id', trace === undefined ? `Root=${traceId}` : trace.includes('Root=') ? trace : `Self=${traceId};${trace}`);
  return lines;
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
