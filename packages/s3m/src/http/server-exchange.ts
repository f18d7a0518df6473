import type { Exchange, HttpAnswer } from './exchange.ts';
import type { MessageBody, RequestHead } from './message.ts';

/** What an exchange asks of the connection it came on. */
export interface AnswerWriter {
  readonly peer: Exchange['peer'];
  /**
   * `written` is called when the last byte is with the kernel. Without it nothing is: a callback costs a turn of the event loop.
   * @param now as {@link Exchange.send} has it
   */
  answer(exchange: ServerExchange, answer: HttpAnswer, written?: () => void, now?: number): void;
}

/** One request on a server's connection. */
export class ServerExchange implements Exchange {
  readonly head: RequestHead;
  readonly body: MessageBody;
  readonly receivedAt: number;
  /** Whether {@link respond} has been called, or the server answered in its place. */
  answered = false;
  readonly #writer: AnswerWriter;
  #aborted = false;
  #controller: AbortController | undefined;

  constructor(writer: AnswerWriter, head: RequestHead, body: MessageBody, receivedAt: number) {
    this.#writer = writer;
    this.head = head;
    this.body = body;
    this.receivedAt = receivedAt;
  }

  get peer(): Exchange['peer'] {
    return this.#writer.peer;
  }

  /** Made when first asked for: most requests never need one. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#aborted) this.#controller.abort();
    }
    return this.#controller.signal;
  }

  respond(answer: HttpAnswer): Promise<void> {
    return new Promise((resolve) => this.#writer.answer(this, answer, resolve));
  }

  send(answer: HttpAnswer, now?: number): void {
    this.#writer.answer(this, answer, undefined, now);
  }

  /** The client has gone. */
  abort(): void {
    this.#aborted = true;
    this.#controller?.abort();
  }
}
