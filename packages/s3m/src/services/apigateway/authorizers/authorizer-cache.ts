import type { ResultCache } from '../../../gateway/result-cache.ts';
import type { PolicyDecision } from '../../../policy/evaluate-policy.ts';
import type { AuthorizerTrace } from '../../../trace/trace.ts';
import type { AuthorizerResult } from './authorizer-result.ts';
import type { SharedPolicy } from './shared-policies.ts';

/** An authorizer's result with what the trace tells of it. A hundred thousand of them are kept: what is alike in many is shared. */
export interface CachedResult {
  readonly context: AuthorizerResult['context'];
  readonly usageIdentifierKey: AuthorizerResult['usageIdentifierKey'];
  readonly policy: SharedPolicy;
  /** Masked. */
  readonly identity: string;
  /** {@link AuthorizerResult.source} without the identity in it. */
  readonly shown: unknown;
  /** The policy's statements, likewise. */
  readonly shownStatements: readonly unknown[];
  /** What the trace told of the request that found it kept last. */
  hit: AuthorizerTrace | undefined;
  /** What the policy said last, and of which method: the parts of its ARN. */
  decided: { readonly prefix: string; readonly verb: string; readonly path: string; readonly decision: PolicyDecision } | undefined;
}

/** Of one authorizer in one stage (AG-113). */
export type AuthorizerCache = ResultCache<CachedResult>;
