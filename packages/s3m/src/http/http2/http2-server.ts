import { constants, performServerHandshake, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { Deadline } from '../deadline.ts';
import type { Exchange } from '../exchange.ts';
import { Malformed } from '../malformed.ts';
import type { ServerRules } from '../server-rules.ts';
import { Http2Exchange } from './http2-exchange.ts';
import { readHttp2Request, type Http2Request } from './request-head.ts';

/** The bit in a HEADERS frame's flags that says that no body follows (RFC 9113 section 6.2). */
const endsStream = 0x1;

/** Stands for a request that could not be read. */
const unread: Http2Request = {
  head: { method: 'GET', target: '/', version: 'HTTP/1.1', headers: [], framing: { kind: 'none' }, keepAlive: true },
  expectContinue: false,
};

/** Serves HTTP/2 (RFC 9113) on connections that have agreed on it, by the same rules as HTTP/1.1. */
export class Http2Server {
  readonly #rules: ServerRules;
  readonly #maxStreams: number;
  readonly #sessions = new Set<ServerHttp2Session>();

  /** @param maxStreams requests that a client may have under way on a connection */
  constructor(rules: ServerRules, maxStreams: number) {
    this.#rules = rules;
    this.#maxStreams = maxStreams;
  }

  accept(socket: Socket, peer: Exchange['peer']): void {
    const { limits, clock } = this.#rules;
    const session = performServerHandshake(socket, {
      maxHeaderListPairs: limits.headerCount,
      settings: { maxConcurrentStreams: this.#maxStreams, maxHeaderListSize: limits.headerBytes, enablePush: false },
    });
    // On a TLSSocket that no TLS server made the session waits for this event, which only servers and clients of Node's own emit.
    socket.emit('secureConnect');
    this.#sessions.add(session);
    let open = 0;
    const idle = new Deadline(clock, () => session.close());
    idle.set(limits.keepAliveTimeoutMs);
    session.on('stream', (stream, _headers, flags, fields: readonly string[]) => {
      open++;
      idle.clear();
      stream.on('error', () => {});
      stream.once('close', () => {
        open--;
        if (open === 0 && !session.closed) idle.set(this.#rules.limits.keepAliveTimeoutMs);
      });
      this.#begin(stream, fields, (flags & endsStream) === 0, peer);
    });
    session.on('error', () => session.destroy());
    socket.on('error', () => session.destroy());
    session.once('close', () => {
      idle.dispose();
      this.#sessions.delete(session);
    });
  }

  /** Takes no further requests, lets those under way finish, and after `graceMs` ends what is left. */
  async close(graceMs: number): Promise<void> {
    const sessions = [...this.#sessions];
    const closed = sessions.map((session) => new Promise((resolve) => session.once('close', resolve)));
    for (const session of sessions) session.close();
    const timer = this.#rules.clock.after(graceMs, () => {
      for (const session of sessions) session.destroy();
    });
    await Promise.all(closed);
    timer.cancel();
  }

  #begin(stream: ServerHttp2Stream, fields: readonly string[], hasBody: boolean, peer: Exchange['peer']): void {
    let exchange: Http2Exchange;
    try {
      exchange = new Http2Exchange(stream, readHttp2Request(fields, hasBody), peer, this.#rules);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      return this.#refuse(stream, error, peer);
    }
    void this.#handle(exchange, stream);
  }

  async #handle(exchange: Http2Exchange, stream: ServerHttp2Stream): Promise<void> {
    try {
      await this.#rules.handle(exchange);
    } catch (error) {
      // A handler that fails because the client has gone tells nothing new.
      if (stream.destroyed) return;
      this.#rules.onError(error, exchange);
      if (exchange.answered) stream.close(constants.NGHTTP2_INTERNAL_ERROR);
      else exchange.send({ status: 500, headers: [] });
    }
  }

  #refuse(stream: ServerHttp2Stream, { status, why }: Malformed, peer: Exchange['peer']): void {
    const refusal = { status, why, peer };
    this.#rules.onRefusal(refusal);
    new Http2Exchange(stream, unread, peer, this.#rules).send(this.#rules.refusalAnswer(refusal));
  }
}
