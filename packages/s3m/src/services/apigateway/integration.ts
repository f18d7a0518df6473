import type { HttpAnswer } from '../../http/exchange.ts';
import type { Refused } from './failures.ts';
import type { GatewayRequest } from './gateway-request.ts';
import type { Later } from './later.ts';

/** What a step that answers comes to. */
export type Outcome = HttpAnswer | Refused;

/** AG-520 */
export type IntegrationType = 'MOCK' | 'HTTP' | 'HTTP_PROXY' | 'AWS' | 'AWS_PROXY';

/** What answers a method's requests, compiled at deployment. */
export interface Integration {
  readonly type: IntegrationType;
  run(request: GatewayRequest): Outcome | Promise<Outcome> | Later;
}
