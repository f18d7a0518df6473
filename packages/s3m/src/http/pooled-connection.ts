import type { Socket } from 'node:net';
import type { HeaderText } from './header-text.ts';
import type { HeaderLines, MessageBody, ResponseHead } from './message.ts';

/** A connection that a pool may keep: an open socket, and the caller's own data beside it. */
export interface PooledConnection {
  readonly socket: Socket;
  /** True once no new request should be sent on it. */
  readonly draining?: boolean;
  /** Calls back once when it starts to drain, at once if it already does. */
  onDraining?(callback: () => void): void;
}

/** What to send. The caller gives every header line but Content-Length and Transfer-Encoding, which follow from the body. */
export interface OutgoingRequest {
  readonly head: { readonly method: string; readonly target: string; readonly headers: HeaderLines | HeaderText };
  readonly body?: Buffer | MessageBody | undefined;
}

/** What came back. The connection is in use until the body has been read, discarded or has failed. */
export interface IncomingAnswer<C> {
  readonly head: ResponseHead;
  readonly body: MessageBody;
  readonly connection: C;
  /** When the head was read, on the monotonic clock. */
  readonly at: number;
  /** Whether the connection had carried a request before. */
  readonly reused: boolean;
}

/** Whom an answer is for. One of the two is called, once. */
export interface AnswerReceiver<C> {
  answered(answer: IncomingAnswer<C>): void;
  failed(error: unknown): void;
}

/** One request under way. */
export interface Call<C> {
  readonly request: OutgoingRequest;
  readonly timeoutMs: number;
  /** When its time is up, on the monotonic clock. */
  readonly until: number;
  answered(answer: IncomingAnswer<C>): void;
  failed(error: Error): void;
}

/** Whom a connection tells of its end of use. */
export interface ConnectionOwner<T> {
  /** It can take another request. @param now of the monotonic clock, where it has just been asked */
  free(connection: T, now?: number): void;
  /** It is closed. */
  lost(connection: T): void;
}
