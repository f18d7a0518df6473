/** No connection could be made. `cause` is what the dial failed with. */
export class ConnectFailed extends Error {
  constructor(cause: unknown) {
    super(`cannot connect: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'ConnectFailed';
  }
}

/** The server closed the connection before its answer was complete. */
export class ConnectionClosed extends Error {
  /** Whether bytes of the answer had come. */
  readonly when: 'before-answer' | 'within-answer';

  constructor(when: 'before-answer' | 'within-answer', cause?: Error) {
    const text = when === 'before-answer' ? 'connection closed before any byte of the answer' : 'connection closed within the answer';
    super(cause === undefined ? text : `${text}: ${cause.message}`, { cause });
    this.name = 'ConnectionClosed';
    this.when = when;
  }
}

/** The answer's head, or the next bytes of its body, did not come in time. */
export class AnswerTimeout extends Error {
  constructor(timeoutMs: number, where: 'connecting' | 'head' | 'body') {
    super(where === 'connecting' ? `no connection within ${timeoutMs} ms` : `no ${where} of an answer within ${timeoutMs} ms`);
    this.name = 'AnswerTimeout';
  }
}

/** The answer breaks a rule of RFC 9112; `message` says which. */
export class MalformedAnswer extends Error {
  constructor(why: string) {
    super(`malformed answer: ${why}`);
    this.name = 'MalformedAnswer';
  }
}
