import { toHeaderLines } from '../../../http/header-text.ts';
import type { HttpAnswer } from '../../../http/exchange.ts';
import type { HeaderLines } from '../../../http/message.ts';
import { Refused } from '../failures.ts';
import { maxPayload } from '../front-end.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import { GatewayResponses, type GatewayResponseDefinition } from '../gateway-responses.ts';
import type { Outcome } from '../integration.ts';

/** An answer that nobody is sent, but shown. */
export interface ShownAnswer extends HttpAnswer {
  readonly headers: HeaderLines;
  readonly body: Buffer;
}

/** What the front end adds. A test call tells only what the method answers. */
const ofFrontEnd = new Set(['x-amzn-requestid', 'x-amz-apigw-id']);
const ofRefusals = new Set([...ofFrontEnd, 'x-amzn-trace-id']);

/** What a method has answered; without a gateway response of the API, an error has no header but its type. */
export async function shownAnswer(
  responses: ReadonlyMap<string, GatewayResponseDefinition>,
  request: GatewayRequest,
  outcome: Outcome,
): Promise<ShownAnswer> {
  if (!(outcome instanceof Refused)) return show(outcome, ofFrontEnd);
  const { failure } = outcome;
  request.failure = failure;
  const isCustom = responses.has(failure.type) || responses.has(failure.status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX');
  const answer = new GatewayResponses(responses.values()).answer(request, failure);
  return show(answer, isCustom ? ofRefusals : new Set([...ofRefusals, 'content-type']));
}

async function show(answer: HttpAnswer, without: ReadonlySet<string>): Promise<ShownAnswer> {
  const { body = '' } = answer;
  const lines = toHeaderLines(answer.headers);
  const isShown = (index: number): boolean => !without.has(lines[index - (index % 2)]!.toLowerCase());
  const bytes = typeof body === 'string' ? Buffer.from(body) : Buffer.isBuffer(body) ? body : await body.readAll(maxPayload);
  return { ...answer, headers: lines.filter((_, index) => isShown(index)), body: bytes };
}
