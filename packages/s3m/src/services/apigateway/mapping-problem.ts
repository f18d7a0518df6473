/** A mapping expression that cannot be compiled: `invalid` on AWS too, or only `unsupported` here. */
export class MappingProblem extends Error {
  readonly kind: 'invalid' | 'unsupported';

  constructor(kind: 'invalid' | 'unsupported', message: string) {
    super(message);
    this.name = 'MappingProblem';
    this.kind = kind;
  }
}
