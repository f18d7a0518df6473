import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { allSplits, readRequests, type Reading } from './read-requests.ts';

/** `[what, bytes, outcome]`: a status for a refusal, a target for an accepted request. `\n` stands alone, CRLF is written out. */
type Case = readonly [what: string, bytes: string, outcome: number | string];

const host = 'Host: a\r\n';

const cases: Readonly<Record<string, readonly Case[]>> = {
  'RFC 9112 section 2.2, message parsing': [
    ['a request', `GET / HTTP/1.1\r\n${host}\r\n`, '/'],
    ['one empty line before it', `\r\nGET / HTTP/1.1\r\n${host}\r\n`, '/'],
    ['two empty lines before it', `\r\n\r\nGET / HTTP/1.1\r\n${host}\r\n`, 400],
    ['bare LF after the request line', `GET / HTTP/1.1\n${host}\r\n`, 400],
    ['bare LF after a header', 'GET / HTTP/1.1\r\nHost: a\n\r\n', 400],
    ['bare LF as the empty line', `GET / HTTP/1.1\r\n${host}\n`, 400],
    ['bare CR after the request line', `GET / HTTP/1.1\r${host}\r\n`, 400],
    ['bare CR in a value', `GET / HTTP/1.1\r\n${host}A: b\rc\r\n\r\n`, 400],
    ['CR CR LF after a header', `GET / HTTP/1.1\r\n${host}A: b\r\r\n\r\n`, 400],
    ['bare CR as the empty line', `GET / HTTP/1.1\r\n${host}\rX`, 400],
    ['CR before the request', `\rGET / HTTP/1.1\r\n${host}\r\n`, 400],
    ['LF before the request', `\nGET / HTTP/1.1\r\n${host}\r\n`, 400],
    ['blank before the first header', `GET / HTTP/1.1\r\n ${host}\r\n`, 400],
    ['blank before the request line', ` GET / HTTP/1.1\r\n${host}\r\n`, 400],
    ['bytes of TLS', '\x16\x03\x01\x02\x00\x01\x00', 400],
  ],
  'RFC 9112 section 2.3, version': [
    ['HTTP/1.0 without Host', 'GET / HTTP/1.0\r\n\r\n', '/'],
    ['HTTP/0.9', 'GET /\r\n\r\n', 400],
    ['HTTP/0.9 in words', `GET / HTTP/0.9\r\n${host}\r\n`, 505],
    ['HTTP/1.2', `GET / HTTP/1.2\r\n${host}\r\n`, 505],
    ['HTTP/2.0', `GET / HTTP/2.0\r\n${host}\r\n`, 505],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505],
    ['lower case', `GET / http/1.1\r\n${host}\r\n`, 400],
    ['without a minor version', `GET / HTTP/1\r\n${host}\r\n`, 400],
    ['two digits', `GET / HTTP/1.10\r\n${host}\r\n`, 400],
    ['another protocol', `GET / HTTQ/1.1\r\n${host}\r\n`, 400],
    ['a blank after it', `GET / HTTP/1.1 \r\n${host}\r\n`, 400],
  ],
  'RFC 9112 section 3, request line': [
    ['an unknown method is a method', `BREW /pot HTTP/1.1\r\n${host}\r\n`, '/pot'],
    ['two blanks before the target', `GET  / HTTP/1.1\r\n${host}\r\n`, 400],
    ['two blanks after the target', `GET /  HTTP/1.1\r\n${host}\r\n`, 400],
    ['tab instead of a blank', `GET\t/ HTTP/1.1\r\n${host}\r\n`, 400],
    ['no target', `GET HTTP/1.1\r\n${host}\r\n`, 400],
    ['empty line in place of a method', `: / HTTP/1.1\r\n${host}\r\n`, 400],
    ['a bracket in the method', `G(T / HTTP/1.1\r\n${host}\r\n`, 400],
    ['NUL in the method', `G\0T / HTTP/1.1\r\n${host}\r\n`, 400],
    ['raw blank in the target', `GET /a b HTTP/1.1\r\n${host}\r\n`, 400],
    ['tab in the target', `GET /a\tb HTTP/1.1\r\n${host}\r\n`, 400],
    ['NUL in the target', `GET /a\0b HTTP/1.1\r\n${host}\r\n`, 400],
    ['DEL in the target', `GET /a\x7fb HTTP/1.1\r\n${host}\r\n`, 400],
    ['a byte above ASCII in the target', `GET /\xe9 HTTP/1.1\r\n${host}\r\n`, 400],
    ['a fragment', `GET /a#b HTTP/1.1\r\n${host}\r\n`, 400],
    ['a backslash in the path', `GET /a\\..\\b HTTP/1.1\r\n${host}\r\n`, 400],
    ['a backslash in the query', `GET /a?b=\\c HTTP/1.1\r\n${host}\r\n`, '/a?b=\\c'],
    ['brackets and bars in the query', `GET /a?b[]={x|y} HTTP/1.1\r\n${host}\r\n`, '/a?b[]={x|y}'],
    ['a second path segment that looks like a host', `GET //evil/x HTTP/1.1\r\n${host}\r\n`, '//evil/x'],
  ],
  'RFC 9112 section 3.2, target and Host': [
    ['no Host', 'GET / HTTP/1.1\r\nA: b\r\n\r\n', 400],
    ['empty Host', 'GET / HTTP/1.1\r\nHost:\r\n\r\n', 400],
    ['two Hosts', `GET / HTTP/1.1\r\n${host}Host: b\r\n\r\n`, 400],
    ['the same Host twice', `GET / HTTP/1.1\r\n${host}HOST: a\r\n\r\n`, 400],
    ['two Hosts in HTTP/1.0', `GET / HTTP/1.0\r\n${host}Host: b\r\n\r\n`, 400],
    ['a list', 'GET / HTTP/1.1\r\nHost: a, b\r\n\r\n', 400],
    ['a blank inside', 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n', 400],
    ['user information', 'GET / HTTP/1.1\r\nHost: u@a\r\n\r\n', 400],
    ['a path', 'GET / HTTP/1.1\r\nHost: a/b\r\n\r\n', 400],
    ['a port', 'GET / HTTP/1.1\r\nHost: a:8080\r\n\r\n', '/'],
    ['an IPv6 address', 'GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n', '/'],
    ['an open bracket', 'GET / HTTP/1.1\r\nHost: [::1\r\n\r\n', 400],
    ['a port that is no number', 'GET / HTTP/1.1\r\nHost: a:b\r\n\r\n', 400],
    ['a port too large', 'GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n', 400],
    ['two ports', 'GET / HTTP/1.1\r\nHost: a:1:2\r\n\r\n', 400],
    ['absolute-form that agrees', `GET http://A/x?y HTTP/1.1\r\n${host}\r\n`, '/x?y'],
    ['absolute-form without a path', `GET http://a HTTP/1.1\r\n${host}\r\n`, '/'],
    ['absolute-form with a query only', `GET http://a?b HTTP/1.1\r\n${host}\r\n`, '/?b'],
    ['absolute-form, OPTIONS, no path', `OPTIONS http://a HTTP/1.1\r\n${host}\r\n`, '*'],
    ['absolute-form for another host', `GET http://b/ HTTP/1.1\r\n${host}\r\n`, 400],
    ['absolute-form for another port', `GET http://a:81/ HTTP/1.1\r\n${host}\r\n`, 400],
    ['absolute-form with user information', `GET http://x@a/ HTTP/1.1\r\n${host}\r\n`, 400],
    ['absolute-form in HTTP/1.0 without Host', 'GET http://a/ HTTP/1.0\r\n\r\n', 400],
    ['absolute-form of another scheme', `GET ftp://a/ HTTP/1.1\r\n${host}\r\n`, 400],
    ['absolute-form over TLS on a plain connection', `GET https://a/ HTTP/1.1\r\n${host}\r\n`, 400],
    ['* with OPTIONS', `OPTIONS * HTTP/1.1\r\n${host}\r\n`, '*'],
    ['* with GET', `GET * HTTP/1.1\r\n${host}\r\n`, 400],
    ['*x with OPTIONS', `OPTIONS *x HTTP/1.1\r\n${host}\r\n`, 400],
    ['authority-form with CONNECT', 'CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n', 400],
    ['CONNECT with a path', `CONNECT / HTTP/1.1\r\n${host}\r\n`, 400],
    ['authority-form with GET', `GET a:80 HTTP/1.1\r\n${host}\r\n`, 400],
    ['a path without a slash', `GET index.html HTTP/1.1\r\n${host}\r\n`, 400],
  ],
  'RFC 9112 section 5, header lines': [
    ['no blank after the colon', 'GET / HTTP/1.1\r\nHost:a\r\n\r\n', '/'],
    ['blanks around the value', 'GET / HTTP/1.1\r\nHost: \t a\t \r\n\r\n', '/'],
    ['an empty value', `GET / HTTP/1.1\r\n${host}A:\r\n\r\n`, '/'],
    ['obs-text in a value', `GET / HTTP/1.1\r\n${host}A: \xe9\r\n\r\n`, '/'],
    ['blank before the colon', 'GET / HTTP/1.1\r\nHost : a\r\n\r\n', 400],
    ['tab before the colon', 'GET / HTTP/1.1\r\nHost\t: a\r\n\r\n', 400],
    ['no colon', `GET / HTTP/1.1\r\n${host}Abc\r\n\r\n`, 400],
    ['empty name', `GET / HTTP/1.1\r\n${host}: b\r\n\r\n`, 400],
    ['folded with a blank', `GET / HTTP/1.1\r\n${host}A: b\r\n c\r\n\r\n`, 400],
    ['folded with a tab', `GET / HTTP/1.1\r\n${host}A: b\r\n\tc\r\n\r\n`, 400],
    ['a bracket in a name', `GET / HTTP/1.1\r\n${host}A[]: b\r\n\r\n`, 400],
    ['NUL in a name', `GET / HTTP/1.1\r\n${host}A\0: b\r\n\r\n`, 400],
    ['a byte above ASCII in a name', `GET / HTTP/1.1\r\n${host}\xc4: b\r\n\r\n`, 400],
    ['NUL in a value', `GET / HTTP/1.1\r\n${host}A: b\0c\r\n\r\n`, 400],
    ['a control byte in a value', `GET / HTTP/1.1\r\n${host}A: b\x01c\r\n\r\n`, 400],
    ['vertical tab in a value', `GET / HTTP/1.1\r\n${host}A: b\x0bc\r\n\r\n`, 400],
    ['DEL in a value', `GET / HTTP/1.1\r\n${host}A: b\x7fc\r\n\r\n`, 400],
  ],
  'RFC 9112 section 6, body': [
    ['Content-Length', `POST / HTTP/1.1\r\n${host}Content-Length: 3\r\n\r\nabc`, '/'],
    ['Content-Length 0', `POST / HTTP/1.1\r\n${host}Content-Length: 0\r\n\r\n`, '/'],
    ['leading zeros are decimal', `POST / HTTP/1.1\r\n${host}Content-Length: 0010\r\n\r\n0123456789`, '/'],
    ['empty', `POST / HTTP/1.1\r\n${host}Content-Length:\r\n\r\n`, 400],
    ['signed', `POST / HTTP/1.1\r\n${host}Content-Length: +3\r\n\r\nabc`, 400],
    ['negative', `POST / HTTP/1.1\r\n${host}Content-Length: -3\r\n\r\nabc`, 400],
    ['hexadecimal', `POST / HTTP/1.1\r\n${host}Content-Length: 0x3\r\n\r\nabc`, 400],
    ['with a fraction', `POST / HTTP/1.1\r\n${host}Content-Length: 3.0\r\n\r\nabc`, 400],
    ['with an exponent', `POST / HTTP/1.1\r\n${host}Content-Length: 3e0\r\n\r\nabc`, 400],
    ['two numbers', `POST / HTTP/1.1\r\n${host}Content-Length: 3 3\r\n\r\nabc`, 400],
    ['a list of equals', `POST / HTTP/1.1\r\n${host}Content-Length: 3, 3\r\n\r\nabc`, 400],
    ['a list of different ones', `POST / HTTP/1.1\r\n${host}Content-Length: 3, 4\r\n\r\nabc`, 400],
    ['twice the same', `POST / HTTP/1.1\r\n${host}Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc`, 400],
    ['twice, different', `POST / HTTP/1.1\r\n${host}Content-Length: 3\r\ncontent-length: 4\r\n\r\nabc`, 400],
    ['beyond 2^53', `POST / HTTP/1.1\r\n${host}Content-Length: 9007199254740993\r\n\r\n`, 400],
    ['beyond 2^64', `POST / HTTP/1.1\r\n${host}Content-Length: 18446744073709551617\r\n\r\n`, 400],
    ['chunked', `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`, '/'],
    ['chunked in capitals', `POST / HTTP/1.1\r\n${host}Transfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n`, '/'],
    ['both', `POST / HTTP/1.1\r\n${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
    ['both, the other way round', `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n`, 400],
    ['gzip alone', `POST / HTTP/1.1\r\n${host}Transfer-Encoding: gzip\r\n\r\n`, 400],
    ['gzip after chunked', `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked, gzip\r\n\r\n`, 400],
    ['gzip before chunked', `POST / HTTP/1.1\r\n${host}Transfer-Encoding: gzip, chunked\r\n\r\n`, 501],
    ['an unknown coding', `POST / HTTP/1.1\r\n${host}Transfer-Encoding: cunked\r\n\r\n`, 501],
    ['identity', `POST / HTTP/1.1\r\n${host}Transfer-Encoding: identity\r\n\r\n`, 501],
    ['chunked twice in one line', `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n`, 400],
    [
      'chunked twice in two lines',
      `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ['chunked with a parameter', `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n`, 400],
    ['an empty element', `POST / HTTP/1.1\r\n${host}Transfer-Encoding: ,chunked\r\n\r\n0\r\n\r\n`, 400],
    ['quoted', `POST / HTTP/1.1\r\n${host}Transfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n`, 400],
    ['empty coding', `POST / HTTP/1.1\r\n${host}Transfer-Encoding:\r\n\r\n`, 400],
    ['chunked in HTTP/1.0', `POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
  ],
  'RFC 9110 section 10.1.1, Expect': [
    ['100-continue', `POST / HTTP/1.1\r\n${host}Expect: 100-Continue\r\nContent-Length: 1\r\n\r\na`, '/'],
    ['something else', `POST / HTTP/1.1\r\n${host}Expect: cake\r\n\r\n`, 417],
  ],
};

for (const [section, table] of Object.entries(cases)) {
  suite(section, () => {
    for (const [what, bytes, outcome] of table) {
      test(`${what}: ${typeof outcome === 'number' ? `refused with ${outcome}` : `read as ${outcome}`}, however it is split`, () => {
        const raw = Buffer.from(bytes, 'latin1');
        const whole = readRequests([raw]);
        if (typeof outcome === 'number') {
          assert.equal(whole.refused, outcome, whole.why ?? '');
          assert.equal(whole.requests.length, 0);
          assert.match(whole.why ?? '', /RFC \d+ section/);
        } else {
          assert.equal(whole.refused, undefined, whole.why ?? '');
          assert.deepEqual([whole.requests.length, whole.incomplete], [1, false]);
          assert.equal(whole.requests[0]?.head.target, outcome);
        }
        for (const pieces of allSplits(raw)) assert.deepEqual(readRequests(pieces), whole);
      });
    }
  });
}

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
