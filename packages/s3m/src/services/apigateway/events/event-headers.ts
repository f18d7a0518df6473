import type { GatewayRequest } from '../gateway-request.ts';
import { hiddenHeaders } from '../mapping/hidden-headers.ts';
import { forwardedFor } from '../proxy-request-headers.ts';
import { traceIdOf } from '../trace-id.ts';
import { groupValues, type EventValues } from './event-values.ts';

/** Taken away while a request is parsed (AG-219, AG-272, AG-057). What HTTP backends don't get besides, functions do: Host, Via, Content-Encoding (AG-273). */
const dropped = new Set([
  ...hiddenHeaders.map((name) => name.toLowerCase()),
  'keep-alive',
  'x-http-method-override',
  // The gateway's own (AG-271).
  'x-amzn-trace-id',
  'x-forwarded-for',
  'x-forwarded-port',
  'x-forwarded-proto',
]);

/** The request's headers as an event has them: in the client's spelling (AG-100, AG-270), then the gateway's own. */
export function eventHeaders(request: GatewayRequest): EventValues {
  return groupValues(headersAfterParsing(request), true);
}

/** Names and values in turn, with the gateway's own at the end (AG-271), which a simulated request doesn't have. */
export function headersAfterParsing(request: GatewayRequest): string[] {
  const { headers } = request;
  const lines: string[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index]!;
    if (!dropped.has(name.toLowerCase())) lines.push(name, headers[index + 1]!);
  }
  if (request.arrival.simulated === true) return lines;
  lines.push('X-Amzn-Trace-Id', traceIdOf(request), 'X-Forwarded-For', forwardedFor(request));
  lines.push('X-Forwarded-Port', '443', 'X-Forwarded-Proto', 'https');
  return lines;
}
