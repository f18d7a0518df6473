import type { HttpAnswer } from '../../http/exchange.ts';
import type { Refused } from './failures.ts';
import type { GatewayRequest } from './gateway-request.ts';

/** What a step that answers comes to. */
export type Outcome = HttpAnswer | Refused;

/** What answers a method's requests, compiled at deployment. */
export interface Integration {
  readonly type: 'MOCK' | 'HTTP_PROXY';
  run(request: GatewayRequest): Outcome | Promise<Outcome>;
}
