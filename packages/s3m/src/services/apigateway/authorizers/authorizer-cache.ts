import type { ResultCache } from '../../../gateway/result-cache.ts';
import type { PolicyDecision } from '../../../policy/evaluate-policy.ts';
import type { AuthorizerTrace } from '../../../trace/trace.ts';
import type { AuthorizerResult } from './authorizer-result.ts';

/** An authorizer's result with what the trace tells of it. */
export interface CachedResult {
  readonly result: AuthorizerResult;
  /** Masked. */
  readonly identity: string;
  /** {@link AuthorizerResult.source} without the identity in it. */
  readonly shown: unknown;
  /** The policy's statements, likewise. */
  readonly shownStatements: readonly unknown[];
  /** What the trace tells of a request that found it kept, by the index of the statement that allowed or denied. Filled when it first is told. */
  readonly hits: AuthorizerTrace[];
  /** Whether a Resource of the policy is longer than allowed (AG-149). */
  readonly tooLong: boolean;
  /** Whether the policy's decision depends on nothing but the method: no statement has a condition or a variable. */
  readonly unconditional: boolean;
  /** What the policy said last, and of which method: the parts of its ARN. */
  decided: { readonly prefix: string; readonly verb: string; readonly path: string; readonly decision: PolicyDecision } | undefined;
}

/** Of one authorizer in one stage (AG-113). */
export type AuthorizerCache = ResultCache<CachedResult>;
