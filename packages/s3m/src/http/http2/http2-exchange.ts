import { once } from 'node:events';
import { constants, type ServerHttp2Stream } from 'node:http2';
import { discardBody } from '../answer-body.ts';
import { BodyStream, emptyBody, type BodySource } from '../body-stream.ts';
import { Deadline } from '../deadline.ts';
import type { Exchange, HttpAnswer } from '../exchange.ts';
import { Malformed } from '../malformed.ts';
import type { MessageBody, RequestHead } from '../message.ts';
import type { ServerRules } from '../server-rules.ts';
import { answerFields } from './answer-fields.ts';
import type { Http2Request } from './request-head.ts';

/** One stream: a request and its answer. Each is held back as far as the other end, or who reads the body here, is slow. */
export class Http2Exchange implements Exchange, BodySource {
  readonly head: RequestHead;
  readonly body: MessageBody;
  readonly peer: Exchange['peer'];
  readonly receivedAt: number;
  readonly #stream: ServerHttp2Stream;
  readonly #rules: ServerRules;
  readonly #deadline: Deadline;
  readonly #controller = new AbortController();
  readonly #incoming: BodyStream | undefined;
  #continueOwed: boolean;
  #answered = false;
  /** The answer's last byte is with the session. */
  #written = false;

  constructor(stream: ServerHttp2Stream, { head, expectContinue }: Http2Request, peer: Exchange['peer'], rules: ServerRules) {
    this.head = head;
    this.peer = peer;
    this.receivedAt = rules.clock.monotonic();
    this.#stream = stream;
    this.#rules = rules;
    this.#deadline = new Deadline(rules.clock, () => this.#stalled());
    this.#continueOwed = expectContinue;
    this.#incoming =
      head.framing.kind === 'none' ? undefined : new BodyStream(head.framing.kind === 'length' ? head.framing.length : undefined, this);
    this.body = this.#incoming ?? emptyBody;
    stream.on('close', () => this.#closed());
    if (this.#incoming === undefined) stream.resume();
    else this.#receive(this.#incoming);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get answered(): boolean {
    return this.#answered;
  }

  bodyWanted(): void {
    if (this.#continueOwed && !this.#answered && !this.#stream.destroyed) this.#stream.additionalHeaders({ ':status': 100 });
    this.#continueOwed = false;
    this.#expectBody();
    this.#stream.resume();
  }

  bodyDiscarded(): void {
    this.#deadline.clear();
    this.#stream.resume();
  }

  send(answer: HttpAnswer): void {
    void this.respond(answer);
  }

  async respond(answer: HttpAnswer): Promise<void> {
    if (this.#answered || this.#stream.destroyed) return discardBody(answer);
    this.#answered = true;
    this.#deadline.clear();
    try {
      await this.#write(answer);
    } catch (error) {
      this.#rules.onError(error, this);
      discardBody(answer);
      if (this.#stream.headersSent) this.#stream.close(constants.NGHTTP2_INTERNAL_ERROR);
      else await this.#write({ status: 500, headers: [] });
    }
  }

  async #write(answer: HttpAnswer): Promise<void> {
    const stream = this.#stream;
    const { fields, bodiless, length } = answerFields(this.head.method, answer, this.#rules.date());
    const { body } = answer;
    const done = new Promise<void>((resolve) => stream.once('finish', resolve).once('close', resolve));
    if (bodiless || body === undefined || length === 0) {
      stream.respond(fields, { endStream: true });
      if (answer.close === true) stream.session?.close();
      discardBody(answer);
    } else {
      stream.respond(fields);
      if (answer.close === true) stream.session?.close();
      if (typeof body === 'string' || Buffer.isBuffer(body)) stream.end(body);
      else await this.#pump(body, length);
    }
    await done;
    this.#written = true;
    // What the client still sends is for nobody (RFC 9113 section 8.1).
    const rest = this.#incoming;
    if (rest === undefined || rest.settled || rest.taken) return;
    rest.discard();
    stream.close(constants.NGHTTP2_NO_ERROR);
  }

  /** A body that fails, or has another length than was told, ends in an error: nobody must take it for whole. */
  async #pump(body: MessageBody, length: number | undefined): Promise<void> {
    const stream = this.#stream;
    let written = 0;
    for await (const chunk of body) {
      if (stream.destroyed) return;
      written += chunk.length;
      if (stream.write(chunk)) continue;
      const waited = new AbortController();
      const { signal } = waited;
      await Promise.race([once(stream, 'drain', { signal }), once(stream, 'close', { signal })]);
      waited.abort();
    }
    if (length !== undefined && written !== length) throw new Error('the body has another length than declared');
    stream.end();
  }

  #receive(body: BodyStream): void {
    this.#stream.on('data', (chunk: Buffer) => {
      body.push(chunk);
      if (!body.full) return this.#expectBody();
      // It isn't the client that is slow.
      this.#deadline.clear();
      this.#stream.pause();
    });
    this.#stream.on('end', () => {
      this.#deadline.clear();
      body.end();
    });
    this.#expectBody();
  }

  #expectBody(): void {
    if (this.#incoming?.settled === false && !this.#answered) this.#deadline.set(this.#rules.limits.bodyIdleTimeoutMs);
  }

  #stalled(): void {
    const fault = new Malformed(408, 'the body stopped coming (RFC 9110 section 15.5.9)');
    const refusal = { status: fault.status, why: fault.why, peer: this.peer };
    this.#rules.onRefusal(refusal);
    this.send(this.#rules.refusalAnswer(refusal));
    this.#incoming?.fail(fault);
  }

  #closed(): void {
    this.#deadline.dispose();
    this.#incoming?.fail(new Error('the client closed the stream'));
    if (!this.#written) this.#controller.abort();
  }
}
