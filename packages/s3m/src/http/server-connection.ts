import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { discardBody, isWhole } from './answer-body.ts';
import { planAnswer } from './answer-head.ts';
import { AnswerStream, writeWhole, type StreamOwner } from './answer-stream.ts';
import { ArrivingBody } from './arriving-body.ts';
import { emptyBody, type BodySource } from './body-stream.ts';
import { Deadline } from './deadline.ts';
import type { Exchange, HttpAnswer, Refusal } from './exchange.ts';
import { owned, takeBytes } from './lent-bytes.ts';
import { Malformed } from './malformed.ts';
import type { RequestHead } from './message.ts';
import { RequestReader } from './request-reader.ts';
import { ServerExchange, type AnswerWriter } from './server-exchange.ts';
import type { ServerRules } from './server-rules.ts';
import { sliced } from './sliced-body.ts';

/** A larger answer goes out in slices, so that a client who is slow to take it is told from one who takes nothing. */
const sliceFrom = 1_048_576;
/** How long a closed connection still takes in what the client sends, so that the client gets to read the answer (RFC 9112 section 9.6). */
const lingerMs = 1000;
/** How long a client that has shut its sending side may wait for its answer before it counts as gone. */
const halfClosedMs = 1000;

/** Stands for a request that could not be read. */
const unreadRequest: Pick<RequestHead, 'method' | 'version'> = { method: 'GET', version: 'HTTP/1.1' };

/** One client's connection: reads requests one after the other, answers in order. */
export class ServerConnection implements AnswerWriter, BodySource, StreamOwner {
  readonly peer: Exchange['peer'];
  readonly #socket: Socket;
  readonly #rules: ServerRules;
  readonly #onGone: () => void;
  readonly #reader: RequestReader;
  readonly #deadline: Deadline;
  /** Bytes that aren't read yet: a head that is not complete, or what follows a request that is being answered. */
  #rest: Buffer | undefined;
  #exchange: ServerExchange | undefined;
  #body: ArrivingBody | undefined;
  #answer: AnswerStream | undefined;
  #reading = false;
  #paused = false;
  #headBegun = false;
  #peerEnded = false;
  /** The answer that is being written is the connection's last. */
  #closing = false;
  #state: 'open' | 'lingering' | 'closed' = 'open';

  /** `onGone` is called when the socket is closed. `peer` where the socket doesn't know it. */
  constructor(socket: Socket, rules: ServerRules, onGone: (connection: ServerConnection) => void, peer?: Exchange['peer']) {
    this.#socket = socket;
    this.#rules = rules;
    this.#onGone = () => onGone(this);
    this.peer = peer ?? peerOf(socket);
    this.#reader = new RequestReader(rules.limits);
    this.#deadline = new Deadline(rules.clock, () => this.#onDeadline());
    socket.on('end', () => this.#onEnd());
    socket.on('drain', () => this.#onDrain());
    socket.on('error', () => this.destroy());
    socket.on('close', () => this.#onClose());
    this.#deadline.set(rules.limits.keepAliveTimeoutMs);
    takeBytes(socket, (bytes) => this.#onData(bytes));
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** For a server that closes: at once when nothing is going on here, after the answer otherwise. */
  closeWhenIdle(): void {
    if (this.#exchange !== undefined || this.#rest !== undefined || this.#state !== 'open') return;
    // The last answer may not be out yet.
    if (this.#socket.writableLength > 0) this.#socket.end(() => this.destroy());
    else this.destroy();
  }

  bodyWanted(): void {
    const body = this.#body;
    if (body?.continueOwed === true) {
      body.continueOwed = false;
      if (this.#exchange !== undefined && !this.#exchange.answered) this.#socket.write('HTTP/1.1 100 Continue\r\n\r\n', 'latin1');
    }
    if (body !== undefined) this.#expect(body);
    this.#readOn();
  }

  bodyDiscarded(): void {
    this.#readOn();
  }

  answer(exchange: ServerExchange, answer: HttpAnswer, written?: () => void, now?: number): void {
    if (exchange.answered || this.#exchange !== exchange || this.#state !== 'open') {
      discardBody(answer);
      written?.();
      return;
    }
    exchange.answered = true;
    let close = !exchange.head.keepAlive || answer.close === true || this.#rules.closing || (this.#peerEnded && this.#rest === undefined);
    if (this.#body !== undefined && !this.#body.willBeRead(answer)) close = true;
    try {
      this.#write(exchange, answer, close, written, now);
    } catch (error) {
      this.#rules.onError(error, exchange);
      discardBody(answer);
      this.#write(exchange, { status: 500, headers: [] }, true, written, now);
    }
  }

  #onData(chunk: Buffer): void {
    if (this.#state !== 'open') return;
    const rest = this.#rest;
    this.#rest = undefined;
    this.#read(rest === undefined ? chunk : Buffer.concat([rest, chunk]));
  }

  /** Reads on where it had stopped for an answer or for a slow reader of the body. */
  #readOn(): void {
    if (this.#reading || this.#state !== 'open') return;
    const rest = this.#rest;
    this.#rest = undefined;
    if (rest !== undefined) this.#read(rest);
    else this.#flow();
  }

  #read(buffer: Buffer): void {
    let offset = 0;
    this.#reading = true;
    try {
      while (offset < buffer.length && this.#state === 'open') {
        if (this.#body !== undefined) {
          if (this.#body.stream.full) break;
          offset = this.#readBody(this.#body, buffer, offset);
        } else if (this.#exchange !== undefined || this.#socket.writableNeedDrain) {
          break;
        } else {
          const end = this.#reader.read(buffer, offset, buffer.length);
          if (end === -1) {
            if (!this.#headBegun) this.#deadline.set(this.#rules.limits.headTimeoutMs);
            this.#headBegun = true;
            break;
          }
          offset = end;
          this.#begin();
        }
      }
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.#refuse(error);
    } finally {
      this.#reading = false;
    }
    if (this.#state !== 'open') return;
    if (offset < buffer.length) this.#rest = owned(offset === 0 ? buffer : buffer.subarray(offset));
    this.#flow();
    if (this.#peerEnded) this.#afterEnd();
  }

  #readBody(body: ArrivingBody, buffer: Buffer, offset: number): number {
    const end = body.read(buffer, offset);
    if (body.done) {
      this.#body = undefined;
      this.#deadline.clear();
      if (this.#exchange === undefined) this.#idle();
    } else {
      this.#expect(body);
    }
    return end;
  }

  /** Lets bytes come in, or holds them back, as what is read so far can be used. */
  #flow(): void {
    const hold = this.#rest !== undefined && !this.#headBegun;
    if (hold === this.#paused) return;
    this.#paused = hold;
    if (hold) {
      this.#body?.hold();
      this.#socket.pause();
    } else {
      this.#socket.resume();
    }
  }

  #begin(): void {
    const { head } = this.#reader;
    this.#headBegun = false;
    this.#deadline.clear();
    const { limits, clock } = this.#rules;
    const now = clock.monotonic();
    let body: ArrivingBody | undefined;
    if (head.framing.kind === 'chunked' || (head.framing.kind === 'length' && head.framing.length > 0)) {
      body = new ArrivingBody(head, this.#reader.expectContinue, this, this.#deadline, limits.headerBytes);
      this.#body = body;
      if (!body.continueOwed) body.expect(limits, now);
    }
    const exchange = new ServerExchange(this, head, body === undefined ? emptyBody : body.stream, now);
    this.#exchange = exchange;
    try {
      const handled = this.#rules.handle(exchange);
      if (handled !== undefined) handled.catch((error: unknown) => this.#handlerFailed(exchange, error));
    } catch (error) {
      this.#handlerFailed(exchange, error);
    }
  }

  #handlerFailed(exchange: ServerExchange, error: unknown): void {
    // A handler that fails because the client has gone, or was refused in the middle of its body, tells nothing new.
    if (!exchange.answered && (this.#exchange !== exchange || this.#state !== 'open')) return;
    this.#rules.onError(error, exchange);
    if (this.#exchange !== exchange) return;
    if (exchange.answered) this.destroy();
    else exchange.send({ status: 500, headers: [], close: true });
  }

  #write(
    exchange: ServerExchange,
    answer: HttpAnswer,
    closeAfter: boolean,
    written: (() => void) | undefined,
    now: number | undefined,
  ): void {
    const plan = planAnswer(exchange.head, answer, closeAfter, this.#rules.date(now));
    const { body } = answer;
    this.#closing = plan.close;
    if (plan.bodiless || body === undefined || (isWhole(body) && (typeof body === 'string' || body.length <= sliceFrom))) {
      discardBody(answer);
      writeWhole(this.#socket, plan.head, plan.bodiless || !isWhole(body) ? '' : body, written);
      this.#answerWritten(now);
    } else {
      this.#answer = new AnswerStream(this.#socket, plan.head, plan, this, written);
      this.#answer.pipe(Buffer.isBuffer(body) ? sliced(body) : body);
    }
  }

  streamBlocked(): void {
    this.#deadline.set(this.#rules.limits.bodyIdleTimeoutMs);
  }

  streamWritten(): void {
    this.#answerWritten(undefined);
  }

  /** The last byte of an answer is with the socket. */
  #answerWritten(now: number | undefined): void {
    this.#exchange = undefined;
    this.#answer = undefined;
    const body = this.#body;
    const last = this.#closing || this.#rules.closing || (this.#peerEnded && this.#rest === undefined);
    if (last || (body !== undefined && !body.canBeDrained)) {
      this.#closeGently();
      return;
    }
    if (body !== undefined) body.stream.discard();
    else this.#idle(now);
    this.#readOn();
  }

  #expect(body: ArrivingBody): void {
    body.expect(this.#rules.limits, this.#rules.clock.monotonic());
  }

  #idle(now?: number): void {
    this.#deadline.set(this.#rules.limits.keepAliveTimeoutMs, now);
  }

  /** Refuses what cannot be read: answers in place of the handler, then closes. */
  #refuse(fault: Malformed): void {
    if (this.#state !== 'open') return;
    const refusal: Refusal = { status: fault.status, why: fault.why, peer: this.peer };
    this.#rules.onRefusal(refusal);
    const exchange = this.#exchange;
    const body = this.#body;
    this.#exchange = undefined;
    this.#body = undefined;
    if (exchange?.answered === true) {
      this.destroy();
    } else if (exchange === undefined && body !== undefined) {
      // The request has its answer; another one would be taken for the next request's.
      this.#closeGently();
    } else {
      this.#writeRefusal(refusal, exchange?.head ?? unreadRequest);
      this.#closeGently();
    }
    body?.stream.fail(fault);
    exchange?.abort();
  }

  #writeRefusal(refusal: Refusal, request: Pick<RequestHead, 'method' | 'version'>): void {
    const answer = this.#rules.refusalAnswer(refusal);
    const { head, bodiless } = planAnswer(request, answer, true, this.#rules.date());
    writeWhole(this.#socket, head, bodiless ? '' : (answer.body ?? ''));
  }

  #closeGently(): void {
    if (this.#state !== 'open') return;
    this.#state = 'lingering';
    this.#rest = undefined;
    // What is written may still be on its way to a slow client.
    const { limits } = this.#rules;
    this.#deadline.set(this.#socket.writableLength > 0 ? limits.bodyIdleTimeoutMs : lingerMs);
    this.#socket.end(() => this.#linger());
    if (this.#paused) this.#socket.resume();
  }

  #linger(): void {
    if (this.#state === 'lingering') this.#deadline.set(lingerMs);
  }

  #onEnd(): void {
    this.#peerEnded = true;
    if (this.#state === 'open') this.#afterEnd();
  }

  /** The client sends nothing more. */
  #afterEnd(): void {
    if (this.#body !== undefined) {
      if (this.#rest !== undefined) return;
      this.#refuse(new Malformed(400, 'connection ended within a body (RFC 9112 section 8)'));
    } else if (this.#exchange !== undefined) {
      if (!this.#exchange.answered) this.#deadline.set(halfClosedMs);
    } else if (this.#headBegun) {
      this.#refuse(new Malformed(400, 'connection ended within a head (RFC 9112 section 8)'));
    } else if (this.#rest === undefined) {
      this.#closeGently();
    }
  }

  #onDrain(): void {
    if (this.#answer !== undefined) {
      this.#deadline.clear();
      this.#answer.resume();
    } else if (this.#exchange === undefined) {
      this.#readOn();
    }
  }

  #onDeadline(): void {
    if (this.#state !== 'open') this.destroy();
    else if (this.#body !== undefined && this.#exchange?.answered !== true)
      this.#refuse(new Malformed(408, 'the body stopped coming (RFC 9110 section 15.5.9)'));
    else if (this.#headBegun) this.#refuse(new Malformed(408, 'the head took too long (RFC 9110 section 15.5.9)'));
    else this.destroy();
  }

  #onClose(): void {
    this.#state = 'closed';
    this.#deadline.dispose();
    const exchange = this.#exchange;
    this.#exchange = undefined;
    this.#answer?.abandon();
    this.#body?.stream.fail(new Error('the client closed the connection'));
    exchange?.abort();
    this.#onGone();
  }
}

function peerOf(socket: Socket): Exchange['peer'] {
  const address = { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 };
  return 'encrypted' in socket ? { ...address, tls: socket as TLSSocket } : address;
}
