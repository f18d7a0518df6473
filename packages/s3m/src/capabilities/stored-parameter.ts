/** A parameter of Systems Manager. */
export interface StoredParameter {
  readonly arn: string;
  /** As it was given: `/team/limit` or `limit`. */
  readonly name: string;
  /** The newest version by default; undefined when there is no such version. */
  value(version?: number): string | undefined;
}
