import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { createConnectionPool, type ConnectionPool } from '../../src/http/connection-pool.ts';
import type { Exchange } from '../../src/http/exchange.ts';
import { headerValue } from '../../src/http/message.ts';
import type { PooledConnection } from '../../src/http/pooled-connection.ts';
import { attacks } from './smuggling-attacks.ts';
import { dial, RawClient, startServer } from './sockets.ts';

/** A request as sent, and as a backend saw it. */
interface Sent {
  readonly method: string;
  readonly target: string;
  readonly mark: string;
  readonly body: string;
}

interface Proxied extends AsyncDisposable {
  readonly port: number;
  readonly seen: Sent[];
}

/** A server of ours that passes every request on to another one through a pool, as a gateway does. */
async function startProxy(): Promise<Proxied> {
  const seen: Sent[] = [];
  const backend = await startServer({ handle: (exchange) => record(exchange, seen) });
  const pool = createConnectionPool({ connect: async () => ({ socket: await dial(backend.port) }) });
  const front = await startServer({ handle: (exchange) => pass(exchange, pool) });
  return {
    port: front.port,
    seen,
    async [Symbol.asyncDispose]() {
      await front[Symbol.asyncDispose]();
      pool.close();
      await backend[Symbol.asyncDispose]();
    },
  };
}

async function record(exchange: Exchange, seen: Sent[]): Promise<void> {
  const body = (await exchange.body.readAll(100_000)).toString('latin1');
  const { method, target, headers } = exchange.head;
  const mark = headerValue(headers, 'x-mark') ?? '';
  seen.push({ method, target, mark, body });
  await exchange.respond({ status: 200, headers: ['X-Mark', mark], body: Buffer.from(`[${mark}:${body}]`, 'latin1') });
}

async function pass(exchange: Exchange, pool: ConnectionPool<PooledConnection>): Promise<void> {
  const { method, target, headers, framing } = exchange.head;
  const head = { method, target, headers: ['Host', 'backend', 'X-Mark', headerValue(headers, 'x-mark') ?? ''] };
  const answer = await pool.send({ head, ...(framing.kind === 'none' ? {} : { body: exchange.body }) }, { timeoutMs: 5000 });
  await exchange.respond({ status: answer.head.status, headers: answer.head.headers, body: answer.body });
}

const splinter = fc.constantFrom(
  'GET /x HTTP/1.1\r\n',
  'Host: a\r\n',
  '\r\n',
  '\r\n\r\n',
  '0\r\n\r\n',
  'Content-Length: 5\r\n',
  'Transfer-Encoding: chunked\r\n',
  '5\r\n',
  'a',
  '\0',
  '\xff',
);
const request = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'),
  target: fc.constantFrom('/', '/a', '/a?b=c', '/%0d%0aX:%20y', '//b'),
  body: fc.array(splinter, { maxLength: 8 }).map((parts) => parts.join('')),
  chunkSize: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
});

suite('no byte of one request reaches another', () => {
  test('pipelined requests whose bodies look like requests: the backend sees each as it was sent, and each gets its own answer', async () => {
    await using proxy = await startProxy();
    await fc.assert(
      fc.asyncProperty(
        fc.array(request, { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(2000), { maxLength: 5 }),
        async (requests, cuts) => {
          proxy.seen.length = 0;
          const sent = requests.map(({ method, target, body }, index): Sent => ({ method, target, body, mark: `m${index}` }));
          const last = `GET /end HTTP/1.1\r\nHost: a\r\nX-Mark: end\r\nConnection: close\r\n\r\n`;
          const bytes = Buffer.from(sent.map((message, index) => write(message, requests[index]!.chunkSize)).join('') + last, 'latin1');
          using client = await RawClient.connect(proxy.port);
          const places = [0, ...cuts.map((cut) => cut % bytes.length), bytes.length].sort((a, b) => a - b);
          for (const [index, end] of places.slice(1).entries()) {
            client.send(bytes.subarray(places[index], end));
            await new Promise((resolve) => setImmediate(resolve));
          }
          const received = await client.untilEnd();
          assert.deepEqual(proxy.seen.slice(0, -1), sent);
          for (const { mark, body } of sent) assert.ok(received.includes(`\r\n\r\n[${mark}:${body}]HTTP/1.1 200 OK\r\n`), mark);
          assert.ok(received.endsWith('[end:]'));
        },
      ),
      { seed: 20_260_403, numRuns: 60 },
    );
  });

  for (const [name, table] of Object.entries(attacks)) {
    test(`${name}: the backend sees nothing of what is refused, and the rest as RFC 9112 reads it`, async () => {
      await using proxy = await startProxy();
      for (const [what, bytes, outcome] of table) {
        proxy.seen.length = 0;
        using client = await RawClient.connect(proxy.port);
        client.socket.end(Buffer.from(bytes, 'latin1'));
        const received = await client.untilEnd();
        if (typeof outcome === 'number') {
          assert.match(received, new RegExp(`^(?:HTTP/1.1 100 Continue\r\n\r\n)?HTTP/1.1 ${outcome} `), what);
          assert.deepEqual(proxy.seen, [], what);
        } else {
          assert.deepEqual(
            proxy.seen.map(({ target, body }) => [target, body]),
            outcome,
            what,
          );
        }
      }
    });
  }
});

function write({ method, target, mark, body }: Sent, chunkSize: number | undefined): string {
  const head = `${method} ${target} HTTP/1.1\r\nHost: a\r\nX-Mark: ${mark}\r\n`;
  if (chunkSize === undefined) return `${head}Content-Length: ${body.length}\r\n\r\n${body}`;
  let chunks = '';
  for (let at = 0; at < body.length; at += chunkSize) {
    const chunk = body.slice(at, at + chunkSize);
    chunks += `${chunk.length.toString(16)}\r\n${chunk}\r\n`;
  }
  return `${head}Transfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`;
}
