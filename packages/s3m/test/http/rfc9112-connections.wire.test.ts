import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Exchange } from '../../src/http/exchange.ts';
import type { MessageBody } from '../../src/http/message.ts';
import { answer, poolFor } from './pooled.ts';
import { quiet, RawClient, startScripted, startServer } from './sockets.ts';

/** Answers with the target, and keeps count. */
function counting(seen: string[]): (exchange: Exchange) => Promise<void> {
  return (exchange) => {
    seen.push(exchange.head.target);
    return exchange.respond({ status: 200, headers: [], body: `[${exchange.head.target}]` });
  };
}

async function* pieces(): AsyncGenerator<Buffer> {
  yield Buffer.from('one,');
  yield Buffer.from('two');
}

const streamed: MessageBody = {
  length: undefined,
  readAll: () => Promise.reject(new Error('unused')),
  discard: () => {},
  [Symbol.asyncIterator]: () => pieces(),
};

/** `[section, what, bytes, targets that are handled, whether the connection stays open]` */
const persistence: readonly (readonly [section: string, what: string, bytes: string, handled: readonly string[], open: boolean])[] = [
  ['9.3', 'HTTP/1.1 stays', 'GET /1 HTTP/1.1\r\nHost: a\r\n\r\n', ['/1'], true],
  ['9.3', 'HTTP/1.0 ends', 'GET /1 HTTP/1.0\r\n\r\nGET /2 HTTP/1.0\r\n\r\n', ['/1'], false],
  ['9.3', 'HTTP/1.0 with keep-alive stays', 'GET /1 HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n', ['/1'], true],
  ['9.3', 'HTTP/1.0 with Proxy-Connection ends', 'GET /1 HTTP/1.0\r\nProxy-Connection: keep-alive\r\n\r\n', ['/1'], false],
  ['9.3', 'Keep-Alive alone does not keep HTTP/1.0', 'GET /1 HTTP/1.0\r\nKeep-Alive: timeout=60\r\n\r\n', ['/1'], false],
  [
    '9.6',
    'nothing after a request with close is read',
    'GET /1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n',
    ['/1'],
    false,
  ],
  [
    '9.6',
    'close counts among other options',
    'GET /1 HTTP/1.1\r\nHost: a\r\nConnection: x-a , CLOSE\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n',
    ['/1'],
    false,
  ],
  [
    '9.6',
    'close counts among empty elements, behind a tab and in a second line',
    'GET /1 HTTP/1.1\r\nHost: a\r\nConnection: ,, x-a\r\nConnection: ,\tclose ,\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n',
    ['/1'],
    false,
  ],
  ['9.6', 'closed is another option than close', 'GET /1 HTTP/1.1\r\nHost: a\r\nConnection: closed, no-close\r\n\r\n', ['/1'], true],
  [
    '9.6',
    'close with a body: the body is read first',
    'POST /1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 27\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n',
    ['/1'],
    false,
  ],
  [
    '9.6',
    'close and keep-alive: close wins',
    'GET /1 HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n',
    ['/1'],
    false,
  ],
  [
    '11.2',
    'nothing after a refused request is read',
    'GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /x\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n',
    ['/1'],
    false,
  ],
  [
    '11.2',
    'nor after a refused body',
    'POST /1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nz\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n',
    ['/1'],
    false,
  ],
];

suite('RFC 9112 section 9, connections', () => {
  for (const [section, what, bytes, handled, open] of persistence) {
    test(`section ${section}: ${what}`, async () => {
      const seen: string[] = [];
      await using server = await startServer({ handle: counting(seen) });
      using client = await RawClient.connect(server.port);
      client.send(bytes);
      await client.until('\r\n\r\n');
      if (open) {
        assert.match(client.received, /\r\nConnection: keep-alive\r\n/);
        await client.send('GET /more HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n').until('[/more]');
      }
      await client.untilEnd();
      assert.deepEqual(seen, open ? [...handled, '/more'] : handled);
      assert.match(client.received, /\r\nConnection: close\r\n(?![^]*\r\nConnection: )/);
    });
  }

  test('section 6.1: a client of HTTP/1.0 gets no chunks; the end of the connection ends its answer', async () => {
    await using server = await startServer({ handle: (exchange) => exchange.respond({ status: 200, headers: [], body: streamed }) });
    using client = await RawClient.connect(server.port);
    const received = await client.send('GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n').untilEnd();
    assert.match(received, /Connection: close\r\n\r\none,two$/);
    assert.doesNotMatch(received, /Transfer-Encoding/i);
  });

  test('section 9.2: what a server says without being asked ends its connection, and answers nothing', async () => {
    await using server = await startScripted((socket, index) => {
      socket.once('data', () => socket.write(answer(`${index}`)));
    });
    const { pool, get } = poolFor(server);
    assert.equal(await get(), '0');
    server.accepted[0]!.write(answer('unasked'));
    while (pool.idle > 0) await quiet();
    assert.equal(await get(), '1');
    pool.close();
  });

  test('section 9.5: a client that only opens connections costs no more than the connection', async () => {
    const seen: string[] = [];
    await using server = await startServer({ handle: counting(seen), limits: { keepAliveTimeoutMs: 1000 } });
    const clients = await Promise.all(Array.from({ length: 100 }, () => RawClient.connect(server.port)));
    while (server.http.connections < 100) await quiet();
    await server.clock.advance(1000);
    for (const client of clients) assert.equal(await client.untilEnd(), '');
    while (server.http.connections > 0) await quiet();
    assert.deepEqual(seen, []);
  });
});
