import type { GatewayRequest } from '../gateway-request.ts';
import { forwardedFor } from '../proxy-request-headers.ts';

/** Taken away while a request is parsed (AG-219, AG-272, AG-057). What HTTP backends don't get besides, functions do: Host, Via, Content-Encoding (AG-273). */
const dropped = new Set([
  'connection',
  'content-length',
  'content-md5',
  'expect',
  'keep-alive',
  'max-forwards',
  'proxy-authenticate',
  'server',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'www-authenticate',
  'x-http-method-override',
  // The gateway's own (AG-271).
  'x-amzn-trace-id',
  'x-forwarded-for',
  'x-forwarded-port',
  'x-forwarded-proto',
]);

/** The same values in two forms: the last one of each name, and all of them. */
export interface EventValues {
  readonly single: Record<string, string>;
  readonly multi: Record<string, string[]>;
}

/** Names and values in turn, each name with its last value and with all in order (AG-052). */
export function collectValues(pairs: readonly string[], skip?: (name: string) => boolean): EventValues {
  // Without a prototype: a name may be `__proto__`.
  const single = Object.create(null) as Record<string, string>;
  const multi = Object.create(null) as Record<string, string[]>;
  for (let index = 0; index < pairs.length; index += 2) {
    const name = pairs[index]!;
    if (skip?.(name) === true) continue;
    const value = pairs[index + 1]!;
    single[name] = value;
    const all = multi[name];
    if (all === undefined) multi[name] = [value];
    else all.push(value);
  }
  return { single, multi };
}

/** The request's headers as an event has them: in the client's spelling (AG-270), then the gateway's own (AG-271). */
export function eventHeaders(request: GatewayRequest, traceId: string): EventValues {
  const values = collectValues(request.headers, (name) => dropped.has(name.toLowerCase()));
  const own = [
    'X-Amzn-Trace-Id',
    traceId,
    'X-Forwarded-For',
    forwardedFor(request),
    'X-Forwarded-Port',
    '443',
    'X-Forwarded-Proto',
    'https',
  ];
  for (let index = 0; index < own.length; index += 2) {
    values.single[own[index]!] = own[index + 1]!;
    values.multi[own[index]!] = [own[index + 1]!];
  }
  return values;
}
