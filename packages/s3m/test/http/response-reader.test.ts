import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { allSplits, readAnswer } from './read-requests.ts';

interface Read {
  readonly status: number;
  readonly body?: string;
  readonly surplus?: number;
  readonly keepAlive?: boolean;
}

/** `[what, bytes, what is read or undefined for malformed, method]` */
type Case = readonly [what: string, bytes: string, read: Read | undefined, method?: string];

const cases: Readonly<Record<string, readonly Case[]>> = {
  'RFC 9112 section 4, status line': [
    ['an answer', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab', { status: 200, body: 'ab' }],
    ['an empty reason', 'HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n', { status: 200 }],
    ['a long reason', 'HTTP/1.1 404 Nothing is here\r\nContent-Length: 0\r\n\r\n', { status: 404 }],
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n', { status: 200, keepAlive: false }],
    ['no blank after the status', 'HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n', undefined],
    ['two digits', 'HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n', undefined],
    ['four digits', 'HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n', undefined],
    ['a status below 100', 'HTTP/1.1 099 X\r\nContent-Length: 0\r\n\r\n', undefined],
    ['a status above 599', 'HTTP/1.1 600 X\r\nContent-Length: 0\r\n\r\n', undefined],
    ['a signed status', 'HTTP/1.1 +20 OK\r\nContent-Length: 0\r\n\r\n', undefined],
    ['two blanks', 'HTTP/1.1  200 OK\r\nContent-Length: 0\r\n\r\n', undefined],
    ['HTTP/2.0', 'HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n', undefined],
    ['HTTP/1.2', 'HTTP/1.2 200 OK\r\nContent-Length: 0\r\n\r\n', undefined],
    ['another protocol', 'ICY 200 OK\r\n\r\n', undefined],
    ['an empty line before it', '\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', undefined],
    ['a body without a head', '<html>', undefined],
    ['bare LF', 'HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n', undefined],
    ['bare CR in the reason', 'HTTP/1.1 200 O\rK\r\nContent-Length: 0\r\n\r\n', undefined],
    ['NUL in the reason', 'HTTP/1.1 200 O\0K\r\nContent-Length: 0\r\n\r\n', undefined],
    ['a reason without an end', `HTTP/1.1 200 ${'a'.repeat(1100)}`, undefined],
  ],
  'RFC 9112 section 5, header lines': [
    ['folding', 'HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n', undefined],
    ['blank before the colon', 'HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n', undefined],
    ['bare LF', 'HTTP/1.1 200 OK\r\nContent-Length: 0\n\r\n', undefined],
    ['empty name', 'HTTP/1.1 200 OK\r\n: 0\r\n\r\n', undefined],
    ['NUL', 'HTTP/1.1 200 OK\r\nA: \0\r\n\r\n', undefined],
  ],
  'RFC 9112 section 6.3, body': [
    ['chunked', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n', { status: 200, body: 'ab' }],
    ['until the connection closes', 'HTTP/1.1 200 OK\r\n\r\nab', { status: 200, body: 'ab', keepAlive: false }],
    ['HEAD has none', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n', { status: 200 }, 'HEAD'],
    ['HEAD with chunked has none', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', { status: 200 }, 'HEAD'],
    ['bytes after HEAD are surplus', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab', { status: 200, surplus: 2 }, 'HEAD'],
    ['204 has none', 'HTTP/1.1 204 No Content\r\n\r\n', { status: 204 }],
    ['204 with a length has none', 'HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nab', { status: 204, surplus: 2 }],
    ['204 with chunks', 'HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', undefined],
    ['304 has none', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n', { status: 304 }],
    ['an interim answer has none', 'HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n', { status: 103 }],
    ['a second answer is surplus', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n', { status: 200, surplus: 17 }],
    ['both length and chunks', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', undefined],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', undefined],
    ['two equal lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nab', undefined],
    ['a list of lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nab', undefined],
    ['gzip as transfer coding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n', undefined],
    ['chunked in HTTP/1.0', 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', undefined],
    ['a malformed chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n', undefined],
    ['malformed framing of an answer to HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n', undefined, 'HEAD'],
  ],
  'RFC 9112 section 9.3, persistence': [
    ['kept by default', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', { status: 200, keepAlive: true }],
    ['closed when it says so', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n', { status: 200, keepAlive: false }],
    [
      'HTTP/1.0 kept when it says so',
      'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n',
      { status: 200, keepAlive: true },
    ],
  ],
  'names that mean something in requests only': [
    [
      'Host and Expect are plain headers',
      'HTTP/1.1 200 OK\r\nHost: a\r\nHost: b c\r\nExpect: x\r\nContent-Length: 0\r\n\r\n',
      { status: 200 },
    ],
  ],
};

for (const [section, table] of Object.entries(cases)) {
  suite(section, () => {
    for (const [what, bytes, read, method = 'GET'] of table) {
      test(`${what}: ${read === undefined ? 'malformed' : 'read'}, however it is split`, () => {
        const raw = Buffer.from(bytes, 'latin1');
        const whole = readAnswer([raw], method);
        if (read === undefined) {
          assert.ok(whole.refused, 'it was read');
        } else {
          assert.equal(whole.refused, undefined);
          assert.deepEqual([whole.head?.status, whole.body, whole.surplus], [read.status, read.body ?? '', read.surplus ?? 0]);
          assert.equal(whole.incomplete, false);
          if (read.keepAlive !== undefined) assert.equal(whole.head?.keepAlive, read.keepAlive);
        }
        for (const pieces of allSplits(raw)) assert.deepEqual(readAnswer(pieces, method), whole);
      });
    }
  });
}
