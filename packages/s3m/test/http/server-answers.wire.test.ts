import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Exchange } from '../../src/http/exchange.ts';
import { HeaderText, LineStart } from '../../src/http/header-text.ts';
import type { MessageBody } from '../../src/http/message.ts';
import { RawClient, startServer } from './sockets.ts';

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

async function* pieces(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

suite('server: answers', () => {
  test('Date, Content-Type, Content-Length and Connection come first, then all others as they were given (AG-902)', async () => {
    const text = new HeaderText();
    text.add(new LineStart('X-A'), 'b');
    text.setType(new LineStart('content-type'), 'text/plain');
    await using server = await startServer({
      handle: (exchange) =>
        exchange.head.target === '/text'
          ? exchange.respond({ status: 200, headers: text, body: 'c' })
          : exchange.respond({
              status: 200,
              headers: ['X-A', 'b', 'content-type', 'text/plain', 'X-C', 'd', 'Content-Type', 'e'],
              body: 'c',
            }),
    });
    using client = await RawClient.connect(server.port);
    const first = 'HTTP/1.1 200 OK\r\nDate: Tue, 14 Nov 2023 22:13:20 GMT\r\ncontent-type: text/plain\r\nContent-Length: 1\r\n';
    const others = 'Connection: keep-alive\r\nX-A: b\r\n';
    assert.equal(await client.send(get('/text')).until('\r\n\r\nc'), `${first}${others}\r\nc`);
    using other = await RawClient.connect(server.port);
    assert.equal(await other.send(get('/')).until('\r\n\r\nc'), `${first}${others}X-C: d\r\nContent-Type: e\r\n\r\nc`);
  });

  test('a Server that the lines begin with goes before all else', async () => {
    await using server = await startServer({
      handle: (exchange) => exchange.respond({ status: 204, headers: ['Server', 's/1', 'X-A', 'b'] }),
    });
    using client = await RawClient.connect(server.port);
    assert.match(
      await client.send(get('/')).until('\r\n\r\n'),
      /^HTTP\/1.1 204 No Content\r\nServer: s\/1\r\nDate: [^]*\r\nX-A: b\r\n\r\n$/,
    );
  });

  test("an answer has Content-Length, Date and Connection: keep-alive; the handler's own are ignored", async () => {
    await using server = await startServer({
      handle: (exchange) =>
        exchange.respond({
          status: 200,
          headers: ['X-A', 'b', 'content-length', '99', 'Date', 'never', 'CONNECTION', 'close', 'Transfer-Encoding', 'x'],
          body: 'héllo',
        }),
    });
    using client = await RawClient.connect(server.port);
    const answer = Buffer.from(await client.send(get('/')).until('llo'), 'latin1').toString('utf8');
    assert.equal(
      answer,
      'HTTP/1.1 200 OK\r\nDate: Tue, 14 Nov 2023 22:13:20 GMT\r\nContent-Length: 6\r\nConnection: keep-alive\r\nX-A: b\r\n\r\nhéllo',
    );
  });

  test('Connection: close is answered with the same, and the connection ends (AG-071)', async () => {
    await using server = await startServer({ handle: echo });
    using client = await RawClient.connect(server.port);
    const answer = await client.send(get('/', 'Connection: close\r\n')).untilEnd();
    assert.match(answer, /\r\nConnection: close\r\n/);
  });

  test('the second request on a connection is answered too, and Date moves with the clock', async () => {
    await using server = await startServer({ handle: echo });
    using client = await RawClient.connect(server.port);
    await client.send(get('/1')).until('\r\n\r\n');
    await server.clock.advance(1000);
    assert.match(await client.send(get('/2')).until('X-Target: /2'), /22:13:20 GMT[^]*22:13:21 GMT/);
  });

  test('a body of unknown length goes out in chunks', async () => {
    await using server = await startServer({
      handle: (exchange) => exchange.respond({ status: 200, headers: [], body: streamed(pieces('abc', '', 'de')) }),
    });
    using client = await RawClient.connect(server.port);
    assert.match(
      await client.send(get('/')).until('0\r\n\r\n'),
      /Transfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n$/,
    );
  });

  test('to HTTP/1.0 a body of unknown length ends with the connection', async () => {
    await using server = await startServer({
      handle: (exchange) => exchange.respond({ status: 200, headers: [], body: streamed(pieces('abc', 'de')) }),
    });
    using client = await RawClient.connect(server.port);
    const answer = await client.send('GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n').untilEnd();
    assert.match(answer, /Connection: close\r\n\r\nabcde$/);
    assert.doesNotMatch(answer, /Transfer-Encoding|Content-Length/);
  });

  test('HTTP/1.0 that asks for it is kept alive', async () => {
    await using server = await startServer({ handle: echo });
    using client = await RawClient.connect(server.port);
    const old = (target: string): string => `GET ${target} HTTP/1.0\r\nConnection: keep-alive\r\n\r\n`;
    await client.send(old('/1')).until('/1');
    assert.match(await client.send(old('/2')).until('/2'), /Connection: keep-alive/);
  });

  test('HEAD gets the head that GET would get, without a body', async () => {
    await using server = await startServer({ handle: (exchange) => exchange.respond({ status: 200, headers: [], body: 'abc' }) });
    using client = await RawClient.connect(server.port);
    client.send('HEAD / HTTP/1.1\r\nHost: a\r\n\r\n').send(get('/', 'Connection: close\r\n'));
    const answer = await client.untilEnd();
    assert.match(answer, /^HTTP\/1.1 200 OK\r\n[^]*?Content-Length: 3\r\nConnection: keep-alive\r\n\r\nHTTP\/1.1 200 OK\r\n/);
  });

  test('an answer to HEAD keeps the length that a backend declared', async () => {
    await using server = await startServer({
      handle: (exchange) => exchange.respond({ status: 200, headers: ['Content-Length', '1234'] }),
    });
    using client = await RawClient.connect(server.port);
    assert.match(await client.send('HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n').untilEnd(), /Content-Length: 1234\r\n/);
  });

  for (const status of [204, 304]) {
    test(`${status} has neither body nor a made-up length`, async () => {
      await using server = await startServer({ handle: (exchange) => exchange.respond({ status, headers: [], body: 'abc' }) });
      using client = await RawClient.connect(server.port);
      const answer = await client.send(get('/', 'Connection: close\r\n')).untilEnd();
      assert.doesNotMatch(answer, /Content-Length|abc/);
      assert.match(answer, /\r\n\r\n$/);
    });
  }

  test('only the first answer counts', async () => {
    await using server = await startServer({
      handle: async (exchange) => {
        await Promise.all([
          exchange.respond({ status: 200, headers: [], body: streamed(pieces('first', 'of all')) }),
          exchange.respond({ status: 500, headers: [], body: 'second' }),
        ]);
      },
    });
    using client = await RawClient.connect(server.port);
    assert.doesNotMatch(await client.send(get('/', 'Connection: close\r\n')).untilEnd(), /second/);
  });

  test('an answer whose header would break the framing becomes 500 and closes', async () => {
    const errors: unknown[] = [];
    await using server = await startServer({
      handle: (exchange) => exchange.respond({ status: 200, headers: ['X-A', 'b\r\nX-C: d'], body: 'x' }),
      onError: (error) => errors.push(error),
    });
    using client = await RawClient.connect(server.port);
    const answer = await client.send(get('/')).untilEnd();
    assert.match(answer, /^HTTP\/1.1 500 [^]*Connection: close/);
    assert.doesNotMatch(answer, /X-C/);
    assert.match(String(errors[0]), /X-A/);
  });

  for (const [what, length, texts] of [
    ['longer', 3, ['ab', 'cd']],
    ['shorter', 5, ['ab', 'cd']],
  ] as const) {
    test(`a body ${what} than declared breaks the connection off`, async () => {
      await using server = await startServer({
        handle: (exchange) => exchange.respond({ status: 200, headers: [], body: streamed(pieces(...texts), length) }),
      });
      using client = await RawClient.connect(server.port);
      const answer = await client.send(get('/1') + get('/2')).untilEnd();
      assert.equal(answer.split('HTTP/1.1').length, 2, 'the next request was answered');
      assert.ok(answer.endsWith(what === 'longer' ? 'ab' : 'abcd'), answer);
    });
  }

  test('a body that fails breaks the connection off', async () => {
    async function* failing(): AsyncGenerator<Buffer> {
      yield Buffer.from('ab');
      throw new Error('backend gone');
    }
    await using server = await startServer({
      handle: (exchange) => exchange.respond({ status: 200, headers: [], body: streamed(failing()) }),
    });
    using client = await RawClient.connect(server.port);
    assert.doesNotMatch(await client.send(get('/')).untilEnd(), /0\r\n\r\n$/);
  });
});
