/** A version of a Lambda layer. */
export interface Layer {
  /** With version: `arn:aws:lambda:us-east-1:000000000000:layer:common:1`. */
  readonly arn: string;
  /** Absolute path of what AWS unpacks into `/opt`. */
  readonly directory: string;
}
