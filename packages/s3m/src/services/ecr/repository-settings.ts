import { parsePolicy } from '../../policy/parse-policy.ts';
import type { PolicyDocument } from '../../policy/policy-document.ts';
import { parseLifecyclePolicy, type LifecycleRule } from './images/lifecycle-policy.ts';
import type { TagMutability } from './images/tag-mutability.ts';

/** What a repository was told to do, by a template or by the API. */
export interface RepositorySettings {
  readonly mutability: TagMutability;
  readonly policy?: RepositoryPolicy;
  readonly lifecycle?: Lifecycle;
  readonly scanOnPush: boolean;
  readonly encryption: { readonly type: string; readonly key?: string };
  readonly tags: Readonly<Record<string, string>>;
  /** Of a repository that the API made: CreateRepository's input, to be found again after a restart. */
  readonly input?: Readonly<Record<string, unknown>>;
}

export interface RepositoryPolicy {
  readonly text: string;
  readonly document: PolicyDocument;
}

export interface Lifecycle {
  readonly text: string;
  readonly rules: readonly LifecycleRule[];
  /** Milliseconds since the epoch; undefined before the first time. */
  readonly evaluatedAt?: number;
}

/** @throws PolicySyntaxError, SyntaxError */
export function readRepositoryPolicy(text: string): RepositoryPolicy {
  return { text, document: parsePolicy(JSON.parse(text)) };
}

/** @throws LifecyclePolicyProblem */
export function readLifecycle(text: string): Lifecycle {
  return { text, rules: parseLifecyclePolicy(text) };
}
