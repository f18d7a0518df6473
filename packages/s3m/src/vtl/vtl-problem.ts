/** A template that cannot be compiled: `invalid` in Velocity too, or `unsupported` here. */
export class VtlSyntaxProblem extends Error {
  readonly kind: 'invalid' | 'unsupported';

  constructor(kind: 'invalid' | 'unsupported', message: string) {
    super(message);
    this.name = 'VtlSyntaxProblem';
    this.kind = kind;
  }
}

/** A template that failed while it ran: an exception in Java, or more work than is allowed. */
export class VtlFailure extends Error {
  override readonly name = 'VtlFailure';
}
