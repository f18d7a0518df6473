import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { allSplits, readRequests, type Reading } from './read-requests.ts';

const host = 'Host: a\r\n';

suite('request head', () => {
  test('header lines keep order, names as received and repeated names', () => {
    const read = only(`GET / HTTP/1.1\r\nhOST: a\r\nX-A: 1\r\nx-a: 2\r\nX-A: 1\r\n\r\n`);
    assert.deepEqual(read.head.headers, ['hOST', 'a', 'X-A', '1', 'x-a', '2', 'X-A', '1']);
  });

  test('more lines than the reader has places for at first are all kept', () => {
    const lines = Array.from({ length: 150 }, (_, index) => `X-${index}: ${index}\r\n`).join('');
    const read = only(`GET / HTTP/1.1\r\n${host}${lines}\r\n`);
    assert.equal(read.head.headers.length, 302);
    assert.deepEqual(read.head.headers.slice(-2), ['X-149', '149']);
  });

  for (const [headers, version, kept] of [
    ['', 'HTTP/1.1', true],
    ['Connection: close\r\n', 'HTTP/1.1', false],
    ['Connection: Upgrade, CLOSE\r\n', 'HTTP/1.1', false],
    ['Connection: a\r\nConnection: close\r\n', 'HTTP/1.1', false],
    ['Connection: not-close\r\n', 'HTTP/1.1', true],
    ['', 'HTTP/1.0', false],
    ['Connection: keep-alive\r\n', 'HTTP/1.0', true],
    ['Connection: keep-alive, close\r\n', 'HTTP/1.0', false],
  ] as const) {
    test(`${version} with ${headers.trim() || 'no Connection line'} is ${kept ? 'kept' : 'closed'} afterwards (RFC 9112 section 9.3)`, () => {
      assert.equal(only(`GET / ${version}\r\n${host}${headers}\r\n`).head.keepAlive, kept);
    });
  }

  test('pipelined requests come out one by one with their own bodies', () => {
    const raw = Buffer.from(
      `POST /1 HTTP/1.1\r\n${host}Content-Length: 3\r\n\r\nabcGET /2 HTTP/1.1\r\n${host}\r\nPOST /3 HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n2\r\nde\r\n0\r\n\r\nGET /4 HTTP/1.1\r\n${host}\r\n`,
    );
    const whole = readRequests([raw]);
    assert.deepEqual(
      whole.requests.map(({ head, body }) => [head.target, body]),
      [
        ['/1', 'abc'],
        ['/2', ''],
        ['/3', 'de'],
        ['/4', ''],
      ],
    );
    for (const pieces of allSplits(raw)) assert.deepEqual(readRequests(pieces), whole);
  });
});

suite('bounds of a head', () => {
  const limits = { requestLine: 30, headerBytes: 40, headerCount: 3 };
  const atLimit = `GET /${'a'.repeat(30 - 14)} HTTP/1.1\r\n`;
  assert.equal(atLimit.length, 32);

  for (const [what, bytes, outcome] of [
    ['a request line at the bound', `${atLimit}${host}\r\n`, undefined],
    ['a request line one byte longer', `GET /${'a'.repeat(30 - 13)} HTTP/1.1\r\n${host}\r\n`, 414],
    ['a request line without an end', `GET /${'a'.repeat(100)}`, 414],
    ['a method without an end', 'A'.repeat(100), 414],
    ['header lines at the bound', `GET / HTTP/1.1\r\n${host}A: ${'b'.repeat(40 - 9 - 5)}\r\n\r\n`, undefined],
    ['header lines one byte longer', `GET / HTTP/1.1\r\n${host}A: ${'b'.repeat(40 - 9 - 4)}\r\n\r\n`, 431],
    ['a header value without an end', `GET / HTTP/1.1\r\n${host}A: ${'b'.repeat(100)}`, 431],
    ['a header name without an end', `GET / HTTP/1.1\r\n${host}${'b'.repeat(100)}`, 431],
    ['as many lines as allowed', `GET / HTTP/1.1\r\n${host}A: b\r\nC: d\r\n\r\n`, undefined],
    ['one line more', `GET / HTTP/1.1\r\n${host}A: b\r\nC: d\r\nE: f\r\n\r\n`, 431],
  ] as const) {
    test(`${what} is ${outcome === undefined ? 'read' : `refused with ${outcome}`}, however it is split`, () => {
      const raw = Buffer.from(bytes);
      const whole = readRequests([raw], limits);
      assert.equal(whole.refused, outcome, whole.why ?? '');
      assert.equal(whole.requests.length, outcome === undefined ? 1 : 0);
      for (const pieces of allSplits(raw)) assert.deepEqual(readRequests(pieces, limits), whole);
    });
  }
});

function only(bytes: string): Reading['requests'][number] {
  const { requests, why } = readRequests([Buffer.from(bytes, 'latin1')]);
  assert.equal(requests.length, 1, why ?? '');
  return requests[0]!;
}
