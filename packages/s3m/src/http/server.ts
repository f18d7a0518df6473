import { createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '../clock/clock.ts';
import { systemClock } from '../clock/system-clock.ts';
import type { Exchange, HttpLimits, Refusal } from './exchange.ts';
import { defaultLimits } from './limits.ts';
import { ServerConnection } from './server-connection.ts';
import type { RefusalAnswer, ServerRules } from './server-rules.ts';

export interface HttpServerOptions {
  /** Called once a request's head is there. What it throws, or rejects with, becomes 500 and a closed connection. */
  handle(exchange: Exchange): void | Promise<void>;
  /** {@link defaultLimits} where absent. */
  readonly limits?: Partial<HttpLimits>;
  /** Told of each request that the reader refused. */
  onRefusal?(refusal: Refusal): void;
  /** What to answer to a refused request; may change the status. The connection is closed in any case. By default the reason as text. */
  refusalAnswer?(refusal: Refusal): RefusalAnswer;
  /** Told of what `handle` threw, and of answers that could not be written. */
  onError?(error: unknown, exchange: Exchange): void;
  /** The machine's own time by default. */
  readonly clock?: Clock;
}

/** An HTTP/1.1 server that doesn't listen yet: hand {@link server} to whoever gives out ports. */
export interface HttpServer {
  readonly server: Server;
  /** Connections that are open. */
  readonly connections: number;
  /** What all its connections go by, for whoever serves the same by another protocol. */
  readonly rules: ServerRules;
  /** Serves a connection that did not come by {@link server}. `peer` where the socket itself doesn't know it, or more is to be known of it. */
  accept(socket: Socket, peer?: Exchange['peer']): void;
  /** Other bounds, for requests to come. */
  setLimits(limits: Partial<HttpLimits>): void;
  /**
   * Stops accepting, drops idle connections at once, lets requests in flight finish (they are answered with `Connection: close`),
   * and after `graceMs` destroys what is left. Resolves when nothing is left.
   */
  close(graceMs: number): Promise<void>;
}

/** Serves HTTP/1.1 (RFC 9112) on sockets. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const clock = options.clock ?? systemClock;
  const connections = new Set<ServerConnection>();
  const date = dateText(clock);
  const rules: ServerRules = {
    handle: (exchange) => options.handle(exchange),
    limits: { ...defaultLimits, ...options.limits },
    onRefusal: (refusal) => options.onRefusal?.(refusal),
    refusalAnswer: (refusal) => options.refusalAnswer?.(refusal) ?? defaultRefusalAnswer(refusal),
    onError: (error, exchange) => options.onError?.(error, exchange),
    clock,
    date,
    closing: false,
  };
  /** Ends of the connections that {@link Server} knows nothing of. */
  const adopted = new Set<Promise<unknown>>();
  const forget = (connection: ServerConnection): void => void connections.delete(connection);
  const accept = (socket: Socket, peer?: Exchange['peer']): void => void connections.add(new ServerConnection(socket, rules, forget, peer));
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => accept(socket));
  return {
    server,
    rules,
    setLimits: (limits) => {
      rules.limits = { ...rules.limits, ...limits };
    },
    get connections() {
      return connections.size;
    },
    accept: (socket, peer) => {
      const end: Promise<unknown> = new Promise((resolve) => socket.once('close', resolve)).then(() => adopted.delete(end));
      adopted.add(end);
      accept(socket, peer);
    },
    close: async (graceMs) => {
      rules.closing = true;
      // Calls back when the last connection is gone, also when it was not listening (any more).
      const closed = new Promise((resolve) => server.close(resolve));
      for (const connection of connections) connection.closeWhenIdle();
      const timer = clock.after(graceMs, () => {
        for (const connection of connections) connection.destroy();
      });
      await closed;
      await Promise.all(adopted);
      timer.cancel();
    },
  };
}

function defaultRefusalAnswer(refusal: Refusal): RefusalAnswer {
  return { status: refusal.status, headers: ['Content-Type', 'text/plain; charset=utf-8'], body: `${refusal.why}\n` };
}

/** The Date header's value, made once a second (RFC 9110 section 6.6.1). */
function dateText(clock: Clock): (now?: number) => string {
  let nextSecond = Number.NEGATIVE_INFINITY;
  let text = '';
  return (now = clock.monotonic()) => {
    if (now >= nextSecond) {
      const time = clock.now();
      text = new Date(time).toUTCString();
      nextSecond = now + 1000 - (time % 1000);
    }
    return text;
  };
}
