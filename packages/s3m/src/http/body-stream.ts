import { BodyTooLarge, type MessageBody } from './message.ts';

/** Takes a body's bytes as they come. */
export interface BodySink {
  /** @returns false to be sent nothing more until {@link BodyStream.resume}. */
  write(chunk: Buffer): boolean;
  end(): void;
  fail(error: Error): void;
}

/** Where a body's bytes come from. */
export interface BodySource {
  /** Somebody reads the body and can take more now. */
  bodyWanted(): void;
  /** Nobody will read the rest. */
  bodyDiscarded(): void;
}

/** A message without a body. */
export const emptyBody: MessageBody = {
  length: 0,
  readAll: () => Promise.resolve(Buffer.alloc(0)),
  discard: () => {},
  [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: undefined }) }),
};

/** Bytes kept for a reader that is slower than the sender, before the sender is held back. */
const highWater = 65_536;

/**
 * A body between the connection that it arrives on and the one reader it has. The connection pushes; the reader iterates, collects all,
 * or attaches a sink. While {@link full}, the connection doesn't read on.
 */
export class BodyStream implements MessageBody {
  readonly length: number | undefined;
  readonly #source: BodySource;
  #chunks: Buffer[] = [];
  #queued = 0;
  #sink: BodySink | undefined;
  #sinkReady = true;
  #ended = false;
  #endTold = false;
  #error: Error | undefined;
  #onSettled: (() => void) | undefined;
  #onGathered: (() => void) | undefined;

  constructor(length: number | undefined, source: BodySource) {
    this.length = length;
    this.#source = source;
  }

  /** Whether the sender should be held back. */
  get full(): boolean {
    return this.#queued >= highWater;
  }

  /** Whether somebody reads it. */
  get taken(): boolean {
    return this.#sink !== undefined && this.#sink !== dropAll;
  }

  /** Whether all bytes have arrived, or none will any more. */
  get settled(): boolean {
    return this.#ended || this.#error !== undefined;
  }

  /** Why the rest won't come. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** Whether the reader wants nothing more for now. */
  get held(): boolean {
    return !this.#sinkReady;
  }

  /** Calls back when all has arrived, or it is known that it won't; not when it already has. */
  onSettled(callback: () => void): void {
    this.#onSettled = callback;
  }

  /** For the connection: the next bytes. */
  push(chunk: Buffer): void {
    if (this.#sink !== undefined && this.#sinkReady && this.#chunks.length === 0) {
      this.#sinkReady = this.#sink.write(chunk);
      return;
    }
    this.#chunks.push(chunk);
    this.#queued += chunk.length;
    if (this.full) this.#onGathered?.();
  }

  /** For the connection: that was all. */
  end(): void {
    if (this.settled) return;
    this.#ended = true;
    this.#onSettled?.();
    this.#onGathered?.();
    if (this.#sink !== undefined) this.#tellEnd(this.#sink);
  }

  /** For the connection: the rest won't come. */
  fail(error: Error): void {
    if (this.settled) return;
    this.#error = error;
    this.#onSettled?.();
    this.#onGathered?.();
    this.#chunks = [];
    this.#queued = 0;
    this.#sink?.fail(error);
  }

  /** Has the body come as far as it is held for a reader who is yet to come. Resolves also when it has failed. */
  gather(): Promise<void> {
    if (this.full || this.settled) return Promise.resolve();
    const gathered = new Promise<void>((resolve) => {
      this.#onGathered = resolve;
    });
    this.#source.bodyWanted();
    return gathered;
  }

  /** Hands everything to `sink`, what is there already at once. A body has one reader. */
  attach(sink: BodySink): void {
    if (this.#sink !== undefined) throw new Error('the body has been read already');
    this.#sink = sink;
    this.#flush();
    if (this.#error !== undefined) sink.fail(this.#error);
    else if (!this.#ended && this.#sinkReady) this.#source.bodyWanted();
  }

  /** For the reader, after its sink returned false: more is welcome. */
  resume(): void {
    if (this.#sinkReady) return;
    this.#sinkReady = true;
    this.#flush();
    if (!this.settled && this.#sinkReady) this.#source.bodyWanted();
  }

  discard(): void {
    if (this.#sink === dropAll) return;
    this.#sink = dropAll;
    this.#sinkReady = true;
    this.#chunks = [];
    this.#queued = 0;
    if (!this.settled) this.#source.bodyDiscarded();
  }

  readAll(limit: number): Promise<Buffer> {
    if (this.length !== undefined && this.length > limit) {
      this.discard();
      return Promise.reject(new BodyTooLarge(limit));
    }
    return new Promise((resolve, reject) => this.attach(new Collector(this, limit, resolve, reject)));
  }

  [Symbol.asyncIterator](): AsyncIterator<Buffer> {
    const iterator = new ChunkIterator(this);
    this.attach(iterator);
    return iterator;
  }

  #flush(): void {
    const sink = this.#sink!;
    let next = 0;
    while (this.#sinkReady && next < this.#chunks.length) {
      const chunk = this.#chunks[next++]!;
      this.#queued -= chunk.length;
      this.#sinkReady = sink.write(chunk);
    }
    if (next > 0) this.#chunks = this.#chunks.slice(next);
    this.#tellEnd(sink);
  }

  #tellEnd(sink: BodySink): void {
    if (!this.#ended || this.#endTold || this.#chunks.length > 0) return;
    this.#endTold = true;
    sink.end();
  }
}

const dropAll: BodySink = { write: () => true, end: () => {}, fail: () => {} };

class Collector implements BodySink {
  readonly #body: BodyStream;
  readonly #limit: number;
  readonly #resolve: (body: Buffer) => void;
  readonly #reject: (error: Error) => void;
  #chunks: Buffer[] = [];
  #size = 0;

  constructor(body: BodyStream, limit: number, resolve: (body: Buffer) => void, reject: (error: Error) => void) {
    this.#body = body;
    this.#limit = limit;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  write(chunk: Buffer): boolean {
    this.#size += chunk.length;
    if (this.#size > this.#limit) {
      this.#chunks = [];
      this.#reject(new BodyTooLarge(this.#limit));
      this.#body.discard();
    } else {
      this.#chunks.push(chunk);
    }
    return true;
  }

  end(): void {
    this.#resolve(this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks));
  }

  fail(error: Error): void {
    this.#reject(error);
  }
}

interface Waiting {
  readonly resolve: (result: IteratorResult<Buffer>) => void;
  readonly reject: (error: Error) => void;
}

/** Takes one chunk at a time: the next is asked for when the former has been used. */
class ChunkIterator implements BodySink, AsyncIterator<Buffer> {
  readonly #body: BodyStream;
  #chunk: Buffer | undefined;
  #done = false;
  #error: Error | undefined;
  #waiting: Waiting | undefined;

  constructor(body: BodyStream) {
    this.#body = body;
  }

  write(chunk: Buffer): boolean {
    if (this.#waiting !== undefined) this.#settle((waiting) => waiting.resolve({ done: false, value: chunk }));
    else this.#chunk = chunk;
    // One chunk at a time; next() asks for the following.
    return false;
  }

  end(): void {
    this.#done = true;
    this.#settle((waiting) => waiting.resolve({ done: true, value: undefined }));
  }

  fail(error: Error): void {
    this.#error = error;
    this.#settle((waiting) => waiting.reject(error));
  }

  next(): Promise<IteratorResult<Buffer>> {
    const chunk = this.#chunk;
    if (chunk !== undefined) {
      this.#chunk = undefined;
      return Promise.resolve({ done: false, value: chunk });
    }
    if (this.#error !== undefined) return Promise.reject(this.#error);
    if (this.#done) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#body.resume();
    });
  }

  return(): Promise<IteratorResult<Buffer>> {
    this.#done = true;
    this.#body.discard();
    return Promise.resolve({ done: true, value: undefined });
  }

  #settle(how: (waiting: Waiting) => void): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) how(waiting);
  }
}
