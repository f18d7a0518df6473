import type { ConditionKeys } from '../policy/condition.ts';
import type { NamedPolicy } from '../policy/evaluate-access.ts';
import type { CredentialsOwner } from './credentials.ts';

/** One thing that a caller wants to do. */
export interface Need {
  /** `dynamodb:GetItem` */
  readonly action: string;
  /** Its ARN, or `*`. */
  readonly resource: string;
  /** How the caller's message names it; `resource` by default. */
  readonly shownAs?: string;
  /** What a policy is told to allow, where `resource` is one of many that come and go; `resource` by default. */
  readonly grantAs?: string;
  /** Condition keys of the service. */
  readonly keys?: ConditionKeys;
  /** Of the resource. */
  readonly resourcePolicy?: NamedPolicy | undefined;
  /** What the call is signed with; absent for a role that a service acts as. */
  readonly accessKeyId?: string | undefined;
}

/** Why something is not allowed. */
export interface AccessRefusal {
  /** What the caller hears, in AWS's words (IAM-030 to IAM-032). */
  readonly message: string;
  /** What is missing, or what forbids it, for people. */
  readonly why: string;
  /** A Deny forbids it, rather than that an Allow is missing. */
  readonly explicit: boolean;
}

/** IAM of an account, for what knows only the directory. */
export interface AccessControl {
  /** Undefined when `caller` may, or when what is denied is only told (`--iam audit`). */
  refuse(caller: CredentialsOwner, need: Need): AccessRefusal | undefined;
}
