/** What an operation gives: an output, or an error with its `__type`. */
export interface Outcome {
  readonly status: number;
  /** JSON. */
  readonly text: string;
}

/** An error, as the protocol has it. `namespace` is the service's own by default. */
export function errorOutcome(status: number, code: string, message?: string, namespace = 'com.amazonaws.dynamodb.v20120810'): Outcome {
  return { status, text: JSON.stringify({ __type: `${namespace}#${code}`, ...(message === undefined ? {} : { message }) }) };
}
