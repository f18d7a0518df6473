import type { AttachedPolicy } from './role.ts';

/** A role as somebody has assumed it. */
export interface RoleSession {
  /** `arn:aws:iam::000000000000:role/NAME`: what policies compare `aws:PrincipalArn` with (IAM-008). */
  readonly roleArn: string;
  /** Milliseconds since the epoch. */
  readonly issuedAt: number;
  /** Session policies: they only restrict (IAM-004). */
  readonly policies: readonly AttachedPolicy[];
}

/** The VPC endpoint that a call came through. */
export interface CallPassage {
  /** `vpce-0123456789abcdef0` */
  readonly endpointId: string;
  readonly vpcId: string;
  /** Of the endpoint; none lets everything through (IAM-025). */
  readonly policy?: AttachedPolicy;
}

/** Who signs with credentials. Without `session` and `administrator` nothing is allowed. */
export interface CredentialsOwner {
  /** `arn:aws:iam::000000000000:user/developer`, `arn:aws:sts::000000000000:assumed-role/ROLE/SESSION` */
  readonly arn: string;
  /** 12 digits. */
  readonly accountId: string;
  /** `AIDA...`, as policies see it in `aws:userid`; of a role's session `AROA...:SESSION`. */
  readonly userId: string;
  /** Of an IAM user; roles have none. */
  readonly userName?: string;
  readonly session?: RoleSession;
  /** May do everything in the account. */
  readonly administrator?: true;
  /** Of this call; absent where it came by none. */
  readonly passage?: CallPassage;
}

/** Credentials that requests are signed with. */
export interface Credentials {
  readonly secretAccessKey: string;
  /** Temporary credentials count only together with theirs. */
  readonly sessionToken?: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
  readonly owner: CredentialsOwner;
}
