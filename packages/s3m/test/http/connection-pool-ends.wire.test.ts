import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { suite, test } from 'node:test';
import { VirtualClock } from '../../src/clock/virtual-clock.ts';
import { createConnectionPool } from '../../src/http/connection-pool.ts';
import type { PooledConnection } from '../../src/http/pooled-connection.ts';
import { answer, answerAll, bodyOf, poolFor, request } from './pooled.ts';
import { quiet, startScripted, type ScriptedServer } from './sockets.ts';

suite('connection pool: connections that end', () => {
  /** Answers the first request of its first connection, closes at the second without an answer; later connections answer. */
  function closeOnReuse(socket: Socket, index: number): void {
    let count = 0;
    socket.on('data', () => {
      if (index === 0 && ++count > 1) socket.destroy();
      else socket.write(answer(`connection ${index}`));
    });
  }

  for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS']) {
    test(`${method} that meets a connection just closed is sent once more on a new one`, async () => {
      await using server = await startScripted(closeOnReuse);
      const { get } = poolFor(server);
      await get();
      assert.equal(await get('/', method), 'connection 1');
    });
  }

  test('POST is not sent twice', async () => {
    await using server = await startScripted(closeOnReuse);
    const { get } = poolFor(server);
    await get();
    await assert.rejects(get('/', 'POST'), { name: 'ConnectionClosed', when: 'before-answer' });
    assert.equal(server.accepted.length, 1);
  });

  test('a body that was streamed is not sent twice', async () => {
    await using server = await startScripted(closeOnReuse);
    const { pool, get } = poolFor(server);
    await get();
    await assert.rejects(pool.send(request('PUT', '/', bodyOf(3, 'abc')), { timeoutMs: 1000 }), { name: 'ConnectionClosed' });
    assert.equal(server.accepted.length, 1);
  });

  test('a request on a new connection is not repeated, nor is a repeated one again', async () => {
    await using server = await startScripted((socket, index) =>
      socket.on('data', () => (index === 1 && socket.bytesWritten === 0 ? socket.write(answer('x')) : socket.destroy())),
    );
    const { get } = poolFor(server);
    await assert.rejects(get(), { name: 'ConnectionClosed', when: 'before-answer' });
    assert.equal(server.accepted.length, 1);
    await get();
    await assert.rejects(get(), { name: 'ConnectionClosed' });
    assert.equal(server.accepted.length, 3);
  });

  test('once bytes of the answer have come, nothing is repeated', async () => {
    await using server = await startScripted((socket, index) => {
      let count = 0;
      socket.on('data', () => (index === 0 && ++count > 1 ? socket.end('HTTP/1.1 2') : socket.write(answer('x'))));
    });
    const { get } = poolFor(server);
    await get();
    await assert.rejects(get(), { name: 'ConnectionClosed', when: 'within-answer' });
  });

  test('an idle connection that the server closes leaves the pool', async () => {
    await using server = await startScripted(answerAll);
    const { pool, get } = poolFor(server);
    await get();
    server.accepted[0]!.end();
    while (pool.idle > 0) await quiet();
    assert.equal(await get('/', 'POST'), '1.1');
  });

  test('a failed connect is told with its cause', async () => {
    const { pool } = poolFor({ connect: () => Promise.reject(new Error('blocked by security group')) });
    await assert.rejects(pool.send(request('GET', '/'), { timeoutMs: 1000 }), (error: Error) => {
      assert.equal(error.name, 'ConnectFailed');
      assert.equal((error.cause as Error).message, 'blocked by security group');
      return true;
    });
  });
});

suite('connection pool: time', () => {
  test('an answer that does not come in time fails, and its connection is closed', async () => {
    await using server = await startScripted(() => {});
    const { pool, clock } = poolFor(server);
    const sent = assert.rejects(pool.send(request('GET', '/'), { timeoutMs: 29_000 }), { name: 'AnswerTimeout' });
    while (pool.busy === 0) await quiet();
    await clock.advance(28_999);
    assert.equal(pool.busy, 1);
    await clock.advance(1);
    await sent;
    assert.equal(pool.busy, 0);
  });

  test('the time of connecting counts', async () => {
    const never = poolFor({ connect: () => new Promise(() => {}) });
    const sent = assert.rejects(never.pool.send(request('GET', '/'), { timeoutMs: 500 }), {
      name: 'AnswerTimeout',
      message: 'no connection within 500 ms',
    });
    await never.clock.advance(500);
    await sent;
  });

  test('a connection that comes too late serves the next request', async () => {
    await using server = await startScripted(answerAll);
    const gate = Promise.withResolvers<void>();
    const { pool, clock, get } = poolFor({ connect: () => gate.promise.then(() => server.connect()) });
    const sent = assert.rejects(get(), { name: 'AnswerTimeout' });
    await clock.advance(1000);
    await sent;
    gate.resolve();
    while (pool.idle === 0) await quiet();
    assert.equal(await get(), '0.1');
    assert.equal(server.accepted.length, 1);
  });

  test('silence within a body fails it; a slow reader does not', async () => {
    await using server = await startScripted((socket) =>
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n' + 'x'.repeat(80_000))),
    );
    const { pool, clock } = poolFor(server);
    const { body } = await pool.send(request('GET', '/'), { timeoutMs: 1000 });
    while (server.accepted[0]!.writableLength > 0) await quiet();
    const iterator = body[Symbol.asyncIterator]();
    await iterator.next();
    await assert.rejects(
      async () => {
        for (;;) {
          const next = iterator.next();
          await Promise.race([next, quiet().then(() => clock.advance(1000))]);
          await next;
        }
      },
      { name: 'AnswerTimeout' },
    );
  });

  test('an idle connection is closed after its time', async () => {
    await using server = await startScripted(answerAll);
    const { pool, clock, get } = poolFor(server, { idleTimeoutMs: 5000 });
    await get();
    await clock.advance(4999);
    assert.equal(pool.idle, 1);
    await clock.advance(1);
    assert.equal(pool.idle, 0);
  });

  test('no more than maxIdle connections are kept', async () => {
    await using server = await startScripted(answerAll);
    const { pool, get } = poolFor(server, { maxIdle: 2 });
    await Promise.all([get(), get(), get(), get()]);
    assert.equal(pool.idle, 2);
  });

  test('an aborted request rejects with the reason and closes its connection', async () => {
    await using server = await startScripted(() => {});
    const { pool } = poolFor(server);
    const controller = new AbortController();
    const sent = pool.send(request('GET', '/'), { timeoutMs: 1000, signal: controller.signal });
    while (pool.busy === 0) await quiet();
    controller.abort(new Error('client gone'));
    await assert.rejects(sent, /client gone/);
    assert.equal(pool.busy, 0);
    await once(server.accepted[0]!, 'close');
  });

  test('a request aborted before it is sent is not sent', async () => {
    await using server = await startScripted(answerAll);
    const { pool } = poolFor(server);
    await assert.rejects(pool.send(request('GET', '/'), { timeoutMs: 1000, signal: AbortSignal.abort(new Error('no')) }), /no/);
    assert.equal(server.accepted.length, 0);
  });
});

suite('connection pool: draining', () => {
  function drainable(server: ScriptedServer): { connect: () => Promise<PooledConnection>; drain: () => void } {
    const callbacks: (() => void)[] = [];
    let draining = false;
    return {
      connect: async () => {
        const { socket } = await server.connect();
        return {
          socket,
          get draining() {
            return draining;
          },
          onDraining: (callback) => (draining ? callback() : void callbacks.push(callback)),
        };
      },
      drain: () => {
        draining = true;
        for (const callback of callbacks) callback();
      },
    };
  }

  test('an idle connection whose target drains is closed at once', async () => {
    await using server = await startScripted(answerAll);
    const target = drainable(server);
    const { pool, get } = poolFor(target);
    await get();
    target.drain();
    assert.equal(pool.idle, 0);
  });

  test('one in use finishes its answer and is not used again', async () => {
    await using server = await startScripted(() => {});
    const target = drainable(server);
    const { pool, get } = poolFor(target);
    const answered = get();
    while (server.accepted.length === 0 || pool.busy === 0) await quiet();
    target.drain();
    server.accepted[0]!.write(answer('finished'));
    assert.equal(await answered, 'finished');
    assert.deepEqual([pool.idle, pool.busy], [0, 0]);
  });

  test('a connection whose target began to drain while it was made carries the request that it was made for, and no other', async () => {
    await using server = await startScripted(answerAll);
    const target = drainable(server);
    const { pool, get } = poolFor(target);
    target.drain();
    assert.notEqual(await get(), '');
    assert.deepEqual([pool.idle, pool.busy], [0, 0]);
  });

  test('the answer names its connection, with what the caller keeps there', async () => {
    await using server = await startScripted(answerAll);
    const pool = createConnectionPool({
      connect: async () => ({ ...(await server.connect()), route: 'listener 80' }),
      clock: new VirtualClock(),
    });
    const first = await pool.send(request('GET', '/'), { timeoutMs: 1000 });
    first.body.discard();
    while (pool.idle === 0) await quiet();
    const second = await pool.send(request('GET', '/'), { timeoutMs: 1000 });
    second.body.discard();
    assert.deepEqual([first.connection.route, first.reused, second.reused], ['listener 80', false, true]);
    pool.close();
  });

  test('a closed pool sends nothing, and closes what is in use after its answer', async () => {
    await using server = await startScripted(() => {});
    const { pool, get } = poolFor(server);
    const answered = get();
    while (server.accepted.length === 0 || pool.busy === 0) await quiet();
    pool.close();
    server.accepted[0]!.write(answer('last'));
    assert.equal(await answered, 'last');
    assert.equal(pool.idle, 0);
    await assert.rejects(get(), { name: 'ConnectFailed' });
  });
});
