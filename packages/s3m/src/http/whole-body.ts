import { BodyTooLarge, type MessageBody } from './message.ts';

/** A body up to this size goes out as text with its head: to write one text is cheaper than to join the two in memory. */
const textBytes = 4096;

/** A character for each byte, of what is small enough. */
export function asText(bytes: Buffer): string | undefined {
  return bytes.length <= textBytes ? bytes.toString('latin1') : undefined;
}

/** A body that came with its head. */
export class WholeBody implements MessageBody {
  readonly length: number;
  /** A character for each byte; undefined for a larger body. */
  readonly latin1: string | undefined;
  #bytes: Buffer | undefined;

  /** The bytes from `start` to `end`, which may change afterwards. */
  constructor(bytes: Buffer, start = 0, end: number = bytes.length) {
    this.length = end - start;
    this.latin1 = this.length <= textBytes ? bytes.toString('latin1', start, end) : undefined;
    this.#bytes = this.latin1 === undefined ? Buffer.from(bytes.subarray(start, end)) : undefined;
  }

  get bytes(): Buffer {
    return (this.#bytes ??= Buffer.from(this.latin1!, 'latin1'));
  }

  get settled(): true {
    return true;
  }

  readAll(limit: number): Promise<Buffer> {
    return this.length > limit ? Promise.reject(new BodyTooLarge(limit)) : Promise.resolve(this.bytes);
  }

  discard(): void {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    yield this.bytes;
  }
}
