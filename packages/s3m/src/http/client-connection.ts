import type { Socket } from 'node:net';
import type { Clock } from '../clock/clock.ts';
import { AnswerStream, writeWhole, type StreamOwner } from './answer-stream.ts';
import { BodyReader } from './body-reader.ts';
import { BodyStream, emptyBody, type BodySource } from './body-stream.ts';
import { Deadline } from './deadline.ts';
import { owned, takeBytes } from './lent-bytes.ts';
import { Malformed } from './malformed.ts';
import type { MessageBody, ResponseHead } from './message.ts';
import { AnswerTimeout, ConnectionClosed, MalformedAnswer } from './pool-errors.ts';
import type { Call, ConnectionOwner, PooledConnection } from './pooled-connection.ts';
import { defaultAnswerLimits, ResponseReader } from './response-reader.ts';
import { HeaderText } from './header-text.ts';
import { WholeBody } from './whole-body.ts';
import { headerLines, isFramingName, requestLine } from './write-head.ts';

/** Bytes of an unwanted answer that are read off to keep the connection. */
const maxDrainBytes = 65_536;
/** Interim answers before the final one. */
const maxInterim = 16;

/** A connection to a server: one request at a time, its answer read strictly. */
export class ClientConnection<C extends PooledConnection> implements BodySource, StreamOwner {
  readonly connection: C;
  readonly #owner: ConnectionOwner<ClientConnection<C>>;
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #deadline: Deadline;
  readonly #reader = new ResponseReader(defaultAnswerLimits);
  #call: Call<C> | undefined;
  #rest: Buffer | undefined;
  #body: BodyReader | undefined;
  #request: AnswerStream | undefined;
  #answerBytes = false;
  /** The answer is there to its last byte. */
  #answered = false;
  /** When the head was found that came with the bytes that are being read; 0 for none. */
  #headAt = 0;
  #interim = 0;
  #keep = true;
  #uses = 0;
  #reading = false;
  #paused = false;
  #lost = false;
  /** Kept for a later request. A connection that is new is not: it was opened for one. */
  #idle = false;
  #draining = false;
  #timeoutMs = 0;

  constructor(connection: C, owner: ConnectionOwner<ClientConnection<C>>, clock: Clock) {
    this.connection = connection;
    this.#owner = owner;
    this.#socket = connection.socket;
    this.#clock = clock;
    this.#deadline = new Deadline(clock, () => this.#onDeadline());
    this.#socket.on('end', () => this.#onEnd());
    this.#socket.on('drain', () => this.#onDrain());
    this.#socket.on('error', (error: Error) => this.#broken(error));
    this.#socket.on('close', () => this.#broken());
    takeBytes(this.#socket, (bytes) => this.#onData(bytes));
    connection.onDraining?.(() => this.#onDraining());
  }

  /** Whether a request can be sent now. */
  get usable(): boolean {
    return !this.#lost && this.#call === undefined && this.#body === undefined && !this.#draining && this.#socket.writable;
  }

  /** Requests that it has carried. */
  get uses(): number {
    return this.#uses;
  }

  /** @throws Unwritable before anything is sent. */
  send(call: Call<C>): void {
    const { head, body } = call.request;
    const bytes = body === undefined || Buffer.isBuffer(body);
    const length = body === undefined ? undefined : body.length;
    let framing = '';
    if (bytes || length !== undefined) {
      // RFC 9110 section 8.6: methods that expect content say so even when there is none.
      if (length !== undefined || expectsContent(head.method)) framing = `Content-Length: ${length ?? 0}\r\n`;
    } else {
      framing = 'Transfer-Encoding: chunked\r\n';
    }
    const lines = head.headers instanceof HeaderText ? head.headers.text : headerLines(head.headers, isFramingName);
    const text = `${requestLine(head.method, head.target)}${lines}${framing}\r\n`;
    this.#idle = false;
    this.#call = call;
    this.#answerBytes = false;
    this.#interim = 0;
    this.#keep = true;
    this.#timeoutMs = call.timeoutMs;
    this.#uses++;
    if (bytes) {
      this.#deadline.setAt(call.until);
      writeWhole(this.#socket, text, body ?? '');
    } else {
      // The server has its time once it has the request: how long that takes is up to whoever sends the body.
      this.#deadline.clear();
      this.#request = new AnswerStream(this.#socket, text, { chunked: length === undefined, length }, this);
      this.#request.pipe(body);
    }
  }

  /** Gives up what it is doing. */
  abort(error: Error): void {
    this.#fail(error);
  }

  /** Waits for a request no longer than this. */
  idle(timeoutMs: number, now?: number): void {
    this.#idle = true;
    this.#deadline.set(timeoutMs, now);
  }

  close(): void {
    this.#drop();
    this.#socket.destroy();
  }

  bodyWanted(): void {
    this.#deadline.set(this.#timeoutMs);
    this.#readOn();
  }

  bodyDiscarded(): void {
    const body = this.#body;
    if (body !== undefined && body.remaining > maxDrainBytes) {
      this.#body = undefined;
      this.close();
      return;
    }
    this.#deadline.set(this.#timeoutMs);
    this.#readOn();
  }

  streamWritten(): void {
    this.#request = undefined;
    if (this.#call !== undefined) this.#deadline.set(this.#timeoutMs);
    else if (this.#body === undefined && !this.#answered) this.#finish();
  }

  streamBlocked(): void {
    // A server that doesn't read has no more time than one that doesn't answer.
    if (this.#call !== undefined) this.#deadline.set(this.#timeoutMs);
  }

  #onData(chunk: Buffer): void {
    if (this.#lost) return;
    const rest = this.#rest;
    this.#rest = undefined;
    this.#read(rest === undefined ? chunk : Buffer.concat([rest, chunk]));
  }

  #readOn(): void {
    if (this.#reading || this.#lost) return;
    const rest = this.#rest;
    this.#rest = undefined;
    if (rest !== undefined) this.#read(rest);
    else this.#flow(false);
  }

  #read(buffer: Buffer): void {
    let offset = 0;
    this.#reading = true;
    this.#headAt = 0;
    try {
      while (offset < buffer.length && !this.#lost) {
        if (this.#body !== undefined) {
          if (this.#body.stream.full) break;
          offset = this.#body.read(buffer, offset);
          if (this.#body?.done) this.#answerComplete();
          else if (this.#body !== undefined) this.#deadline.set(this.#timeoutMs);
        } else if (this.#call === undefined) {
          // Nobody asked: taken for the next answer, these bytes would reach the wrong request.
          this.close();
        } else {
          this.#answerBytes = true;
          const end = this.#reader.read(buffer, offset, buffer.length, this.#call.request.head.method);
          if (end === -1) break;
          offset = this.#onHead(this.#reader.head, buffer, end);
        }
      }
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.#fail(new MalformedAnswer(error.why));
    } finally {
      this.#reading = false;
    }
    if (this.#lost) return;
    if (offset < buffer.length) this.#rest = owned(offset === 0 ? buffer : buffer.subarray(offset));
    this.#flow(this.#rest !== undefined && this.#body !== undefined);
    // Not earlier: a request that is sent while an answer is read must not get what follows that answer.
    if (this.#answered) this.#complete();
  }

  #flow(hold: boolean): void {
    if (hold === this.#paused) return;
    this.#paused = hold;
    if (hold) {
      // It isn't the server that is slow.
      this.#deadline.clear();
      this.#socket.pause();
    } else {
      this.#socket.resume();
    }
  }

  /** @returns the position after the head and what there is of the body. */
  #onHead(head: ResponseHead, buffer: Buffer, offset: number): number {
    if (head.status < 200) {
      if (head.status === 101) throw new Malformed(502, '101 to a request that asked for no upgrade (RFC 9110 section 15.2.2)');
      if (++this.#interim > maxInterim) throw new Malformed(502, `more than ${maxInterim} interim answers`);
      return offset;
    }
    const call = this.#call!;
    const { framing } = head;
    let body: MessageBody = emptyBody;
    let end = offset;
    let reader: BodyReader | undefined;
    if (framing.kind === 'length' && framing.length > 0 && framing.length <= buffer.length - offset) {
      end = offset + framing.length;
      body = new WholeBody(buffer, offset, end);
    } else if (framing.kind !== 'none' && !(framing.kind === 'length' && framing.length === 0)) {
      const stream = new BodyStream(framing.kind === 'length' ? framing.length : undefined, this);
      reader = new BodyReader(framing, stream, defaultAnswerLimits.headerBytes);
      end = reader.read(buffer, offset);
      body = stream;
    }
    this.#call = undefined;
    this.#keep = head.keepAlive;
    if (reader === undefined || reader.done) this.#answerComplete();
    else this.#body = reader;
    const at = this.#clock.monotonic();
    this.#headAt = at;
    call.answered({ head, body, connection: this.connection, at, reused: this.#uses > 1 });
    return end;
  }

  #answerComplete(): void {
    this.#body = undefined;
    this.#deadline.clear();
    this.#answered = true;
  }

  /** The answer has been read; the connection is free once the request is out too. */
  #complete(): void {
    this.#answered = false;
    if (this.#request === undefined) this.#finish();
    else this.close();
  }

  #finish(): void {
    if (this.#lost) return;
    // An answer that came before the request was out: what is left of the request would come before the next one.
    const sent = this.#socket.writableLength === 0;
    if (this.#keep && sent && !this.#draining) this.#owner.free(this, this.#headAt === 0 ? undefined : this.#headAt);
    else this.close();
  }

  #onEnd(): void {
    const body = this.#body;
    if (body !== undefined && body.remaining === Infinity && body.endsWithConnection && this.#rest === undefined) {
      this.#body = undefined;
      body.stream.end();
      this.close();
    } else if (this.#rest === undefined || body === undefined) {
      this.#broken();
    }
  }

  #onDrain(): void {
    if (this.#request === undefined) return;
    if (this.#call !== undefined) this.#deadline.clear();
    this.#request.resume();
  }

  #onDraining(): void {
    this.#draining = true;
    if (this.#idle) this.close();
  }

  #onDeadline(): void {
    if (this.#call !== undefined) this.#fail(new AnswerTimeout(this.#timeoutMs, 'head'));
    else if (this.#body !== undefined) this.#fail(new AnswerTimeout(this.#timeoutMs, 'body'));
    else this.close();
  }

  #broken(cause?: Error): void {
    this.#fail(new ConnectionClosed(this.#answerBytes ? 'within-answer' : 'before-answer', cause));
  }

  #fail(error: Error): void {
    const call = this.#call;
    const body = this.#body;
    this.#call = undefined;
    this.#body = undefined;
    this.close();
    call?.failed(error);
    body?.stream.fail(error);
  }

  #drop(): void {
    this.#deadline.dispose();
    this.#request?.abandon();
    this.#request = undefined;
    this.#rest = undefined;
    if (this.#lost) return;
    this.#lost = true;
    this.#owner.lost(this);
  }
}

/** RFC 9110 section 8.6 */
function expectsContent(method: string): boolean {
  return method === 'POST' || method === 'PUT' || method === 'PATCH';
}
