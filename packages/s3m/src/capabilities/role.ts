import type { PolicyDocument } from '../policy/policy-document.ts';

/** A policy as it is attached to somebody. */
export interface AttachedPolicy {
  /** Its name; of a managed policy its ARN. */
  readonly name: string;
  readonly document: PolicyDocument;
}

/** An IAM role of the account, with what it may do at this moment. */
export interface Role {
  readonly arn: string;
  readonly name: string;
  /** `AROA...` */
  readonly id: string;
  /** The longest session that `AssumeRole` opens, in seconds; 3600 by default. */
  readonly maxSessionSeconds: number;
  /** Who may assume it (IAM-007). */
  readonly trust: PolicyDocument;
  readonly tags: Readonly<Record<string, string>>;
  /** Inline and managed policies together (IAM-010). */
  readonly policies: readonly AttachedPolicy[];
  /** Only restricts (IAM-004). */
  readonly boundary: AttachedPolicy | undefined;
  /** Adds a policy; answers a function that takes it away again. */
  attach(policy: AttachedPolicy): () => void;
}

/** A policy that roles of the template can share. */
export interface ManagedPolicy {
  /** As it is now: an update of the policy is seen by every role. */
  readonly document: PolicyDocument;
}
