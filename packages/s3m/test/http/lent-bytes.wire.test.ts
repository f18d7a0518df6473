import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { suite, test } from 'node:test';
import { owned, takeBytes } from '../../src/http/lent-bytes.ts';
import { poolFor } from './pooled.ts';
import { dial, listen, RawClient, startServer } from './sockets.ts';

/** Both ends of one connection. */
async function pair(): Promise<{ readonly client: Socket; readonly accepted: Socket } & AsyncDisposable> {
  const server = createServer({ allowHalfOpen: true });
  const port = await listen(server);
  const [[accepted], client] = await Promise.all([once(server, 'connection') as Promise<[Socket]>, dial(port)]);
  return {
    client,
    accepted,
    async [Symbol.asyncDispose]() {
      client.destroy();
      accepted.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function nextBytes(socket: Socket): { readonly lent: boolean; readonly bytes: Promise<Buffer> } {
  const { promise, resolve } = Promise.withResolvers<Buffer>();
  return { lent: takeBytes(socket, resolve), bytes: promise };
}

suite('lent bytes', () => {
  test('this version of Node lends the bytes of sockets that were accepted, and of those that connected', async () => {
    await using connection = await pair();
    const { client, accepted } = connection;
    const atServer = nextBytes(accepted);
    const atClient = nextBytes(client);
    assert.deepEqual([atServer.lent, atClient.lent], [true, true]);
    client.write('to the server');
    accepted.write('to the client');
    const [first, second] = await Promise.all([atServer.bytes, atClient.bytes]);
    assert.equal(first.buffer, second.buffer, 'the same memory for both');
  });

  test('bytes that came before they were asked for are not lost', async () => {
    await using connection = await pair();
    const { client, accepted } = connection;
    accepted.on('readable', () => {});
    client.write('early');
    await once(accepted, 'readable');
    accepted.removeAllListeners('readable');
    accepted.resume();
    const { lent, bytes } = nextBytes(accepted);
    assert.equal(lent, false);
    assert.equal((await bytes).toString(), 'early');
  });

  test('a socket that is held back gives nothing, goes on where it was, and ends', async () => {
    await using connection = await pair();
    const { client, accepted } = connection;
    let received = '';
    takeBytes(accepted, (bytes) => {
      received += bytes.toString();
      if (received === 'one') accepted.pause();
    });
    const paused = once(accepted, 'pause');
    client.write('one');
    await paused;
    client.end('two');
    await once(client, 'finish');
    assert.equal(received, 'one');
    accepted.resume();
    await once(accepted, 'end');
    assert.equal(received, 'onetwo');
  });

  test('what is owned stays when the memory is used again', async () => {
    await using connection = await pair();
    const { client, accepted } = connection;
    const kept: Buffer[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    takeBytes(accepted, (bytes) => {
      kept.push(owned(bytes));
      if (kept.length === 2) resolve();
      else client.write('two');
    });
    client.write('one');
    await promise;
    assert.deepEqual(kept.map(String), ['one', 'two']);
  });

  test('a body that is kept is not overwritten by what other connections bring', async () => {
    const kept: Promise<Buffer>[] = [];
    await using server = await startServer({
      handle: (exchange) => {
        const body = exchange.body.readAll(100_000);
        kept.push(body);
        return body.then(() => exchange.respond({ status: 204, headers: [] }));
      },
    });
    const bodies = Array.from({ length: 20 }, (_, index) => String.fromCharCode(97 + index).repeat(5000));
    const clients = await Promise.all(bodies.map(() => RawClient.connect(server.port)));
    // Half of each body, then the other half: every connection has something kept while the others are read.
    const head = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n';
    for (const [index, client] of clients.entries()) client.send(`${head}X-Number: ${index}\r\n\r\n${bodies[index]!.slice(0, 2500)}`);
    while (kept.length < clients.length) await new Promise((resolve) => setImmediate(resolve));
    for (const [index, client] of clients.entries()) client.send(bodies[index]!.slice(2500));
    await Promise.all(clients.map((client) => client.until('204 No Content')));
    assert.deepEqual((await Promise.all(kept)).map(String).toSorted(), bodies);
    for (const client of clients) client[Symbol.dispose]();
  });

  test('a head in two pieces is read as it was sent, whatever came in between on another connection', async () => {
    const targets: string[] = [];
    await using server = await startServer({
      handle: (exchange) => {
        targets.push(exchange.head.target);
        return exchange.respond({ status: 204, headers: [] });
      },
    });
    using first = await RawClient.connect(server.port);
    using second = await RawClient.connect(server.port);
    const untilRead = async (count: number): Promise<void> => {
      while (targets.length < count) await new Promise((resolve) => setImmediate(resolve));
    };
    first.send('GET /zero HTTP/1.1\r\nHost: a\r\n\r\nGET /first-of-t');
    await untilRead(1);
    second.send('GET /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa HTTP/1.1\r\nHost: a\r\n\r\n');
    await untilRead(2);
    first.send('wo HTTP/1.1\r\nHost: a\r\n\r\n');
    await untilRead(3);
    assert.equal(targets[2], '/first-of-two');
  });

  test("an answer's body that is kept is not overwritten by the next answer", async () => {
    const server = createServer((socket) => {
      socket.on('data', (bytes) => {
        const letter = /\/(\w)/.exec(String(bytes))![1]!;
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 6000\r\n\r\n${letter.repeat(6000)}`);
      });
    });
    const port = await listen(server);
    const { pool } = poolFor({ connect: async () => ({ socket: await dial(port) }) });
    const letters = ['a', 'b', 'c', 'd'];
    const answers = [];
    for (const letter of letters)
      answers.push(await pool.send({ head: { method: 'GET', target: `/${letter}`, headers: [] } }, { timeoutMs: 1000 }));
    const bodies = await Promise.all(answers.map(({ body }) => body.readAll(10_000)));
    assert.deepEqual(
      bodies.map(String),
      letters.map((letter) => letter.repeat(6000)),
    );
    pool.close();
    server.close();
    await once(server, 'close');
  });
});
