import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { VirtualClock } from '../../src/clock/virtual-clock.ts';
import type { PooledConnection } from '../../src/http/pooled-connection.ts';
import { createHttpServer, type HttpServer, type HttpServerOptions } from '../../src/http/server.ts';

/** A server of ours on a free port, with a clock that stands still. */
export interface RunningServer extends AsyncDisposable {
  readonly http: HttpServer;
  readonly port: number;
  readonly clock: VirtualClock;
}

export async function startServer(options: Omit<HttpServerOptions, 'clock'>): Promise<RunningServer> {
  const clock = new VirtualClock();
  const http = createHttpServer({ ...options, clock });
  const port = await listen(http.server);
  return {
    http,
    port,
    clock,
    async [Symbol.asyncDispose]() {
      const closed = http.close(0);
      await clock.advance(0);
      await closed;
    },
  };
}

export async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

export async function dial(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
  await once(socket, 'connect');
  return socket;
}

/** A client that speaks bytes. */
export class RawClient implements Disposable {
  readonly socket: Socket;
  #received = '';
  #ended = false;
  #changed: (() => void) | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.#received += text;
      this.#changed?.();
    });
    const end = (): void => {
      this.#ended = true;
      this.#changed?.();
    };
    socket.on('end', end);
    socket.on('close', end);
    socket.on('error', end);
  }

  static async connect(port: number): Promise<RawClient> {
    return new RawClient(await dial(port));
  }

  get received(): string {
    return this.#received;
  }

  get ended(): boolean {
    return this.#ended;
  }

  send(bytes: string | Buffer): this {
    this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
    return this;
  }

  /** Waits until what has come holds `text`, and answers all of it. */
  async until(text: string): Promise<string> {
    while (!this.#received.includes(text)) {
      if (this.#ended) throw new Error(`connection ended before ${JSON.stringify(text)}: ${JSON.stringify(this.#received)}`);
      await this.#change();
    }
    return this.#received;
  }

  /** Waits until the server has closed, and answers all that came. */
  async untilEnd(): Promise<string> {
    while (!this.#ended) await this.#change();
    return this.#received;
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#changed = resolve;
    });
  }
}

/** A server that is a script: what it does with each connection is the test's. */
export interface ScriptedServer extends AsyncDisposable {
  readonly port: number;
  /** Connections so far. */
  readonly accepted: readonly Socket[];
  connect(): Promise<PooledConnection>;
}

export async function startScripted(onConnection: (socket: Socket, index: number) => void): Promise<ScriptedServer> {
  const accepted: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    accepted.push(socket);
    onConnection(socket, accepted.length - 1);
    // Without a listener a socket would not notice its end.
    if (socket.listenerCount('data') === 0) socket.resume();
  });
  const port = await listen(server);
  return {
    port,
    accepted,
    connect: async () => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      await once(socket, 'connect');
      return { socket };
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of accepted) socket.destroy();
      await closed;
    },
  };
}

/** Lets everything that can happen now happen: for facts that are the absence of something. */
export async function quiet(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}
