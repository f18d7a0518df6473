import { createTraceRoot } from '../../gateway/request-ids.ts';
import { headerValue } from '../../http/message.ts';
import type { GatewayRequest } from './gateway-request.ts';

/** A request's `X-Amzn-Trace-Id`: the client's when it is one, else a new one, the same wherever it is shown (AG-224, AG-240, AG-249). */
export function traceIdOf(request: GatewayRequest): string {
  return (request.traceId ??= given(request) ?? createTraceRoot(request.time, request.api.random));
}

function given({ headers }: GatewayRequest): string | undefined {
  const value = headerValue(headers, 'X-Amzn-Trace-Id');
  return value !== undefined && /(?:^|;\s*)Root=1-[0-9a-f]{8}-[0-9a-f]{24}(?:;|$)/i.test(value) ? value : undefined;
}
