import type { HttpAnswer } from '../../http/exchange.ts';
import { BodyTooLarge } from '../../http/message.ts';
import { maxPayload, payloadTooLarge } from './front-end.ts';
import type { GatewayRequest } from './gateway-request.ts';

/** The whole body, as API Gateway takes it in before it goes on (AG-237); undefined when there is none; the answer when it is too large. */
export async function readRequestBody(request: GatewayRequest): Promise<Buffer | HttpAnswer | undefined> {
  if (!request.hasBody) return undefined;
  try {
    return await request.body.readAll(maxPayload);
  } catch (error) {
    if (error instanceof BodyTooLarge) return payloadTooLarge;
    throw error;
  }
}
