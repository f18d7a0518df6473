import type { Clock, Timer } from '../clock/clock.ts';
import { systemClock } from '../clock/system-clock.ts';
import { ClientConnection } from './client-connection.ts';
import { AnswerTimeout, ConnectFailed, ConnectionClosed } from './pool-errors.ts';
import type { AnswerReceiver, Call, ConnectionOwner, IncomingAnswer, OutgoingRequest, PooledConnection } from './pooled-connection.ts';

export interface ConnectionPoolOptions<C> {
  /** Opens a connection. Called when none is idle. */
  readonly connect: () => Promise<C>;
  /** Connections kept without a request; 128 by default. */
  readonly maxIdle?: number;
  /** How long they are kept, in milliseconds; a minute by default. */
  readonly idleTimeoutMs?: number;
  /** The machine's own time by default. */
  readonly clock?: Clock;
}

export interface SendOptions {
  /**
   * Time for the answer's head, connecting included, and afterwards the longest silence within its body. In milliseconds. Of a request whose body
   * is streamed it begins when the body has been sent; while it is, this is how long the server may take nothing of it.
   */
  readonly timeoutMs: number;
  /** When that time begins, on the pool's monotonic clock; now by default. */
  readonly startedAt?: number;
  /** Gives the request up; {@link ConnectionPool.send} rejects with its reason. */
  readonly signal?: AbortSignal;
}

export interface ConnectionPool<C> {
  /** Connections without a request. */
  readonly idle: number;
  /** Connections with one. */
  readonly busy: number;
  /**
   * Sends a request and resolves with the answer's head and its body as it comes.
   * A request that meets a kept connection which the server has just closed is sent once more, on a new one, when that is safe: the method is
   * idempotent (RFC 9110 section 9.2.2) and the body, if any, is a Buffer.
   * @throws ConnectFailed, ConnectionClosed, AnswerTimeout, MalformedAnswer, Unwritable
   */
  send(request: OutgoingRequest, options: SendOptions): Promise<IncomingAnswer<C>>;
  /** The same without a promise: the receiver is called as soon as the answer's head is there, perhaps before this returns. */
  start(request: OutgoingRequest, options: SendOptions, receiver: AnswerReceiver<C>): void;
  /** Closes idle connections now and the others after their answers. Nothing more can be sent. */
  close(): void;
}

const idempotent: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE']);

/** Keeps connections to one place open from one request to the next. */
export function createConnectionPool<C extends PooledConnection>(options: ConnectionPoolOptions<C>): ConnectionPool<C> {
  return new Pool(options);
}

class Pool<C extends PooledConnection> implements ConnectionPool<C>, ConnectionOwner<ClientConnection<C>> {
  readonly clock: Clock;
  readonly #connect: () => Promise<C>;
  readonly #maxIdle: number;
  readonly #idleTimeoutMs: number;
  /** The one used last is at the end and is used first. */
  readonly #idle: ClientConnection<C>[] = [];
  readonly #all = new Set<ClientConnection<C>>();
  #closed = false;

  constructor(options: ConnectionPoolOptions<C>) {
    this.clock = options.clock ?? systemClock;
    this.#connect = options.connect;
    this.#maxIdle = options.maxIdle ?? 128;
    this.#idleTimeoutMs = options.idleTimeoutMs ?? 60_000;
  }

  get idle(): number {
    return this.#idle.length;
  }

  get busy(): number {
    return this.#all.size - this.#idle.length;
  }

  send(request: OutgoingRequest, options: SendOptions): Promise<IncomingAnswer<C>> {
    return new Promise((resolve, reject) => this.start(request, options, { answered: resolve, failed: reject }));
  }

  start(request: OutgoingRequest, options: SendOptions, receiver: AnswerReceiver<C>): void {
    new PooledCall(this, request, options, receiver).start();
  }

  close(): void {
    this.#closed = true;
    for (const connection of this.#idle.splice(0)) connection.close();
  }

  /** An idle connection that still looks alive. */
  take(): ClientConnection<C> | undefined {
    for (;;) {
      const connection = this.#idle.pop();
      if (connection === undefined || connection.usable) return connection;
      connection.close();
    }
  }

  async open(): Promise<ClientConnection<C>> {
    if (this.#closed) throw new ConnectFailed(new Error('the pool is closed'));
    let connection: C;
    try {
      connection = await this.#connect();
    } catch (error) {
      throw new ConnectFailed(error);
    }
    const client = new ClientConnection(connection, this, this.clock);
    this.#all.add(client);
    return client;
  }

  free(connection: ClientConnection<C>, now?: number): void {
    if (this.#closed || this.#idle.length >= this.#maxIdle || !connection.usable) {
      connection.close();
      return;
    }
    connection.idle(this.#idleTimeoutMs, now);
    this.#idle.push(connection);
  }

  lost(connection: ClientConnection<C>): void {
    this.#all.delete(connection);
    const index = this.#idle.indexOf(connection);
    if (index !== -1) this.#idle.splice(index, 1);
  }
}

/** A request on its way through the pool: which connection carries it, and whether it may be tried again. */
class PooledCall<C extends PooledConnection> implements Call<C> {
  readonly request: OutgoingRequest;
  readonly timeoutMs: number;
  readonly #pool: Pool<C>;
  readonly #signal: AbortSignal | undefined;
  readonly until: number;
  readonly #receiver: AnswerReceiver<C>;
  readonly #onAbort: (() => void) | undefined;
  #carrier: ClientConnection<C> | undefined;
  #retried = false;
  #settled = false;

  constructor(pool: Pool<C>, request: OutgoingRequest, options: SendOptions, receiver: AnswerReceiver<C>) {
    this.#pool = pool;
    this.request = request;
    this.timeoutMs = options.timeoutMs;
    this.#signal = options.signal;
    this.#receiver = receiver;
    this.until = (options.startedAt ?? pool.clock.monotonic()) + options.timeoutMs;
    this.#onAbort = options.signal === undefined ? undefined : () => this.#abort();
  }

  start(): void {
    if (this.#signal !== undefined) {
      if (this.#signal.aborted) return this.#reject(this.#signal.reason);
      this.#signal.addEventListener('abort', this.#onAbort!, { once: true });
    }
    const idle = this.#pool.take();
    if (idle === undefined) this.#connect();
    else this.#carry(idle);
  }

  answered(answer: IncomingAnswer<C>): void {
    if (this.#settle()) this.#receiver.answered(answer);
  }

  failed(error: Error): void {
    if (!this.#settled && this.#mayRetry(error)) {
      this.#retried = true;
      this.#connect();
    } else {
      this.#reject(error);
    }
  }

  #carry(connection: ClientConnection<C>): void {
    this.#carrier = connection;
    try {
      connection.send(this);
    } catch (error) {
      this.#reject(error);
      connection.close();
    }
  }

  #connect(): void {
    this.#carrier = undefined;
    const { clock } = this.#pool;
    const timer = clock.after(Math.max(0, this.until - clock.monotonic()), () =>
      this.#reject(new AnswerTimeout(this.timeoutMs, 'connecting')),
    );
    void this.#open(timer);
  }

  async #open(timer: Timer): Promise<void> {
    try {
      const connection = await this.#pool.open();
      // When nobody waits any more, the next request may have it.
      if (this.#settled) this.#pool.free(connection);
      else this.#carry(connection);
    } catch (error) {
      this.#reject(error);
    } finally {
      timer.cancel();
    }
  }

  #mayRetry(error: Error): boolean {
    return (
      !this.#retried &&
      error instanceof ConnectionClosed &&
      error.when === 'before-answer' &&
      (this.#carrier?.uses ?? 1) > 1 &&
      idempotent.has(this.request.head.method) &&
      (this.request.body === undefined || Buffer.isBuffer(this.request.body))
    );
  }

  #abort(): void {
    const carrier = this.#carrier;
    const reason: unknown = this.#signal!.reason;
    this.#reject(reason);
    carrier?.abort(reason instanceof Error ? reason : new Error('aborted'));
  }

  #reject(error: unknown): void {
    if (this.#settle()) this.#receiver.failed(error);
  }

  /** Whether the receiver has still to be told. */
  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    if (this.#onAbort !== undefined) this.#signal!.removeEventListener('abort', this.#onAbort);
    return true;
  }
}
