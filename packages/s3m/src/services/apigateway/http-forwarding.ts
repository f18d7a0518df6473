import type { ConnectionRoute } from '../../capabilities/connection.ts';
import { BodyStream } from '../../http/body-stream.ts';
import { BodyTooLarge, type HeaderLines } from '../../http/message.ts';
import { AnswerTimeout } from '../../http/pool-errors.ts';
import type { AnswerReceiver, IncomingAnswer } from '../../http/pooled-connection.ts';
import { WholeBody } from '../../http/whole-body.ts';
import type { BackendConnection } from '../../gateway/backend-connections.ts';
import type { IntegrationTrace } from '../../trace/trace.ts';
import type { DeploymentServices } from './deployment-services.ts';
import { maxPayload } from './front-end.ts';
import type { GatewayRequest } from './gateway-request.ts';
import { checkStatus, readWithin, refuseFailed, tooLarge, type Allowance } from './http/take-answer.ts';
import { toIntegrationFailure, type IntegrationFailure } from './integration-failure.ts';
import type { Outcome } from './integration.ts';
import type { Later } from './later.ts';
import { toClientHeaders } from './proxy-response-headers.ts';
import { bodyBrokeOff } from './request-body.ts';

/** A body up to this size, in bytes, is taken in before it goes on. Of a larger one no more than this is held at a time. */
export const streamFrom = 65_536;

/** What a forwarding is about. */
export interface ForwardingFacts {
  readonly request: GatewayRequest;
  readonly linkId: string | undefined;
  /** Headers for the backend that came and went. */
  readonly sent: NonNullable<IntegrationTrace['request']>;
  readonly timeoutMs: number;
  /** On the monotonic clock. */
  readonly startedAt: number;
  readonly clocks: Pick<DeploymentServices, 'clock' | 'schedule'>;
}

/** One request that is with an HTTP backend: what comes back becomes the outcome. */
export class Forwarding implements AnswerReceiver<BackendConnection>, Allowance {
  readonly #facts: ForwardingFacts;
  #startedAt: number;
  readonly #outcome: Later;
  #route: ConnectionRoute | undefined;

  constructor(facts: ForwardingFacts, outcome: Later) {
    this.#facts = facts;
    this.#startedAt = facts.startedAt;
    this.#outcome = outcome;
    const { body } = facts.request;
    // AWS takes the body in before it calls the backend: the time that a client takes for it doesn't count.
    if (body instanceof BodyStream && !body.settled) body.onSettled(() => (this.#startedAt = this.#now()));
  }

  /** Called from the connection's socket: what goes wrong here must not end the process. */
  answered(answer: IncomingAnswer<BackendConnection>): void {
    try {
      this.#onAnswer(answer);
    } catch (error) {
      this.#outcome.reject(error);
    }
  }

  #onAnswer({ head, body, connection, at }: IncomingAnswer<BackendConnection>): void {
    const { request } = this.#facts;
    const { status } = head;
    this.#route = connection.route;
    request.integrationStatus = String(status);
    const malformed = checkStatus(status);
    if (malformed !== undefined) {
      body.discard();
      this.#end(malformed, at);
    } else if (body instanceof WholeBody) {
      this.#pass(head, body, at);
    } else if (body.length === 0) {
      this.#pass(head, undefined, at);
    } else if (body instanceof BodyStream && this.#goesOnAsItComes(body)) {
      this.#watch(body, connection);
      this.#pass(head, body, at);
    } else {
      // The answer is taken in whole before it goes on, so that one that breaks off or is too large is never begun.
      readWithin(body, this, this.#facts.clocks.clock)
        .then((bytes) => this.#pass(head, bytes, this.#now()))
        .catch((error: unknown) => this.failed(error));
    }
  }

  failed(error: unknown): void {
    const { request } = this.#facts;
    if (error instanceof BodyTooLarge) {
      this.#end(tooLarge(), this.#now());
      return;
    }
    const unsent = request.body instanceof BodyStream ? request.body.error : undefined;
    if (unsent !== undefined) {
      this.#end(bodyBrokeOff(unsent), this.#now());
      return;
    }
    const failure = toIntegrationFailure(error);
    if (failure === undefined) {
      this.#outcome.reject(error);
      return;
    }
    this.#trace(this.#route ?? failure.route);
    this.#noteTime(this.#now());
    void this.#refuse(failure);
  }

  async #refuse(failure: IntegrationFailure): Promise<void> {
    try {
      this.#outcome.resolve(await refuseFailed(this.#facts.request, failure, this, this.#facts.clocks.schedule));
    } catch (error) {
      this.#outcome.reject(error);
    }
  }

  #now(): number {
    return this.#facts.clocks.clock.monotonic();
  }

  #end(outcome: Outcome, now: number): void {
    this.#noteTime(now);
    this.#facts.request.settledAt = now;
    this.#outcome.resolve(outcome);
  }

  #noteTime(now: number): void {
    this.#facts.request.trace.integrationMs = now - this.#startedAt;
  }

  #pass(head: IncomingAnswer<BackendConnection>['head'], body: Buffer | WholeBody | BodyStream | undefined, now: number): void {
    const { request } = this.#facts;
    const { status, reason } = head;
    if (request.exchange !== undefined) this.#record(status, head.headers, body);
    const { text, changes } = toClientHeaders(request, head);
    this.#trace(this.#route, changes);
    this.#end(body === undefined ? { status, reason, headers: text } : { status, reason, headers: text, body }, now);
  }

  #record(status: number, headers: HeaderLines, body: Buffer | WholeBody | BodyStream | undefined): void {
    const bytes = body instanceof WholeBody ? body.bytes : body;
    this.#facts.request.exchange!.received = { status, headers, body: Buffer.isBuffer(bytes) ? bytes : undefined };
  }

  #trace(route: Partial<ConnectionRoute> | undefined, response?: IntegrationTrace['response']): void {
    const { request, linkId, sent } = this.#facts;
    request.trace.passedOn(linkId, route, sent, response);
  }

  /**
   * AWS takes every answer in. A large one whose length is known to be allowed goes on as it comes instead, so that it needs no memory; a body
   * that is logged is taken in.
   */
  #goesOnAsItComes({ length, settled }: BodyStream): boolean {
    return length !== undefined && length > streamFrom && length <= maxPayload && !settled && this.#facts.request.exchange === undefined;
  }

  /** AG-255: the integration's time covers the answer to its last byte; the time that the client holds it back doesn't count. */
  #watch(body: BodyStream, connection: BackendConnection): void {
    const { clocks, timeoutMs, request } = this.#facts;
    const check = (): void => {
      if (body.held) timer = clocks.clock.after(timeoutMs, check);
      else connection.socket.destroy(new AnswerTimeout(timeoutMs, 'body'));
    };
    let timer = clocks.clock.after(this.timeLeft(), check);
    // Asked for now, it is kept with the trace.
    const { logs } = request.trace;
    body.onSettled(() => {
      timer.cancel();
      if (body.error !== undefined) logs.push(`The answer broke off, and so did the client's: ${body.error.message}`);
    });
  }

  get timeoutMs(): number {
    return this.#facts.timeoutMs;
  }

  timeLeft(): number {
    const { timeoutMs } = this.#facts;
    return Math.max(0, timeoutMs - (this.#now() - this.#startedAt));
  }
}
