import { VirtualClock } from '../../src/clock/virtual-clock.ts';
import type { Socket } from 'node:net';
import { createConnectionPool, type ConnectionPool, type ConnectionPoolOptions } from '../../src/http/connection-pool.ts';
import type { MessageBody } from '../../src/http/message.ts';
import type { OutgoingRequest, PooledConnection } from '../../src/http/pooled-connection.ts';
import type { ScriptedServer } from './sockets.ts';

/** A whole answer with this body. */
export const answer = (body: string): string => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

export function request(method: string, target: string, body?: Buffer | MessageBody): OutgoingRequest {
  return { head: { method, target, headers: ['Host', 'backend'] }, ...(body === undefined ? {} : { body }) };
}

/** Answers every request with its number on the connection and the connection's number. Heads only. */
export function answerAll(socket: Socket, index: number): void {
  let count = 0;
  socket.on('data', (chunk: Buffer) => {
    for (const _ of chunk.toString('latin1').matchAll(/\r\n\r\n/g)) socket.write(answer(`${index}.${++count}`));
  });
}

export interface Pooled {
  readonly pool: ConnectionPool<PooledConnection>;
  readonly clock: VirtualClock;
  get(target?: string, method?: string): Promise<string>;
}

export function poolFor(server: Pick<ScriptedServer, 'connect'>, options: Partial<ConnectionPoolOptions<PooledConnection>> = {}): Pooled {
  const clock = new VirtualClock();
  const pool = createConnectionPool({ connect: () => server.connect(), clock, ...options });
  return {
    pool,
    clock,
    get: async (target = '/', method = 'GET') => {
      const { body } = await pool.send(request(method, target), { timeoutMs: 1000 });
      return (await body.readAll(100_000)).toString();
    },
  };
}

export function bodyOf(length: number | undefined, ...texts: readonly string[]): MessageBody {
  async function* pieces(): AsyncGenerator<Buffer> {
    for (const text of texts) yield Buffer.from(text);
  }
  return { length, readAll: () => Promise.reject(new Error('unused')), discard: () => {}, [Symbol.asyncIterator]: () => pieces() };
}
