import { BodyReader } from './body-reader.ts';
import { BodyStream, type BodySource } from './body-stream.ts';
import type { Deadline } from './deadline.ts';
import type { HttpAnswer, HttpLimits } from './exchange.ts';
import type { RequestHead } from './message.ts';

/** An unread request body up to this size is read off after the answer, so that the connection can be kept. */
const maxDrainBytes = 65_536;

/** A request's body on its way in: how far it has come, the time that the client has for it, and whether the client waits to be asked for it. */
export class ArrivingBody {
  readonly stream: BodyStream;
  readonly #reader: BodyReader;
  readonly #deadline: Deadline;
  /** The client has not been told `100 Continue` that it waits for. */
  continueOwed: boolean;
  /** When it must have come, once it is waited for. */
  #until = Infinity;

  constructor(head: RequestHead, expectContinue: boolean, source: BodySource, deadline: Deadline, maxTrailerBytes: number) {
    const { framing } = head;
    this.stream = new BodyStream(framing.kind === 'length' ? framing.length : undefined, source);
    this.#reader = new BodyReader(framing, this.stream, maxTrailerBytes);
    this.#deadline = deadline;
    this.continueOwed = expectContinue;
  }

  get done(): boolean {
    return this.#reader.done;
  }

  /** Takes its bytes from `offset` on. @returns the position of the first byte that isn't its own. @throws Malformed */
  read(buffer: Buffer, offset: number): number {
    // A client that sends its body waits for no 100 (RFC 9110 section 10.1.1).
    this.continueOwed = false;
    return this.#reader.read(buffer, offset);
  }

  /** Gives the client time for it. One that drips is cut off in the end, however often a byte comes. @param now of the monotonic clock */
  expect({ bodyIdleTimeoutMs, bodyTimeoutMs }: HttpLimits, now: number): void {
    if (this.#until === Infinity) this.#until = now + bodyTimeoutMs;
    this.#deadline.set(Math.min(bodyIdleTimeoutMs, Math.max(0, this.#until - now)), now);
  }

  /** The client is held back: it isn't slow. */
  hold(): void {
    this.#deadline.clear();
    this.#until = Infinity;
  }

  /** Whether the rest can be read off after an answer that nobody read it for. */
  get canBeDrained(): boolean {
    return !this.continueOwed && this.#reader.remaining <= maxDrainBytes;
  }

  /** Whether the rest will have been read when the answer is out, so that the connection can be kept. */
  willBeRead(answer: HttpAnswer): boolean {
    return this.stream.taken || answer.body === this.stream || this.canBeDrained;
  }
}
