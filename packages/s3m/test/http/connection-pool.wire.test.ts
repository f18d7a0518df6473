import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { answer, answerAll, bodyOf, poolFor, request } from './pooled.ts';
import { quiet, startScripted } from './sockets.ts';

suite('connection pool: requests', () => {
  test('one request after the other goes over one connection, requests at the same time over several', async () => {
    await using server = await startScripted(answerAll);
    const { pool, get } = poolFor(server);
    assert.deepEqual([await get(), await get()], ['0.1', '0.2']);
    assert.deepEqual((await Promise.all([get(), get(), get()])).sort(), ['0.3', '1.1', '2.1']);
    assert.deepEqual([pool.idle, pool.busy], [3, 0]);
    pool.close();
    assert.equal(pool.idle, 0);
  });

  test("the request is written anew: line, the caller's header lines without framing, then its own", async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    await using server = await startScripted((socket) => socket.on('data', (chunk: Buffer) => resolve(chunk.toString('latin1'))));
    const { pool } = poolFor(server);
    const head = {
      method: 'POST',
      target: '/a?b',
      headers: ['Host', 'b', 'content-length', '99', 'X-A', 'c', 'Transfer-Encoding', 'chunked'],
    };
    const sent = pool.send({ head, body: Buffer.from('hello') }, { timeoutMs: 1000 });
    assert.equal(await promise, 'POST /a?b HTTP/1.1\r\nHost: b\r\nX-A: c\r\nContent-Length: 5\r\n\r\nhello');
    server.accepted[0]!.destroy();
    await assert.rejects(sent);
  });

  for (const [method, expected] of [
    ['GET', ''],
    ['DELETE', ''],
    ['POST', 'Content-Length: 0\r\n'],
    ['PUT', 'Content-Length: 0\r\n'],
  ] as const) {
    test(`${method} without a body ${expected === '' ? 'says nothing about one' : 'says that it is empty'}`, async () => {
      const { promise, resolve } = Promise.withResolvers<string>();
      await using server = await startScripted((socket) =>
        socket.on('data', (chunk: Buffer) => {
          resolve(chunk.toString('latin1'));
          socket.write(answer(''));
        }),
      );
      await poolFor(server).get('/', method);
      assert.equal(await promise, `${method} / HTTP/1.1\r\nHost: backend\r\n${expected}\r\n`);
    });
  }

  test('a body of unknown length is sent in chunks as it comes', async () => {
    const received: string[] = [];
    await using server = await startScripted((socket) =>
      socket.on('data', (chunk: Buffer) => {
        received.push(chunk.toString('latin1'));
        if (received.join('').endsWith('0\r\n\r\n')) socket.write(answer('done'));
      }),
    );
    const { pool } = poolFor(server);
    const { body } = await pool.send(request('POST', '/', bodyOf(undefined, 'abc', 'de')), { timeoutMs: 1000 });
    assert.equal((await body.readAll(10)).toString(), 'done');
    assert.match(received.join(''), /Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n$/);
    assert.equal(pool.idle, 1);
  });

  test('a body shorter than its length fails the request, and nothing else is sent on that connection', async () => {
    await using server = await startScripted(() => {});
    const { pool } = poolFor(server);
    await assert.rejects(pool.send(request('POST', '/', bodyOf(10, 'abc')), { timeoutMs: 1000 }), { name: 'ConnectionClosed' });
    assert.deepEqual([pool.idle, pool.busy], [0, 0]);
  });

  test('a header that would break the framing is not sent', async () => {
    await using server = await startScripted(answerAll);
    const { pool, get } = poolFor(server);
    const head = { method: 'GET', target: '/', headers: ['Host', 'a\r\nX: y'] };
    await assert.rejects(pool.send({ head }, { timeoutMs: 1000 }), { name: 'Unwritable' });
    assert.equal(await get(), '1.1');
  });
});

suite('connection pool: answers', () => {
  test('interim answers are skipped', async () => {
    await using server = await startScripted((socket) =>
      socket.on('data', () =>
        socket.write(`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${answer('final')}`),
      ),
    );
    const { pool, get } = poolFor(server);
    assert.deepEqual([await get(), await get(), pool.idle], ['final', 'final', 1]);
  });

  test('an answer that ends with the connection is complete, and the connection gone', async () => {
    await using server = await startScripted((socket) => socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\n\r\nabc')));
    const { pool, get } = poolFor(server);
    assert.equal(await get(), 'abc');
    assert.deepEqual([pool.idle, pool.busy], [0, 0]);
  });

  test("Connection: close in the answer ends the connection's use", async () => {
    await using server = await startScripted((socket) =>
      socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\na')),
    );
    const { pool, get } = poolFor(server);
    await get();
    assert.equal(pool.idle, 0);
    await get();
    assert.equal(server.accepted.length, 2);
  });

  test('HEAD has no body whatever its length says', async () => {
    await using server = await startScripted((socket) =>
      socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n')),
    );
    const { pool, get } = poolFor(server);
    assert.equal(await get('/', 'HEAD'), '');
    assert.equal(pool.idle, 1);
  });

  test('bytes after an answer never become the next one', async () => {
    await using server = await startScripted((socket, index) =>
      socket.on('data', () => socket.write(index === 0 ? `${answer('mine')}${answer('poison')}` : answer('clean'))),
    );
    const { pool, get } = poolFor(server);
    assert.equal(await get(), 'mine');
    assert.equal(pool.idle, 0);
    assert.equal(await get(), 'clean');
  });

  test('bytes on an idle connection close it', async () => {
    await using server = await startScripted((socket, index) => socket.on('data', () => socket.write(answer(`${index}`))));
    const { pool, get } = poolFor(server);
    assert.equal(await get(), '0');
    server.accepted[0]!.write(answer('poison'));
    while (pool.idle > 0) await quiet();
    assert.equal(await get(), '1');
  });

  for (const [what, bytes] of [
    ['both Content-Length and Transfer-Encoding', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['a bad status line', 'HTTP/1.1 OK\r\n\r\n'],
    ['an upgrade nobody asked for', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
    ['interim answers without end', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(20)],
  ]) {
    test(`${what} is a malformed answer and ends the connection`, async () => {
      await using server = await startScripted((socket) => socket.on('data', () => socket.write(bytes!)));
      const { pool, get } = poolFor(server);
      await assert.rejects(get(), { name: 'MalformedAnswer' });
      assert.deepEqual([pool.idle, pool.busy, server.accepted.length], [0, 0, 1]);
    });
  }

  test('a malformed chunk fails the body', async () => {
    await using server = await startScripted((socket) =>
      socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd')),
    );
    await assert.rejects(poolFor(server).get(), { name: 'MalformedAnswer' });
  });

  test('an answer that breaks off fails with "within the answer"', async () => {
    await using server = await startScripted((socket) =>
      socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab')),
    );
    const { pool, get } = poolFor(server);
    await assert.rejects(get(), { name: 'ConnectionClosed', when: 'within-answer' });
    assert.equal(pool.busy, 0);
  });

  test('an answer that nobody reads holds the server back', async () => {
    await using server = await startScripted((socket) =>
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 33554432\r\n\r\n');
        socket.write(Buffer.alloc(33_554_432));
      }),
    );
    const { pool } = poolFor(server);
    const { body, connection } = await pool.send(request('GET', '/'), { timeoutMs: 1000 });
    const taken = (): number => connection.socket.bytesRead;
    for (let before = -1; before !== taken();) {
      before = taken();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.ok(taken() < 1_000_000, `${taken()} bytes were taken`);
    let size = 0;
    for await (const chunk of body) size += chunk.length;
    assert.deepEqual([size, pool.idle], [33_554_432, 1]);
  });

  test('a discarded small answer leaves the connection usable, a large one ends it', async () => {
    await using server = await startScripted((socket) =>
      socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234')),
    );
    const { pool } = poolFor(server);
    const small = await pool.send(request('GET', '/'), { timeoutMs: 1000 });
    small.body.discard();
    assert.equal(pool.busy, 1);
    server.accepted[0]!.write('56789');
    while (pool.idle === 0) await quiet();

    await using endless = await startScripted((socket) =>
      socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')),
    );
    const other = poolFor(endless).pool;
    const large = await other.send(request('GET', '/'), { timeoutMs: 1000 });
    large.body.discard();
    assert.deepEqual([other.idle, other.busy], [0, 0]);
  });
});
