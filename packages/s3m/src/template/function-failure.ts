/** A function that could not be evaluated; `message` is CloudFormation's own. Carries the keys that lead to it, filled in on the way out. */
export class FunctionFailure extends Error {
  readonly path: string[] = [];
  readonly fix: string | undefined;

  constructor(message: string, fix?: string) {
    super(message);
    this.name = 'FunctionFailure';
    this.fix = fix;
  }
}

/** Runs `work`; a {@link FunctionFailure} that leaves it is noted to have come through `key`. */
export function within<T>(key: string | number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof FunctionFailure) error.path.unshift(String(key));
    throw error;
  }
}
