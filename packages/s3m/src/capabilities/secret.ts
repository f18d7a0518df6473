/** Which version of a secret is meant; the one with the stage `AWSCURRENT` by default. */
export interface SecretVersion {
  readonly stage?: string;
  readonly id?: string;
}

/** A secret of Secrets Manager. */
export interface Secret {
  /** Its resource policy, as JSON; undefined for none. */
  readonly policy?: string | undefined;
  /** With its suffix of six characters. */
  readonly arn: string;
  readonly name: string;
  /** Undefined when there is no such version. */
  value(version?: SecretVersion): string | undefined;
}
