/** What a service refuses, with AWS's code and text. */
export class ServiceError extends Error {
  readonly code: string;
  readonly status: number;
  /** Further members of the error, `{Reason: ...}`. */
  readonly members: Readonly<Record<string, unknown>>;

  /** @param message empty for an error that AWS sends without a text */
  constructor(
    code: string,
    message = '',
    options: { readonly status?: number; readonly members?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = options.status ?? 400;
    this.members = options.members ?? {};
  }
}

/** What AWS has and this engine has not; a status that no SDK tries again. */
export function unsupported(message: string): ServiceError {
  return new ServiceError('UnsupportedOperation', message, { status: 501 });
}
