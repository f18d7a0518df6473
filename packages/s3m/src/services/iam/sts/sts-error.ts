/** What STS refuses, with AWS's code and text. */
export class StsError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = code;
    this.status = status;
    this.code = code;
  }
}

export function accessDenied(message: string): StsError {
  return new StsError(403, 'AccessDenied', message);
}

/** `what` as AWS's validator puts it: `Value '1' at 'durationSeconds' failed to satisfy constraint: ...` */
export function invalid(name: string, value: string | undefined, constraint: string): StsError {
  const shown = value === undefined ? 'null' : `'${value}'`;
  return new StsError(
    400,
    'ValidationError',
    `1 validation error detected: Value ${shown} at '${name}' failed to satisfy constraint: Member must ${constraint}`,
  );
}
