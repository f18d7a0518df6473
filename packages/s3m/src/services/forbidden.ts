import { createExtendedRequestId, createRequestId } from '../gateway/request-ids.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Account } from './account.ts';

/** Answers as API Gateway does where it knows no API for a request (AG-017), and tells the trace why. @param at the domain or endpoint, for the trace */
export function answerForbidden({ clock, random, traces }: Account, exchange: Exchange, at: string, why: string): void {
  const { head, peer } = exchange;
  const id = createRequestId(random);
  traces.add({
    id,
    time: clock.now(),
    api: at,
    stage: '',
    method: head.method,
    path: head.target.split('?', 1)[0]!,
    source: peer.address,
    decision: { status: 403, type: 'DEFAULT_4XX', why },
    timings: { total: 0 },
    logs: [],
  });
  exchange.send({
    status: 403,
    headers: [
      'Content-Type',
      'application/json',
      'x-amzn-RequestId',
      id,
      'x-amzn-ErrorType',
      'ForbiddenException',
      'x-amz-apigw-id',
      createExtendedRequestId(random),
    ],
    body: '{"message":"Forbidden"}',
  });
}
