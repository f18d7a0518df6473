/** The caller's token isn't good. `reason` is for the log; it never holds any part of the token. The caller is told 401 and nothing else. */
export class Unauthorized extends Error {
  readonly reason: string;

  constructor(reason: string) {
    super(`Unauthorized: ${reason}`);
    this.name = 'Unauthorized';
    this.reason = reason;
  }
}
