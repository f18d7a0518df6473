/** Who signs with credentials. */
export interface CredentialsOwner {
  /** `arn:aws:iam::000000000000:user/developer` */
  readonly arn: string;
  /** 12 digits. */
  readonly accountId: string;
  /** `AIDA...`, as policies see it in `aws:userid`. */
  readonly userId: string;
  /** Of an IAM user; roles have none. */
  readonly userName?: string;
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
