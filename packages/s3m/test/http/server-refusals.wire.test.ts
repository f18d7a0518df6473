import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Exchange, Refusal } from '../../src/http/exchange.ts';
import { quiet, RawClient, startServer } from './sockets.ts';

const get = (target: string, headers = ''): string => `GET ${target} HTTP/1.1\r\nHost: a\r\n${headers}\r\n`;

async function echo(exchange: Exchange): Promise<void> {
  const body = await exchange.body.readAll(1_000_000);
  await exchange.respond({ status: 200, headers: ['X-Target', exchange.head.target], body });
}

suite('server: refusals', () => {
  test('what cannot be read is refused, reported and closed, after the answers before it', async () => {
    const refusals: Refusal[] = [];
    await using server = await startServer({ handle: echo, onRefusal: (refusal) => refusals.push(refusal) });
    using client = await RawClient.connect(server.port);
    const answer = await client.send(`${get('/1')}GET /2 HTTP/1.1\r\nHost : a\r\n\r\n${get('/3')}`).untilEnd();
    assert.match(
      answer,
      /^HTTP\/1.1 200 OK\r\n[^]*X-Target: \/1\r\n[^]*HTTP\/1.1 400 Bad Request\r\n[^]*Connection: close\r\n\r\n[^]*section 5.1/,
    );
    assert.doesNotMatch(answer, /\/3/);
    assert.deepEqual(
      refusals.map(({ status, peer }) => [status, peer.port]),
      [[400, client.socket.localPort]],
    );
  });

  test('the owner words the refusal', async () => {
    await using server = await startServer({
      handle: echo,
      refusalAnswer: ({ status }) => ({ status: status === 431 ? 400 : status, headers: ['X-Why', 'large'], body: '{}' }),
      limits: { headerBytes: 50 },
    });
    using client = await RawClient.connect(server.port);
    assert.match(
      await client.send(get('/', `A: ${'b'.repeat(100)}\r\n`)).untilEnd(),
      /^HTTP\/1.1 400 Bad Request\r\n[^]*X-Why: large\r\n[^]*\{\}$/,
    );
  });

  test("a malformed chunk is refused, and the handler's reading fails", async () => {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    await using server = await startServer({
      handle: (exchange) =>
        exchange.body.readAll(100).then(
          () => assert.fail('it was read'),
          (error: unknown) => {
            resolve(error);
            throw error;
          },
        ),
    });
    using client = await RawClient.connect(server.port);
    const answer = await client.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd').untilEnd();
    assert.equal(answer.match(/HTTP\/1.1/g)?.length, 1);
    assert.match(answer, /^HTTP\/1.1 400 /);
    assert.match(String(await promise), /chunk/);
  });

  test('a malformed chunk after the answer closes without a second answer', async () => {
    await using server = await startServer({ handle: (exchange) => exchange.respond({ status: 200, headers: [], body: 'early' }) });
    using client = await RawClient.connect(server.port);
    client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n01234');
    await client.until('early');
    client.socket.end();
    assert.equal((await client.untilEnd()).match(/HTTP\/1.1/g)?.length, 1);
  });

  for (const [what, bytes] of [
    ['a head', 'GET / HTTP/1.1\r\nHos'],
    ['a body', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab'],
  ] as const) {
    test(`a connection that ends within ${what} is refused with 400`, async () => {
      await using server = await startServer({ handle: echo });
      using client = await RawClient.connect(server.port);
      client.socket.end(bytes);
      assert.match(await client.untilEnd(), /^HTTP\/1.1 400 /);
    });
  }
});

suite('server: time', () => {
  test('a head that drips is refused with 408, however often a byte comes', async () => {
    await using server = await startServer({ handle: echo, limits: { headTimeoutMs: 1000 } });
    using client = await RawClient.connect(server.port);
    for (const byte of 'GET / HTTP') {
      client.send(byte);
      while (client.socket.writableLength > 0) await quiet();
      await quiet();
      await server.clock.advance(100);
    }
    await server.clock.advance(100);
    await client.untilEnd();
    assert.match(client.received, /^HTTP\/1.1 408 Request Timeout\r\n/);
  });

  test('a body that stops coming is refused with 408', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    await using server = await startServer({
      handle: (exchange) => {
        resolve();
        return echo(exchange);
      },
      limits: { bodyIdleTimeoutMs: 1000 },
    });
    using client = await RawClient.connect(server.port);
    client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab');
    await promise;
    while (!client.ended) await server.clock.advance(100);
    assert.match(client.received, /^HTTP\/1.1 408 /);
  });

  test('a body that drips is refused with 408 in the end, however often a byte comes', async () => {
    const { promise, resolve } = Promise.withResolvers<Exchange>();
    await using server = await startServer({
      handle: (exchange) => {
        resolve(exchange);
        return echo(exchange);
      },
      limits: { bodyIdleTimeoutMs: 1000, bodyTimeoutMs: 5000 },
    });
    using client = await RawClient.connect(server.port);
    client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n');
    await promise;
    let sent = 0;
    for (; !client.ended && sent < 20; sent++) {
      client.send('x');
      while (client.socket.writableLength > 0) await quiet();
      await quiet();
      await server.clock.advance(500);
    }
    assert.match(await client.untilEnd(), /^HTTP\/1.1 408 /);
    assert.ok(sent >= 10, `cut off after ${sent} bytes`);
  });

  test('a client that takes a large answer slowly gets all of it; one that takes nothing is cut off', async () => {
    const body = Buffer.alloc(32 * 1024 * 1024, 'x');
    await using server = await startServer({
      handle: (exchange) => exchange.respond({ status: 200, headers: [], body }),
      limits: { bodyIdleTimeoutMs: 1000, keepAliveTimeoutMs: 1000 },
    });
    using slow = await RawClient.connect(server.port);
    slow.socket.on('data', () => slow.socket.pause());
    slow.send(get('/', 'Connection: close\r\n'));
    while (!slow.ended) {
      await quiet();
      await server.clock.advance(20);
      slow.socket.resume();
    }
    assert.ok(slow.received.length > body.length);
    using stuck = await RawClient.connect(server.port);
    stuck.socket.pause();
    stuck.send(get('/', 'Connection: close\r\n'));
    while (server.http.connections > 0) {
      await quiet();
      await server.clock.advance(100);
    }
  });

  test('an answer that is not taken yet when its connection closes is waited for', async () => {
    const body = 'x'.repeat(32 * 1024 * 1024);
    await using server = await startServer({ handle: (exchange) => exchange.respond({ status: 200, headers: [], body, close: true }) });
    using client = await RawClient.connect(server.port);
    client.socket.pause();
    client.send(get('/'));
    while (server.http.connections === 0) await quiet();
    for (let step = 0; step < 30; step++) {
      await quiet();
      await server.clock.advance(200);
    }
    client.socket.resume();
    const received = await client.untilEnd();
    assert.ok(received.length > body.length, `${received.length} bytes came`);
  });

  test("a body that the handler does not read is not the client's delay", async () => {
    const { promise, resolve } = Promise.withResolvers<Exchange>();
    await using server = await startServer({ handle: resolve, limits: { bodyIdleTimeoutMs: 1000 } });
    using client = await RawClient.connect(server.port);
    client.send('POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n');
    const exchange = await promise;
    await server.clock.advance(60_000);
    void exchange.body.readAll(1).then(() => exchange.respond({ status: 200, headers: [] }));
    await client.until('100 Continue');
    await client.send('x').until('200 OK');
  });

  test('an idle connection is closed without a word', async () => {
    await using server = await startServer({ handle: echo, limits: { keepAliveTimeoutMs: 5000 } });
    using client = await RawClient.connect(server.port);
    await client.send(get('/')).until('\r\n\r\n');
    const before = client.received;
    await server.clock.advance(4999);
    await quiet();
    assert.equal(client.ended, false);
    await server.clock.advance(1);
    assert.equal(await client.untilEnd(), before);
  });

  test('a handler may take its time', async () => {
    const { promise, resolve } = Promise.withResolvers<Exchange>();
    await using server = await startServer({ handle: resolve });
    using client = await RawClient.connect(server.port);
    client.send(get('/'));
    const exchange = await promise;
    await server.clock.advance(3_600_000);
    void exchange.respond({ status: 200, headers: [] });
    await client.until('200 OK');
  });
});
