import type { BodyStream } from './body-stream.ts';
import { ChunkedDecoder } from './chunked.ts';
import { owned } from './lent-bytes.ts';
import type { Framing } from './message.ts';

/** Takes a message's body off a connection's bytes and puts it into a {@link BodyStream}. */
export class BodyReader {
  readonly stream: BodyStream;
  readonly #chunked: ChunkedDecoder | undefined;
  readonly #push: (chunk: Buffer) => void;
  /** Whether the end of the connection is the end of the body. */
  readonly endsWithConnection: boolean;
  #remaining: number;

  constructor(framing: Framing, stream: BodyStream, maxTrailerBytes: number) {
    this.stream = stream;
    this.#chunked = framing.kind === 'chunked' ? new ChunkedDecoder(maxTrailerBytes) : undefined;
    this.#remaining = framing.kind === 'length' ? framing.length : framing.kind === 'none' ? 0 : Infinity;
    this.endsWithConnection = framing.kind === 'until-close';
    this.#push = (chunk) => stream.push(owned(chunk));
  }

  /** Bytes still to come; Infinity when the head doesn't tell. */
  get remaining(): number {
    return this.#remaining;
  }

  get done(): boolean {
    return this.#remaining === 0;
  }

  /**
   * Takes the body's bytes from `offset` on and ends the stream with the last one.
   * @returns the position of the first byte that isn't the body's.
   * @throws Malformed
   */
  read(buffer: Buffer, offset: number): number {
    if (this.#chunked !== undefined) {
      const at = this.#chunked.decode(buffer, offset, this.#push);
      if (this.#chunked.done) this.#finish();
      return at;
    }
    const end = Math.min(buffer.length, offset + this.#remaining);
    if (end > offset) this.#push(offset === 0 && end === buffer.length ? buffer : buffer.subarray(offset, end));
    this.#remaining -= end - offset;
    if (this.#remaining === 0) this.#finish();
    return end;
  }

  #finish(): void {
    this.#remaining = 0;
    this.stream.end();
  }
}
