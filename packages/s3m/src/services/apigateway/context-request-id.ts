import { headerValue } from '../../http/message.ts';
import type { GatewayRequest } from './gateway-request.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * `$context.requestId`: the client's own, when it sends a UUID in `x-amzn-RequestId`; what is none is told to be none (AG-076). Answers, traces and
 * logs go by the gateway's.
 */
export function contextRequestId({ headers, id }: Pick<GatewayRequest, 'headers' | 'id'>): string {
  const own = headerValue(headers, 'x-amzn-RequestId');
  if (own === undefined || own === '') return id;
  return uuid.test(own) ? own : 'UUID_REPLACED_INVALID_REQUEST_ID';
}
