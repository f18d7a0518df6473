import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { suite, test } from 'node:test';
import { quiet, RawClient } from '../../http/sockets.ts';
import { connectTo, openGateway, proxy } from './gateway-fixture.ts';
import { readAnswers } from './generated-calls.ts';
import { recordingBackend, whole } from './recording-backend.ts';

/** What a backend writes, and what the client gets: a status, and the body where it is the backend's. */
type Case = readonly [what: string, bytes: string, status: number, body?: string, method?: string];

const ok = 'HTTP/1.1 200 OK\r\n';
const evil = `${ok}Content-Length: 4\r\nX-Evil: 1\r\n\r\nevil`;
const chunked = 'Transfer-Encoding: chunked\r\n';

/** AG-260, RFC 9112: what cannot be read in one way only is 502, and what comes after an answer is nobody's. */
const cases: Readonly<Record<string, readonly Case[]>> = {
  'answers that two readers could take differently (RFC 9112 section 6.3)': [
    ['length and chunks', `${ok}Content-Length: 3\r\n${chunked}\r\n0\r\n\r\n`, 502],
    ['chunks and length', `${ok}${chunked}Content-Length: 3\r\n\r\n0\r\n\r\n`, 502],
    ['two lengths', `${ok}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`, 502],
    ['two equal lengths', `${ok}Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc`, 502],
    ['a list of lengths', `${ok}Content-Length: 3, 3\r\n\r\nabc`, 502],
    ['a signed length', `${ok}Content-Length: +3\r\n\r\nabc`, 502],
    ['another coding', `${ok}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`, 502],
    ['chunked in disguise', `${ok}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`, 502],
    ['a chunk of no size', `${ok}${chunked}\r\nx\r\n`, 502],
    ['LF in an extension', `${ok}${chunked}\r\n1;\na\r\n0\r\n\r\n`, 502],
  ],
  'heads that split or hide lines (RFC 9112 sections 2.2, 5 and 11.1)': [
    ['CR alone in a value', `${ok}A: b\rX-Evil: 1\r\nContent-Length: 0\r\n\r\n`, 502],
    ['LF alone in a value', `${ok}A: b\nX-Evil: 1\r\nContent-Length: 0\r\n\r\n`, 502],
    ['NUL in a value', `${ok}A: b\0X-Evil: 1\r\nContent-Length: 0\r\n\r\n`, 502],
    ['a folded line', `${ok}A: b\r\n X-Evil: 1\r\nContent-Length: 0\r\n\r\n`, 502],
    ['a blank before the colon', `${ok}Content-Length : 0\r\n\r\n`, 502],
    ['LF after the status line', 'HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n', 502],
    ['a body without a head, as in HTTP/0.9', '<html>evil</html>\r\n\r\n', 502],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n', 502],
    ['a head of HTTP/2', 'HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n', 502],
    ['a head of 100 KB', `${ok}A: ${'b'.repeat(100_000)}\r\nContent-Length: 0\r\n\r\n`, 502],
    ['a request in place of an answer', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', 502],
  ],
  'interim answers (RFC 9110 section 15.2)': [
    [
      '100 and 103 are not the answer',
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nX-Evil: 1\r\n\r\n${whole('own')}`,
      200,
      'own',
    ],
    ['101 to a request that asks for no upgrade', `HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n${evil}`, 502],
    ['16 of them', `${'HTTP/1.1 102 Processing\r\n\r\n'.repeat(16)}${whole('own')}`, 200, 'own'],
    ['17 of them', `${'HTTP/1.1 102 Processing\r\n\r\n'.repeat(17)}${whole('own')}`, 502],
    ['100 with chunks', `HTTP/1.1 100 Continue\r\n${chunked}\r\n0\r\n\r\n${evil}`, 502],
  ],
  'bytes after an answer (response queue poisoning)': [
    ['a second answer', `${whole('own')}${evil}`, 200, 'own'],
    ['a second answer after chunks', `${ok}${chunked}\r\n3\r\nown\r\n0\r\n\r\n${evil}`, 200, 'own'],
    ['a body after 204', `HTTP/1.1 204 No Content\r\n\r\n${evil}`, 204, ''],
    ['a body with its length after 204', 'HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nevil', 204, ''],
    ['a body after 304', `HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\nevil`, 304, ''],
    ['a body after an answer to HEAD', `${ok}Content-Length: 4\r\n\r\nevil`, 200, '', 'HEAD'],
    ['one byte', `${whole('own')}X`, 200, 'own'],
    ['an empty line', `${whole('own')}\r\n`, 200, 'own'],
  ],
  'trailers (RFC 9110 section 6.5)': [['a trailer is no header', `${ok}${chunked}\r\n3\r\nown\r\n0\r\nX-Evil: 1\r\n\r\n`, 200, 'own']],
};

for (const [name, table] of Object.entries(cases)) {
  suite(name, () => {
    for (const [what, bytes, status, body, method = 'GET'] of table) {
      test(`${what}: ${status === 502 ? '502' : 'only the answer itself is passed on'}, and the next request gets its own answer`, async () => {
        await using gateway = await openGateway();
        await using backend = await recordingBackend(gateway);
        await gateway.method('ANY', '/{proxy+}', proxy('http://nlb.internal/{proxy}', passPath));
        await gateway.deploy();
        backend.answer = ({ target }) => (target === '/first' ? bytes : whole(`[${target}]`));
        const first = `${method} /prod/first HTTP/1.1\r\nHost: a\r\n\r\n`;
        using client = await RawClient.connect(gateway.port);
        // Four hosts take turns, so the fifth request would meet what the first one left.
        const others = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => `/n${number}`);
        client.send(first);
        while (readAnswers(client.received, [method]).length === 0) await quiet();
        for (const [index, target] of others.entries()) {
          client.send(`GET /prod${target} HTTP/1.1\r\nHost: a\r\n${index === others.length - 1 ? 'Connection: close\r\n' : ''}\r\n`);
        }
        const answers = readAnswers(await client.untilEnd(), [method]);
        assert.equal(answers[0]!.status, status);
        assert.equal(answers[0]!.body, status === 502 ? '{"message": "Internal server error"}' : body);
        assert.deepEqual(
          answers.slice(1).map((answer) => answer.body),
          others.map((target) => `[${target}]`),
        );
        assert.doesNotMatch(client.received, /evil/i);
      });
    }
  });
}

const passPath = { RequestParameters: { 'integration.request.path.proxy': 'method.request.path.proxy' } };

suite('answers that end too early, or come too early', () => {
  for (const [what, bytes] of [
    ['a length', `${ok}Content-Length: 9\r\n\r\nshort`],
    ['chunks', `${ok}${chunked}\r\n5\r\nshort\r\n`],
    ['a head', `${ok}Content-Le`],
    ['nothing at all', ''],
  ] as const) {
    test(`a backend that closes within ${what} is 504, and nothing of its answer is passed on (AG-904, RFC 9112 section 8)`, async () => {
      await using gateway = await openGateway();
      await using backend = await recordingBackend(gateway);
      await gateway.method('ANY', '/', proxy());
      await gateway.deploy();
      backend.answer = (_, stream) => {
        queueMicrotask(() => stream.end());
        return bytes;
      };
      const answer = await gateway.send('/prod', { method: 'POST' });
      assert.deepEqual([answer.status, answer.body], [504, '{"message": "Network error communicating with endpoint"}']);
    });
  }

  test('an answer without a length that ends with its connection is whole (RFC 9112 section 6.3)', async () => {
    await using gateway = await openGateway();
    await using backend = await recordingBackend(gateway);
    await gateway.method('ANY', '/', proxy());
    await gateway.deploy();
    backend.answer = (_, stream) => {
      queueMicrotask(() => stream.end());
      return `${ok}\r\nall of it`;
    };
    const answer = await gateway.send('/prod');
    assert.deepEqual([answer.status, answer.body, answer.header('Content-Length')], [200, 'all of it', '9']);
  });

  test('an answer that comes before the request is out is passed on, and that connection carries no other request', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => {});
      socket.once('data', () => {
        socket.pause();
        socket.write(whole(`[connection ${sockets.indexOf(socket)}]`));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      await using gateway = await openGateway();
      await gateway.backend(undefined, () => connectTo((server.address() as AddressInfo).port));
      await gateway.method('ANY', '/', proxy());
      await gateway.deploy();
      const bodies: string[] = [];
      for (let round = 0; round < 6; round++) {
        bodies.push((await gateway.send('/prod', { method: 'POST', body: Buffer.alloc(10_000_000) })).body);
      }
      assert.deepEqual(
        bodies,
        [0, 1, 2, 3, 4, 5].map((index) => `[connection ${index}]`),
      );
    } finally {
      for (const socket of sockets) socket.destroy();
      server.close();
    }
  });
});

test('an answer has one framing, one Date and one Connection, whatever the backend’s had (RFC 9112 section 6, AG-243)', async () => {
  await using gateway = await openGateway();
  await using backend = await recordingBackend(gateway);
  await gateway.method('ANY', '/', proxy());
  await gateway.deploy();
  backend.answer = () =>
    `${ok}${chunked}Connection: close, X-Hop\r\nKeep-Alive: timeout=5\r\nDate: then\r\nTrailer: A\r\nX-Hop: 1\r\n\r\n3\r\nown\r\n0\r\nA: b\r\n\r\n`;
  using client = await RawClient.connect(gateway.port);
  const text = await client.send('GET /prod HTTP/1.1\r\nHost: a\r\n\r\n').until('own');
  for (const name of ['Content-Length', 'Date', 'Connection']) assert.equal(text.match(new RegExp(`^${name}: `, 'gim'))?.length, 1, name);
  assert.doesNotMatch(text, /^(?:transfer-encoding|keep-alive|a): /im);
  assert.match(text, /^Connection: keep-alive\r$/m);
});
