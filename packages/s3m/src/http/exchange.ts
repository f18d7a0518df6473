import type { TLSSocket } from 'node:tls';
import type { HeaderText } from './header-text.ts';
import type { HeaderLines, MessageBody, RequestHead } from './message.ts';

/**
 * What to answer. The server adds `Content-Length` or `Transfer-Encoding`, `Date` and `Connection`; any of these among header lines are ignored.
 * They go first, with `Content-Type` among them (AG-902), and behind a `Server` that the lines begin with.
 * Header text goes out as it is and must have none of them.
 */
export interface HttpAnswer {
  readonly status: number;
  /** The standard phrase when absent. */
  readonly reason?: string;
  readonly headers: HeaderLines | HeaderText;
  /** No body when absent. A {@link MessageBody} is streamed. */
  readonly body?: string | Buffer | MessageBody;
  /** Close the connection after this answer. */
  readonly close?: boolean;
}

/** Who is at the other end of a connection. */
export interface Peer {
  /** Of TCP. */
  readonly address: string;
  readonly port: number;
  /** The connection itself, where it is one of TLS: its client may have shown a certificate. */
  readonly tls?: TLSSocket;
}

/** One request and the way to answer it. */
export interface Exchange {
  readonly head: RequestHead;
  readonly body: MessageBody;
  readonly peer: Peer;
  /** `performance.now()` when the head was complete. */
  readonly receivedAt: number;
  /** Aborted when the client goes away before it has its answer. */
  readonly signal: AbortSignal;
  /** Answers. Resolves when the last byte is with the kernel; an unread request body is dropped. Only the first call counts. */
  respond(answer: HttpAnswer): Promise<void>;
  /** The same for those who don't wait for the last byte. @param now of the monotonic clock, from who has just asked it: it need not be asked again */
  send(answer: HttpAnswer, now?: number): void;
}

/** A request that the strict reader refused; the server has answered and closed. */
export interface Refusal {
  readonly status: number;
  /** What rule it broke, with the RFC section, for the trace. */
  readonly why: string;
  readonly peer: { readonly address: string; readonly port: number };
}

/** Bounds of the reader. Sizes in bytes, times in milliseconds. */
export interface HttpLimits {
  /** Longest request line: 10,240 and a little for method and version by default. */
  readonly requestLine: number;
  /** All header lines together. */
  readonly headerBytes: number;
  readonly headerCount: number;
  /** From the first byte of a head to its end. */
  readonly headTimeoutMs: number;
  /** Longest silence within a body. */
  readonly bodyIdleTimeoutMs: number;
  /** Longest time that a client may take to send a body, the time that its reader holds it back aside. */
  readonly bodyTimeoutMs: number;
  /** Longest idle time of a kept-alive connection. */
  readonly keepAliveTimeoutMs: number;
}
