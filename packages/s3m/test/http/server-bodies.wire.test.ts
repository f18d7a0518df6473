import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { suite, test } from 'node:test';
import type { Exchange } from '../../src/http/exchange.ts';
import type { MessageBody } from '../../src/http/message.ts';
import { quiet, RawClient, startServer } from './sockets.ts';

const get = (target: string, headers = ''): string => `GET ${target} HTTP/1.1\r\nHost: a\r\n${headers}\r\n`;

async function echo(exchange: Exchange): Promise<void> {
  const body = await exchange.body.readAll(1_000_000);
  await exchange.respond({ status: 200, headers: ['X-Target', exchange.head.target], body });
}

function streamed(chunks: AsyncIterable<Buffer>, length?: number): MessageBody {
  return {
    length,
    readAll: () => Promise.reject(new Error('unused')),
    discard: () => {},
    [Symbol.asyncIterator]: () => chunks[Symbol.asyncIterator](),
  };
}

suite('server: pipelining and bodies', () => {
  test('pipelined requests are answered in order, one at a time', async () => {
    const waiting: Exchange[] = [];
    await using server = await startServer({ handle: (exchange) => void waiting.push(exchange) });
    using client = await RawClient.connect(server.port);
    client.send(get('/1') + get('/2') + get('/3', 'Connection: close\r\n'));
    for (let index = 0; index < 3; index++) {
      while (waiting.length <= index) await quiet();
      assert.equal(waiting.length, index + 1);
      void waiting[index]!.respond({ status: 200, headers: [], body: `answer ${waiting[index]!.head.target};` });
    }
    const answer = await client.untilEnd();
    assert.deepEqual(answer.match(/answer .*?;/g), ['answer /1;', 'answer /2;', 'answer /3;']);
  });

  test('a thousand pipelined requests with bodies, each answered with its own', async () => {
    await using server = await startServer({ handle: echo });
    using client = await RawClient.connect(server.port);
    const texts = Array.from({ length: 1000 }, (_, index) => `<${index}>`.repeat(1 + (index % 7)));
    client.send(
      texts
        .map((text, index) =>
          index % 2 === 0
            ? `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${text.length}\r\n\r\n${text}`
            : `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`,
        )
        .join(''),
    );
    client.send(get('/end', 'Connection: close\r\n'));
    const bodies = (await client.untilEnd()).split(/HTTP\/1.1 200 OK\r\n[^]*?\r\n\r\n/).slice(1, -1);
    assert.deepEqual(bodies, texts);
  });

  test('a request body is streamed back as it comes', async () => {
    await using server = await startServer({ handle: (exchange) => exchange.respond({ status: 200, headers: [], body: exchange.body }) });
    using client = await RawClient.connect(server.port);
    await client.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n').until('3\r\nabc\r\n');
    await client.send('2\r\nde\r\n').until('2\r\nde\r\n');
    await client.send('0\r\n\r\n').until('0\r\n\r\n');
    assert.match(await client.send(get('/', 'Connection: close\r\n')).untilEnd(), /0\r\n\r\nHTTP\/1.1 200 OK/);
  });

  test('a body that nobody reads holds the client back', async () => {
    const { promise, resolve } = Promise.withResolvers<Exchange>();
    await using server = await startServer({ handle: resolve });
    let accepted: Socket | undefined;
    server.http.server.once('connection', (socket) => (accepted = socket));
    using client = await RawClient.connect(server.port);
    const total = 32 * 1024 * 1024;
    client.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${total}\r\n\r\n`).send(Buffer.alloc(total));
    const exchange = await promise;
    const taken = (): number => accepted!.bytesRead;
    for (let before = -1; before !== taken();) {
      before = taken();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.ok(taken() < 1_000_000, `${taken()} bytes were taken`);
    let size = 0;
    for await (const chunk of exchange.body) size += chunk.length;
    assert.equal(size, total);
    void exchange.respond({ status: 200, headers: [] });
    await client.until('200 OK');
  });

  test('a client that does not read holds the answer back', async () => {
    let sent = 0;
    async function* endless(): AsyncGenerator<Buffer> {
      for (; sent < 64; sent++) yield Buffer.alloc(1024 * 1024);
    }
    await using server = await startServer({
      handle: (exchange) => exchange.respond({ status: 200, headers: [], body: streamed(endless()) }),
    });
    using client = await RawClient.connect(server.port);
    client.socket.pause();
    client.send(get('/', 'Connection: close\r\n'));
    const taken = (): number => sent;
    for (let before = -1; before !== taken() || before === 0;) {
      before = taken();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.ok(sent < 32, `${sent} MB were taken`);
    client.socket.resume();
    await client.untilEnd();
    assert.equal(sent, 64);
  });

  test('a small body that the handler left unread is dropped, and the connection is used again', async () => {
    await using server = await startServer({
      handle: (exchange) => exchange.respond({ status: 200, headers: [], body: exchange.head.target }),
    });
    using client = await RawClient.connect(server.port);
    await client.send('POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n01234').until('/1');
    assert.match(await client.send(`56789${get('/2')}`).until('/2'), /keep-alive/);
  });

  test('a large body that the handler left unread closes the connection, and the client can read the answer', async () => {
    await using server = await startServer({ handle: (exchange) => exchange.respond({ status: 413, headers: [], body: 'too large' }) });
    using client = await RawClient.connect(server.port);
    client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n').send(Buffer.alloc(1_000_000));
    const answer = await client.until('too large');
    assert.match(answer, /^HTTP\/1.1 413 [^]*Connection: close/);
  });

  test('100 Continue is sent when the handler reads the body, not before', async () => {
    const { promise, resolve } = Promise.withResolvers<Exchange>();
    await using server = await startServer({ handle: resolve });
    using client = await RawClient.connect(server.port);
    client.send('POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n');
    const exchange = await promise;
    await quiet();
    assert.equal(client.received, '');
    const body = exchange.body.readAll(10);
    await client.until('HTTP/1.1 100 Continue\r\n\r\n');
    client.send('abc');
    assert.equal((await body).toString(), 'abc');
    void exchange.respond({ status: 200, headers: [] });
    assert.match(await client.until('200 OK\r\n'), /^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK/);
  });

  test('a client that waits for 100 Continue and gets a final answer instead is closed', async () => {
    await using server = await startServer({ handle: (exchange) => exchange.respond({ status: 403, headers: [] }) });
    using client = await RawClient.connect(server.port);
    const answer = await client.send('POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n').untilEnd();
    assert.match(answer, /^HTTP\/1.1 403 [^]*Connection: close/);
  });
});
