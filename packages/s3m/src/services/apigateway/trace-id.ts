import { createSegmentId } from '../../gateway/request-ids.ts';
import { headerValue, type HeaderLines } from '../../http/message.ts';
import type { GatewayRequest } from './gateway-request.ts';

/** A request's `X-Amzn-Trace-Id`: the client's when it is one, else a new one, the same wherever it is shown (AG-224, AG-240, AG-249). */
export function traceIdOf(request: GatewayRequest): string {
  return (request.traceId ??= request.facts.traceId ?? request.ids.traceRoot(request.time));
}

/** The same, for a request whose backend, function or authorizer was told it. */
export function toldTraceId(request: GatewayRequest): string | undefined {
  return request.traceIsTold ? traceIdOf(request) : request.traceId;
}

/** What a backend is told: with tracing on, the gateway's segment and that it is sampled (AG-239). */
export function backendTraceId(request: GatewayRequest): string {
  const id = traceIdOf(request);
  if (!request.tracing) return id;
  const root = /Root=[^;]+/i.exec(id)?.[0] ?? id;
  return `${root};Parent=${createSegmentId(request.api.random)};Sampled=1`;
}

/** The client's own, if it is one. */
export function givenTraceId(headers: HeaderLines): string | undefined {
  const value = headerValue(headers, 'X-Amzn-Trace-Id');
  return value !== undefined && /(?:^|;\s*)Root=1-[0-9a-f]{8}-[0-9a-f]{24}(?:;|$)/i.test(value) ? value : undefined;
}
