import type { HttpAnswer } from '../../http/exchange.ts';
import { BodyTooLarge } from '../../http/message.ts';
import { badRequest, Refused } from './failures.ts';
import { maxPayload, payloadTooLarge } from './front-end.ts';
import type { GatewayRequest } from './gateway-request.ts';
import { JsonDocument } from './mapping/json-document.ts';

/** The whole body of a request that has one, as API Gateway takes it in before it goes on (AG-237); what to answer when that fails. Read once, however often it is asked for. */
export function readRequestBody(request: GatewayRequest): Promise<Buffer | HttpAnswer | Refused> {
  return (request.wholeBody ??= read(request));
}

async function read(request: GatewayRequest): Promise<Buffer | HttpAnswer | Refused> {
  try {
    const body = await request.body.readAll(maxPayload);
    request.document = new JsonDocument(body);
    return body;
  } catch (error) {
    if (error instanceof BodyTooLarge) return payloadTooLarge;
    return bodyBrokeOff(error as Error);
  }
}

export function bodyBrokeOff(error: Error): Refused {
  return new Refused(badRequest, `The request's body did not come to its end: ${error.message}`);
}
