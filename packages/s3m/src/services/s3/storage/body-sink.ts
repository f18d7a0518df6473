import type { ObjectBody } from '../../../capabilities/bucket.ts';
import type { BodyFiles, BodyWriter } from './body-files.ts';

/** Bytes of an object that stays in memory, and that wait to be written of one that doesn't. */
export const memoryBytes: number = 1024 * 1024;

/** Bytes that came in, held until `release` is called. */
export interface Held {
  readonly body: ObjectBody;
  readonly release: () => void;
}

/** Takes the bytes of an object as they come: few stay in memory, many go into a file. */
export class BodySink {
  readonly #files: BodyFiles;
  readonly #always: boolean;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #writer: BodyWriter | undefined;

  /** @param always whether a file is made also for few bytes */
  constructor(files: BodyFiles, always = false) {
    this.#files = files;
    this.#always = always;
  }

  /** Resolves when more may come. @throws StateFailure */
  async write(bytes: Buffer): Promise<void> {
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes > memoryBytes) await this.#flush();
  }

  /** @throws StateFailure; then nothing is left */
  async finish(): Promise<Held> {
    if (this.#writer === undefined && !this.#always) {
      // A copy: what came in may be part of larger buffers.
      return { body: Buffer.concat(this.#waiting), release: () => {} };
    }
    try {
      const writer = await this.#flush();
      return await writer.finish();
    } catch (error) {
      await this.abort();
      throw error;
    }
  }

  /** Leaves nothing of it. */
  async abort(): Promise<void> {
    this.#waiting = [];
    await this.#writer?.abort();
  }

  async #flush(): Promise<BodyWriter> {
    this.#writer ??= await this.#files.create();
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    await this.#writer.write(waiting);
    return this.#writer;
  }
}
