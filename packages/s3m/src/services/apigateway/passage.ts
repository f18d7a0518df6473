import type { AuthorizerTrace } from '../../trace/trace.ts';
import type { PolicyDecision } from '../../policy/evaluate-policy.ts';
import type { Refused } from './failures.ts';
import type { GatewayRequest } from './gateway-request.ts';
import type { Outcome } from './integration.ts';
import type { Later } from './later.ts';
import type { ServedStage } from './served-stage.ts';
import type { UsageRegister } from './usage/usage-register.ts';
import type { CompiledMethod, Snapshot } from './snapshot.ts';

/** A request under way, with what has been found for it. What a step needs, an earlier one has set. */
export interface Passage {
  readonly request: GatewayRequest;
  readonly stages: ReadonlyMap<string, ServedStage>;
  /** Of the account. */
  readonly usage: UsageRegister;
  stage: ServedStage | undefined;
  /** Of the stage when the request came: a deployment served meanwhile does not change a request halfway. */
  snapshot: Snapshot | undefined;
  method: CompiledMethod | undefined;
  /** What the API's resource policy says, once it was asked. */
  policyDecision: PolicyDecision | undefined;
  /** Why nothing on the caller's side allows the call. Only the API's resource policy still can (AG-169). */
  unallowed: Refused | undefined;
}

/** One check or action; undefined to go on to the next. */
export type Step = (passage: Passage) => Outcome | undefined | Promise<Outcome | undefined> | Later;

/** Adds to what the trace tells of the authorizer. */
export function traceAuthorizer(request: GatewayRequest, facts: AuthorizerTrace): void {
  request.trace.authorizer = request.trace.authorizer === undefined ? facts : { ...request.trace.authorizer, ...facts };
}
