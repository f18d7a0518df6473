import { BodyTooLarge, type MessageBody } from './message.ts';

/** A body that came with its head. */
export class WholeBody implements MessageBody {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  get length(): number {
    return this.bytes.length;
  }

  get settled(): true {
    return true;
  }

  readAll(limit: number): Promise<Buffer> {
    return this.bytes.length > limit ? Promise.reject(new BodyTooLarge(limit)) : Promise.resolve(this.bytes);
  }

  discard(): void {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    yield this.bytes;
  }
}
