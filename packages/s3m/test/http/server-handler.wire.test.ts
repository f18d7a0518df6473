import assert from 'node:assert/strict';
import { once } from 'node:events';
import { suite, test } from 'node:test';
import type { Exchange } from '../../src/http/exchange.ts';
import { quiet, RawClient, startServer } from './sockets.ts';

const get = (target: string, headers = ''): string => `GET ${target} HTTP/1.1\r\nHost: a\r\n${headers}\r\n`;

async function echo(exchange: Exchange): Promise<void> {
  const body = await exchange.body.readAll(1_000_000);
  await exchange.respond({ status: 200, headers: ['X-Target', exchange.head.target], body });
}

suite('server: handler', () => {
  test('a handler that rejects is answered with 500, and the connection closes', async () => {
    const errors: unknown[] = [];
    await using server = await startServer({ handle: () => Promise.reject(new Error('broken')), onError: (error) => errors.push(error) });
    using client = await RawClient.connect(server.port);
    assert.match(
      await client.send(get('/1') + get('/2')).untilEnd(),
      /^HTTP\/1.1 500 Internal Server Error\r\n[^]*Connection: close\r\n\r\n$/,
    );
    assert.match(String(errors), /broken/);
  });

  test('a handler that throws is answered with 500', async () => {
    await using server = await startServer({
      handle: () => {
        throw new Error('broken');
      },
    });
    using client = await RawClient.connect(server.port);
    assert.match(await client.send(get('/')).untilEnd(), /^HTTP\/1.1 500 /);
  });

  test('the exchange tells the peer and when the head was complete', async () => {
    let seen: Exchange | undefined;
    await using server = await startServer({
      handle: (exchange) => {
        seen = exchange;
        void exchange.respond({ status: 200, headers: [] });
      },
    });
    using client = await RawClient.connect(server.port);
    await client.send(get('/')).until('\r\n\r\n');
    assert.deepEqual(seen?.peer, { address: '127.0.0.1', port: client.socket.localPort });
    assert.equal(seen?.receivedAt, server.clock.monotonic());
  });

  test('a client that resets the connection aborts the signal', async () => {
    const { promise, resolve } = Promise.withResolvers<Exchange>();
    await using server = await startServer({ handle: resolve });
    using client = await RawClient.connect(server.port);
    const exchange = await (client.send(get('/')), promise);
    assert.equal(exchange.signal.aborted, false);
    client.socket.resetAndDestroy();
    await once(exchange.signal, 'abort');
  });

  test('a client that closes aborts the signal a second later', async () => {
    const { promise, resolve } = Promise.withResolvers<Exchange>();
    await using server = await startServer({ handle: resolve });
    using client = await RawClient.connect(server.port);
    const exchange = await (client.send(get('/')), promise);
    client.socket.end();
    const aborted = once(exchange.signal, 'abort');
    while (!exchange.signal.aborted) await server.clock.advance(500);
    await aborted;
  });

  test('a signal first asked for after the client has gone is aborted', async () => {
    const { promise, resolve } = Promise.withResolvers<Exchange>();
    await using server = await startServer({ handle: resolve });
    using client = await RawClient.connect(server.port);
    const exchange = await (client.send(get('/')), promise);
    client.socket.resetAndDestroy();
    while (server.http.connections > 0) await quiet();
    assert.equal(exchange.signal.aborted, true);
  });

  test('a client that shuts its sending side still gets its answer', async () => {
    await using server = await startServer({ handle: echo });
    using client = await RawClient.connect(server.port);
    client.socket.end(get('/1') + get('/2'));
    const answer = await client.untilEnd();
    assert.match(answer, /\/1[^]*\/2/);
  });
});

suite('server: closing', () => {
  test('idle connections are dropped at once, a request in flight is finished with Connection: close', async () => {
    const { promise, resolve } = Promise.withResolvers<Exchange>();
    await using server = await startServer({
      handle: (exchange) => (exchange.head.target === '/slow' ? resolve(exchange) : echo(exchange)),
    });
    using idle = await RawClient.connect(server.port);
    using busy = await RawClient.connect(server.port);
    await idle.send(get('/')).until('\r\n\r\n');
    busy.send(get('/slow'));
    const exchange = await promise;
    let done = false;
    const closed = server.http.close(10_000).then(() => (done = true));
    await idle.untilEnd();
    await quiet();
    assert.deepEqual([busy.ended, done], [false, false]);
    void exchange.respond({ status: 200, headers: [], body: 'at last' });
    assert.match(await busy.untilEnd(), /Connection: close\r\n\r\nat last$/);
    busy.socket.end();
    await closed;
  });

  test('an answer that had begun as keep-alive is finished, then its connection closes', async () => {
    const { promise, resolve } = Promise.withResolvers<Exchange>();
    await using server = await startServer({
      handle: (exchange) => {
        resolve(exchange);
        void exchange.respond({ status: 200, headers: [], body: exchange.body });
      },
    });
    using client = await RawClient.connect(server.port);
    await client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab').until('ab');
    await promise;
    const closed = server.http.close(10_000);
    assert.match(await client.send('cd').untilEnd(), /Connection: keep-alive\r\n\r\nabcd$/);
    client.socket.end();
    await closed;
  });

  test('an answer that was given just before the server closes still reaches the client', async () => {
    const { promise, resolve } = Promise.withResolvers<Exchange>();
    await using server = await startServer({ handle: resolve });
    using client = await RawClient.connect(server.port);
    client.send(get('/'));
    const exchange = await promise;
    exchange.send({ status: 200, headers: [], body: Buffer.from('the answer') });
    const closed = server.http.close(10_000);
    assert.match(await client.untilEnd(), /\r\n\r\nthe answer$/);
    client.socket.end();
    await closed;
  });

  test('what is left after the grace is destroyed', async () => {
    const { promise, resolve } = Promise.withResolvers<Exchange>();
    await using server = await startServer({ handle: resolve });
    using client = await RawClient.connect(server.port);
    client.send(get('/'));
    const exchange = await promise;
    const closed = server.http.close(3000);
    await server.clock.advance(2999);
    assert.equal(exchange.signal.aborted, false);
    await server.clock.advance(1);
    await closed;
    assert.equal(exchange.signal.aborted, true);
    assert.equal(server.clock.pending, 0);
  });
});
