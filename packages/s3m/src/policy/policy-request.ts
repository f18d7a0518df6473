import type { ConditionKeys } from './condition.ts';
import type { Principal } from './statement-match.ts';

/** What is asked of a policy. */
export interface PolicyRequest {
  readonly action: string;
  readonly resource: string;
  /** Left out where principals play no part: an authorizer's policy (AG-163), a role's own policies. Always given to a resource policy. */
  readonly principal?: Principal;
  /** Without it no condition can be evaluated, which denies. */
  readonly keys?: ConditionKeys;
}

/** A request of which nothing is known. */
export const unknownKeys: ConditionKeys = () => undefined;
