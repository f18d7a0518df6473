import type { Socket } from 'node:net';
import { BodyStream, type BodySink } from './body-stream.ts';
import type { MessageBody } from './message.ts';
import { holdUntilTurnEnds } from './turn-end.ts';
import { asText, WholeBody } from './whole-body.ts';

/** A head and a body up to this size go out as one piece of memory. */
const joinBytes = 16_384;

/** Writes a head with a body that is there, in one write where it is small. */
export function writeWhole(socket: Socket, head: string, body: string | Buffer | WholeBody, written?: () => void): void {
  const text = body.length === 0 ? '' : body instanceof WholeBody ? body.latin1 : Buffer.isBuffer(body) ? asText(body) : undefined;
  if (text !== undefined) {
    holdUntilTurnEnds(socket);
    socket.write(head + text, 'latin1', written);
  } else writeBytes(socket, head, typeof body === 'string' ? Buffer.from(body) : body instanceof WholeBody ? body.bytes : body, written);
}

function writeBytes(socket: Socket, head: string, body: Buffer, written: (() => void) | undefined): void {
  if (body.length <= joinBytes) {
    const both = Buffer.allocUnsafe(head.length + body.length);
    both.write(head, 0, 'latin1');
    both.set(body, head.length);
    socket.write(both, written);
  } else {
    socket.cork();
    socket.write(head, 'latin1');
    socket.write(body, written);
    socket.uncork();
  }
}

/** How a streamed body is delimited. */
export interface StreamFraming {
  readonly chunked: boolean;
  /** What was declared, in bytes. */
  readonly length: number | undefined;
}

/** Who lets a message be streamed. */
export interface StreamOwner {
  /** The last byte is with the socket. */
  streamWritten(): void;
  /** The socket takes no more for now. */
  streamBlocked(): void;
}

/**
 * Writes a head, then a body as it comes. A body that fails, or has another length than declared, breaks the connection off: the reader at the
 * other end must not take it for whole.
 */
export class AnswerStream implements BodySink {
  readonly #socket: Socket;
  readonly #framing: StreamFraming;
  readonly #settled: (() => void) | undefined;
  readonly #owner: StreamOwner;
  #head: string;
  #stream: BodyStream | undefined;
  #written = 0;
  #over = false;
  #wake: (() => void) | undefined;

  /** `settled` is called when the last byte is with the kernel or will never be. */
  constructor(socket: Socket, head: string, framing: StreamFraming, owner: StreamOwner, settled?: () => void) {
    this.#socket = socket;
    this.#head = head;
    this.#framing = framing;
    this.#settled = settled;
    this.#owner = owner;
  }

  pipe(body: MessageBody): void {
    if (body instanceof BodyStream) {
      this.#stream = body;
      body.attach(this);
      // What was there went out with the head; if nothing was, the head doesn't wait for it.
      if (!this.#over && this.#head !== '') this.#socket.write(this.#takeHead(), 'latin1');
    } else {
      void this.#pump(body);
    }
  }

  /** The socket can take more. */
  resume(): void {
    this.#wake?.();
    this.#stream?.resume();
  }

  /** The connection is gone. */
  abandon(): void {
    if (this.#over) return;
    this.#over = true;
    this.#wake?.();
    this.#stream?.discard();
    this.#settled?.();
  }

  write(chunk: Buffer): boolean {
    if (this.#over || chunk.length === 0) return true;
    this.#written += chunk.length;
    if (this.#framing.length !== undefined && this.#written > this.#framing.length) {
      this.#break(new Error('the body is longer than declared'));
      return true;
    }
    const before = this.#framing.chunked ? `${this.#takeHead()}${chunk.length.toString(16)}\r\n` : this.#takeHead();
    const after = this.#framing.chunked ? '\r\n' : '';
    if (this.#put(before, chunk, after)) return true;
    this.#owner.streamBlocked();
    return false;
  }

  end(): void {
    if (this.#over) return;
    if (this.#framing.length !== undefined && this.#written !== this.#framing.length) {
      this.#break(new Error('the body is shorter than declared'));
      return;
    }
    this.#over = true;
    this.#socket.write(`${this.#takeHead()}${this.#framing.chunked ? '0\r\n\r\n' : ''}`, 'latin1', this.#settled);
    this.#owner.streamWritten();
  }

  fail(error: Error): void {
    this.#break(error);
  }

  #put(before: string, chunk: Buffer, after: string): boolean {
    const size = before.length + chunk.length + after.length;
    if (before === '') return this.#socket.write(chunk);
    if (size <= joinBytes) {
      const whole = Buffer.allocUnsafe(size);
      whole.write(before, 0, 'latin1');
      whole.set(chunk, before.length);
      whole.write(after, before.length + chunk.length, 'latin1');
      return this.#socket.write(whole);
    }
    this.#socket.cork();
    this.#socket.write(before, 'latin1');
    let more = this.#socket.write(chunk);
    if (after !== '') more = this.#socket.write(after, 'latin1');
    this.#socket.uncork();
    return more;
  }

  async #pump(body: MessageBody): Promise<void> {
    try {
      for await (const chunk of body) {
        if (this.#over) return;
        if (!this.write(chunk)) await this.#drained();
      }
      this.end();
    } catch (error) {
      this.#break(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #takeHead(): string {
    const head = this.#head;
    this.#head = '';
    return head;
  }

  #break(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#wake?.();
    this.#socket.destroy(error);
    this.#settled?.();
  }
}
