import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { planAnswer } from '../../src/http/answer-head.ts';
import { headerLines, isFramingName, requestLine, statusLine } from '../../src/http/write-head.ts';
import { readRequests } from './read-requests.ts';
import { testAnswers, testRequests, type AnswerCase, type RequestCase } from './rfc-cases.ts';

// RFC 9110 as far as the reader and the writer of HTTP/1.1 decide it: fields, Host, lengths, methods, Expect, status codes.

const host = 'Host: a\r\n';

const requests: readonly RequestCase[] = [
  ['5.1', 'a name without a meaning here', `GET / HTTP/1.1\r\n${host}Foo-Bar: 1\r\n\r\n`, '/'],
  ['5.1', 'a name that begins with an underscore', `GET / HTTP/1.1\r\n${host}_X: 1\r\n\r\n`, '/'],
  ['5.3', 'a repeated field of another name than the framing’s', `GET / HTTP/1.1\r\n${host}A: 1\r\na: 2\r\n\r\n`, '/'],
  ['5.4', 'more lines than are taken', `GET / HTTP/1.1\r\n${host}${'A: b\r\n'.repeat(200)}\r\n`, 431],
  ['5.4', 'as many lines as are taken', `GET / HTTP/1.1\r\n${host}${'A: b\r\n'.repeat(199)}\r\n`, '/'],
  ['5.4', 'lines of more bytes than are taken', `GET / HTTP/1.1\r\n${host}A: ${'b'.repeat(10_240)}\r\n\r\n`, 431],
  ['5.5', 'every byte that a value may hold', `GET / HTTP/1.1\r\n${host}A: ${visible()}\r\n\r\n`, '/'],
  ...[0x00, 0x01, 0x07, 0x08, 0x0b, 0x0c, 0x0e, 0x1b, 0x1f, 0x7f].map((code): RequestCase => [
    '5.5',
    `byte 0x${code.toString(16)} in a value`,
    `GET / HTTP/1.1\r\n${host}A: b${String.fromCharCode(code)}c\r\n\r\n`,
    400,
  ]),
  ...[
    0x00, 0x09, 0x20, 0x22, 0x28, 0x29, 0x2c, 0x2f, 0x3b, 0x3c, 0x3d, 0x3e, 0x3f, 0x40, 0x5b, 0x5c, 0x5d, 0x7b, 0x7d, 0x7f, 0xa0, 0xff,
  ].map((code): RequestCase => [
    '5.6.2',
    `byte 0x${code.toString(16)} in a name`,
    `GET / HTTP/1.1\r\n${host}A${String.fromCharCode(code)}B: c\r\n\r\n`,
    400,
  ]),
  ['6.4.1', 'content of HEAD', `HEAD / HTTP/1.1\r\n${host}Content-Length: 3\r\n\r\nabc`, [['/', 'abc']]],
  [
    '6.5.1',
    'a trailer that would be a credential',
    `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n0\r\nAuthorization: x\r\n\r\n`,
    [['/', '']],
  ],
  [
    '6.5.1',
    'Trailer announces what is dropped',
    `POST / HTTP/1.1\r\n${host}Trailer: X-User\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-User: a\r\n\r\n`,
    [['/', '']],
  ],
  ['7.2', 'no Host', 'GET / HTTP/1.1\r\nA: b\r\n\r\n', 400],
  ['7.2', 'a Host of an underscore', 'GET / HTTP/1.1\r\nHost: my_host\r\n\r\n', '/'],
  ['7.2', 'a Host with a dot at its end', 'GET / HTTP/1.1\r\nHost: a.\r\n\r\n', '/'],
  ['7.2', 'a Host without a port behind its colon', 'GET / HTTP/1.1\r\nHost: a:\r\n\r\n', '/'],
  ['7.2', 'a Host that is only a port', 'GET / HTTP/1.1\r\nHost: :80\r\n\r\n', 400],
  ['7.2', 'a Host with a scheme', 'GET / HTTP/1.1\r\nHost: http://a\r\n\r\n', 400],
  ['7.2', 'a Host with a query', 'GET / HTTP/1.1\r\nHost: a?b\r\n\r\n', 400],
  ['7.2', 'a Host with a fragment', 'GET / HTTP/1.1\r\nHost: a#b\r\n\r\n', 400],
  ['7.2', 'a Host with an escape', 'GET / HTTP/1.1\r\nHost: a%2eb\r\n\r\n', 400],
  ['7.2', 'a Host in another alphabet', 'GET / HTTP/1.1\r\nHost: \xd0\xb0\r\n\r\n', 400],
  ['7.2', 'a Host of two names', 'GET / HTTP/1.1\r\nHost: a,b\r\n\r\n', 400],
  ['7.2', 'a Host with a tab inside', 'GET / HTTP/1.1\r\nHost: a\tb\r\n\r\n', 400],
  ['7.2', 'a Host in quotes', 'GET / HTTP/1.1\r\nHost: "a"\r\n\r\n', 400],
  ['7.2', 'an IPv6 address with a zone', 'GET / HTTP/1.1\r\nHost: [fe80::1%25eth0]\r\n\r\n', 400],
  ['7.2', 'an IPv6 address without brackets', 'GET / HTTP/1.1\r\nHost: ::1\r\n\r\n', 400],
  ['7.2', 'a negative port', 'GET / HTTP/1.1\r\nHost: a:-1\r\n\r\n', 400],
  ['7.2', 'a second Host, empty', `GET / HTTP/1.1\r\n${host}Host:\r\n\r\n`, 400],
  ['7.2', 'a second Host behind a fold', `GET / HTTP/1.1\r\n${host} Host: b\r\n\r\n`, 400, 'J. Kettle, "HTTP Desync Attacks" (2019)'],
  ['7.2', 'an empty Host in HTTP/1.0', 'GET / HTTP/1.0\r\nHost:\r\n\r\n', 400],
  ['7.2', 'an address of a later version', 'GET / HTTP/1.1\r\nHost: [v1.a]\r\n\r\n', 400],
  ['7.2', 'empty brackets', 'GET / HTTP/1.1\r\nHost: []\r\n\r\n', 400],
  ['7.2', 'text behind the brackets', 'GET / HTTP/1.1\r\nHost: [::1]a\r\n\r\n', 400],
  ['7.2', 'a port of six digits', 'GET / HTTP/1.1\r\nHost: a:000080\r\n\r\n', 400],
  ['7.2', 'a port in other digits', 'GET / HTTP/1.1\r\nHost: a:\xb9\r\n\r\n', 400],
  ['7.2', 'a no-break space after it', 'GET / HTTP/1.1\r\nHost: a\xa0\r\n\r\n', 400],
  ['7.2', 'a backslash in it', 'GET / HTTP/1.1\r\nHost: a\\b\r\n\r\n', 400],
  ['7.2', 'a semicolon after it', 'GET / HTTP/1.1\r\nHost: a;b\r\n\r\n', 400],
  [
    '7.6.1',
    'a length that Connection names still counts',
    `POST / HTTP/1.1\r\n${host}Connection: content-length\r\nContent-Length: 3\r\n\r\nabcGET /2 HTTP/1.1\r\n${host}\r\n`,
    [
      ['/', 'abc'],
      ['/2', ''],
    ],
    'N. Davison, "Abusing HTTP hop-by-hop request headers" (2019)',
  ],
  [
    '7.6.1',
    'a transfer coding that Connection names still counts',
    `POST / HTTP/1.1\r\n${host}Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\nGET /2 HTTP/1.1\r\n${host}\r\n`,
    [
      ['/', 'a'],
      ['/2', ''],
    ],
    'N. Davison, "Abusing HTTP hop-by-hop request headers" (2019)',
  ],
  ['7.6.1', 'a Host that Connection names still counts', `GET / HTTP/1.1\r\n${host}Connection: host\r\nHost: b\r\n\r\n`, 400],
  ['7.6.1', 'Connection with what is no option', `GET / HTTP/1.1\r\n${host}Connection: "close", ;x=@\r\n\r\n`, '/'],
  ['7.6.2', 'Max-Forwards of nothing is a field like others', `OPTIONS /x HTTP/1.1\r\n${host}Max-Forwards: 0\r\n\r\n`, '/x'],
  [
    '7.8',
    'an upgrade that is not taken: what follows is HTTP/1.1',
    `GET / HTTP/1.1\r\n${host}Connection: upgrade\r\nUpgrade: websocket\r\n\r\nGET /2 HTTP/1.1\r\n${host}\r\n`,
    [
      ['/', ''],
      ['/2', ''],
    ],
    'M. Fedotkin, websocket smuggling (2019); J. Miller, h2c smuggling (2020)',
  ],
  ['8.6', 'a length with leading zeros', `POST / HTTP/1.1\r\n${host}Content-Length: 03\r\n\r\nabc`, [['/', 'abc']]],
  ['8.6', 'a list that begins with nothing', `POST / HTTP/1.1\r\n${host}Content-Length: ,3\r\n\r\nabc`, 400],
  ['8.6', 'a length behind a form feed', `POST / HTTP/1.1\r\n${host}Content-Length: \x0c3\r\n\r\nabc`, 400],
  ['8.6', 'a length in octal dress', `POST / HTTP/1.1\r\n${host}Content-Length: 0o3\r\n\r\nabc`, 400],
  ['8.6', 'a length with a group separator', `POST / HTTP/1.1\r\n${host}Content-Length: 1,000\r\n\r\nabc`, 400],
  ['8.6', 'a list of equal lengths', `POST / HTTP/1.1\r\n${host}Content-Length: 3,3\r\n\r\nabc`, 400],
  ['9.1', 'an unknown method with a body', `FOO / HTTP/1.1\r\n${host}Content-Length: 3\r\n\r\nabc`, [['/', 'abc']]],
  [
    '9.3.1',
    'GET with a body keeps its place',
    `GET / HTTP/1.1\r\n${host}Content-Length: 3\r\n\r\nabcGET /2 HTTP/1.1\r\n${host}\r\n`,
    [
      ['/', 'abc'],
      ['/2', ''],
    ],
    'CL.0: J. Kettle, "Browser-Powered Desync Attacks" (2022)',
  ],
  ['9.3.6', 'CONNECT', 'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n', 400],
  ['9.3.6', 'CONNECT with a body', 'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\nContent-Length: 3\r\n\r\nabc', 400],
  ['9.3.6', 'connect in small letters is another method, and has a bad target', 'connect a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n', 400],
  ['9.3.7', 'OPTIONS of the server', `OPTIONS * HTTP/1.1\r\n${host}\r\n`, '*'],
  ['9.3.8', 'TRACE with a body keeps its place', `TRACE / HTTP/1.1\r\n${host}Content-Length: 3\r\n\r\nabc`, [['/', 'abc']]],
  ['10.1.1', 'an expectation without a body', `GET / HTTP/1.1\r\n${host}Expect: 100-continue\r\n\r\n`, '/'],
  ['10.1.1', 'an expectation with a blank and more', `POST / HTTP/1.1\r\n${host}Expect: 100-continue x\r\nContent-Length: 1\r\n\r\na`, 417],
  [
    '10.1.1',
    'an expectation in disguise',
    `POST / HTTP/1.1\r\n${host}Expect: y 100-continue\r\nContent-Length: 1\r\n\r\na`,
    417,
    '0.CL: J. Kettle, "HTTP/1.1 must die" (2025)',
  ],
  ['10.1.1', 'an empty expectation', `POST / HTTP/1.1\r\n${host}Expect:\r\nContent-Length: 1\r\n\r\na`, 417],
  [
    '10.1.1',
    'a second expectation that is unknown',
    `POST / HTTP/1.1\r\n${host}Expect: 100-continue\r\nExpect: x\r\nContent-Length: 1\r\n\r\na`,
    417,
  ],
  [
    '10.1.1',
    'a folded expectation',
    `OPTIONS / HTTP/1.1\r\n${host}Expect:\r\n 100-continue\r\nContent-Length: 1\r\n\r\na`,
    400,
    'CVE-2025-32094, Akamai',
  ],
  [
    '10.1.1',
    'an expectation in HTTP/1.0 changes nothing',
    'POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\na',
    [['/', 'a']],
  ],
];

const answers: readonly AnswerCase[] = [
  ['9.3.2', 'an answer to HEAD with a length', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n', { status: 200, surplus: 0 }, 'HEAD'],
  ['9.3.2', 'a body after an answer to HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab', { status: 200, surplus: 2 }, 'HEAD'],
  ['15.2', 'an interim answer before the answer', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n', { status: 100, surplus: 17 }],
  ['15.3.5', 'a body after 204', 'HTTP/1.1 204 No Content\r\n\r\nab', { status: 204, surplus: 2 }],
  ['15.3.6', '205 has the length that it says', 'HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n', { status: 205 }],
  ['15.3.6', '205 with a body has it read', 'HTTP/1.1 205 Reset Content\r\nContent-Length: 2\r\n\r\nab', { status: 205, body: 'ab' }],
  [
    '15.3.6',
    '205 that says no length ends with the connection',
    'HTTP/1.1 205 Reset Content\r\n\r\nab',
    { status: 205, body: 'ab', keepAlive: false },
  ],
  ['8.6', 'a length beside one that is empty', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length:\r\n\r\nab', undefined],
  ['8.6', 'a length with a comma', 'HTTP/1.1 200 OK\r\nContent-Length: 2,\r\n\r\nab', undefined],
  [
    '7.6.1',
    'a length that Connection names still counts',
    'HTTP/1.1 200 OK\r\nConnection: Content-Length\r\nContent-Length: 2\r\n\r\nabHTTP/1.1 200 OK\r\n',
    { status: 200, body: 'ab', surplus: 17 },
    'GET',
    'N. Davison, "Abusing HTTP hop-by-hop request headers" (2019)',
  ],
  ['15.4.5', '304 with the length that 200 would have', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n', { status: 304 }],
  ['15.4.5', '304 with the coding that 200 would have', 'HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n', { status: 304 }],
];

testRequests('RFC 9110', requests);
testAnswers('RFC 9110', answers);

suite('RFC 9110, what is written', () => {
  const date = 'Thu, 01 Jan 1970 00:00:00 GMT';
  const get = { method: 'GET', version: 'HTTP/1.1' } as const;

  test('section 6.6.1: each answer has one Date, the server’s, whatever its headers say', () => {
    const { head } = planAnswer(get, { status: 200, headers: ['Date', 'x', 'dATE', 'y'] }, false, date);
    assert.deepEqual(head.match(/^date: .*$/gim), [`Date: ${date}`]);
  });

  test('sections 8.6 and 9.3.2: an answer to HEAD has the length of GET’s and no body', () => {
    const plan = planAnswer({ method: 'HEAD', version: 'HTTP/1.1' }, { status: 200, headers: [], body: 'abc' }, false, date);
    assert.match(plan.head, /\r\nContent-Length: 3\r\n/);
    assert.equal(plan.bodiless, true);
  });

  for (const status of [204, 304] as const) {
    test(`sections 15.3.5 and 15.4.5: ${status} has no body and no Transfer-Encoding, whatever it is given`, () => {
      const plan = planAnswer(get, { status, headers: ['Transfer-Encoding', 'chunked'], body: 'abc' }, false, date);
      assert.equal(plan.bodiless, true);
      assert.doesNotMatch(plan.head, /Transfer-Encoding|Content-Length: 3/i);
    });
  }

  test('section 15.2: an interim status is never written as an answer', () => {
    for (const status of [0, 99, 100, 101, 199, 600, 200.5, Number.NaN]) {
      assert.throws(() => statusLine(status, undefined), { name: 'Unwritable' }, `${status}`);
    }
  });

  test('section 11.1 of RFC 9112, response splitting: a line break in a reason, name or value is not written', () => {
    for (const evil of ['a\r\nb', 'a\nb', 'a\rb', 'a\0b', 'a\u010ab', 'a\u010db']) {
      assert.throws(() => statusLine(200, evil), { name: 'Unwritable' });
      assert.throws(() => headerLines(['A', evil], () => false), { name: 'Unwritable' });
      assert.throws(() => headerLines([evil, 'b'], () => false), { name: 'Unwritable' });
      assert.throws(() => requestLine('GET', `/${evil}`), { name: 'Unwritable' });
    }
  });

  test('section 7.6.1: what is written never takes its framing from header lines', () => {
    const lines = headerLines(['content-LENGTH', '5', 'Transfer-encoding', 'chunked', 'A', 'b'], isFramingName);
    assert.equal(lines, 'A: b\r\n');
  });

  test('section 10.1.1: only a request of HTTP/1.1 waits for 100', () => {
    const read = readRequests([Buffer.from('POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\na')]);
    assert.equal(read.requests[0]!.body, 'a');
  });
});

function visible(): string {
  let text = '\t';
  for (let code = 0x20; code <= 0xff; code++) if (code !== 0x7f) text += String.fromCharCode(code);
  return `b${text}b`;
}
