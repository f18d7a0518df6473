import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { allSplits, readRequests } from './read-requests.ts';

const head = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';

/** `[what, bytes of the body, outcome]`: a status for a refusal, the decoded text otherwise. */
const cases: readonly (readonly [what: string, body: string, outcome: number | string])[] = [
  // RFC 9112 section 7.1
  ['one chunk', '3\r\nabc\r\n0\r\n\r\n', 'abc'],
  ['several chunks', '3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n', 'abcd'],
  ['no chunk but the last', '0\r\n\r\n', ''],
  ['a size in capitals', 'A\r\n0123456789\r\n0\r\n\r\n', '0123456789'],
  ['a size in small letters', 'a\r\n0123456789\r\n0\r\n\r\n', '0123456789'],
  ['leading zeros in a size', '0003\r\nabc\r\n0000\r\n\r\n', 'abc'],
  ['data that looks like chunks', '7\r\n0\r\n\r\nGE\r\n0\r\n\r\n', '0\r\n\r\nGE'],
  ['an empty size', '\r\nabc\r\n0\r\n\r\n', 400],
  ['a size that is no number', 'x\r\nabc\r\n0\r\n\r\n', 400],
  ['a size with a prefix', '0x3\r\nabc\r\n0\r\n\r\n', 400],
  ['a signed size', '+3\r\nabc\r\n0\r\n\r\n', 400],
  ['a negative size', '-3\r\nabc\r\n0\r\n\r\n', 400],
  ['an underscore in a size', '1_0\r\nabc\r\n0\r\n\r\n', 400],
  ['a blank before a size', ' 3\r\nabc\r\n0\r\n\r\n', 400],
  ['a blank after a size', '3 \r\nabc\r\n0\r\n\r\n', 400],
  ['a tab after a size', '3\t\r\nabc\r\n0\r\n\r\n', 400],
  ['a size of 13 digits', '0000000000003\r\nabc\r\n0\r\n\r\n', 400],
  ['a size that wraps in 32 bits', '100000003\r\nabc', 'incomplete'],
  ['a size that wraps in 64 bits', '10000000000000003\r\nabc\r\n0\r\n\r\n', 400],
  ['a chunk longer than its size', '3\r\nabcd\r\n0\r\n\r\n', 400],
  ['a chunk shorter than its size', '5\r\nabc\r\n0\r\n\r\n', 400],
  ['bare LF after a size', '3\nabc\r\n0\r\n\r\n', 400],
  ['bare CR after a size', '3\rabc\r\n0\r\n\r\n', 400],
  ['CR CR LF after a size', '3\r\r\nabc\r\n0\r\n\r\n', 400],
  ['bare LF after data', '3\r\nabc\n0\r\n\r\n', 400],
  ['bare CR after data', '3\r\nabc\r0\r\n\r\n', 400],
  ['nothing after data', '3\r\nabc0\r\n\r\n', 400],
  ['bare LF after the last size', '0\n\r\n', 400],
  ['bare LF at the end', '0\r\n\n', 400],
  ['bare CR at the end', '0\r\n\rX', 400],
  // Section 7.1.1
  ['an extension', '3;a\r\nabc\r\n0\r\n\r\n', 'abc'],
  ['an extension with a value', '3;a=b\r\nabc\r\n0;c=d;e\r\n\r\n', 'abc'],
  ['an extension with a quoted value', '3;a="b;\\"c d"\r\nabc\r\n0\r\n\r\n', 'abc'],
  ['an extension without a name', '3;\r\nabc\r\n0\r\n\r\n', 400],
  ['an extension with an empty value', '3;a=\r\nabc\r\n0\r\n\r\n', 400],
  ['an extension of an equals sign', '3;=b\r\nabc\r\n0\r\n\r\n', 400],
  ['a blank before an extension', '3 ;a\r\nabc\r\n0\r\n\r\n', 400],
  ['a blank in an extension', '3; a\r\nabc\r\n0\r\n\r\n', 400],
  ['LF in an extension', '3;a\nabc\r\n0\r\n\r\n', 400],
  ['bare CR in an extension', '3;a\rb\r\nabc\r\n0\r\n\r\n', 400],
  ['line break in a quoted value', '3;a="\r\n"\r\nabc\r\n0\r\n\r\n', 400],
  ['text after a quoted value', '3;a="b"c\r\nabc\r\n0\r\n\r\n', 400],
  ['NUL in an extension', '3;a\0\r\nabc\r\n0\r\n\r\n', 400],
  ['extensions without an end', `3;${'a'.repeat(1100)}\r\nabc\r\n0\r\n\r\n`, 400],
  ['many small extensions', `${'1;a=b\r\nx\r\n'.repeat(300)}0\r\n\r\n`, 400],
  // Section 7.1.2
  ['a trailer is read and dropped', '3\r\nabc\r\n0\r\nX-A: b\r\nX-C:\r\n\r\n', 'abc'],
  ['a trailer that would change the framing is dropped', '0\r\nContent-Length: 5\r\n\r\n', ''],
  ['a trailer without a colon', '0\r\nabc\r\n\r\n', 400],
  ['a trailer without a name', '0\r\n: a\r\n\r\n', 400],
  ['a folded trailer', '0\r\nA: b\r\n c\r\n\r\n', 400],
  ['a blank in the name of a trailer', '0\r\nA : b\r\n\r\n', 400],
  ['bare LF after a trailer', '0\r\nA: b\n\r\n', 400],
  ['bare CR in a trailer', '0\r\nA: b\rc\r\n\r\n', 400],
  ['NUL in a trailer', '0\r\nA: \0\r\n\r\n', 400],
  ['a second request in place of a trailer', '0\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['trailers without an end', `0\r\n${'A: b\r\n'.repeat(40)}\r\n`, 431],
];

suite('chunked coding', () => {
  const limits = { headerBytes: 200 };
  for (const [what, body, outcome] of cases) {
    const result = typeof outcome === 'number' ? `is refused with ${outcome}` : 'is read';
    test(`${what} ${result}, however it is split`, () => {
      const raw = Buffer.from(head + body, 'latin1');
      const whole = readRequests([raw], limits);
      if (typeof outcome === 'number') {
        assert.equal(whole.refused, outcome, whole.why ?? '');
        assert.equal(whole.requests.length, 0);
      } else if (outcome === 'incomplete') {
        assert.deepEqual([whole.requests.length, whole.incomplete], [0, true], whole.why ?? '');
      } else {
        assert.equal(whole.refused, undefined, whole.why ?? '');
        assert.deepEqual([whole.requests[0]?.body, whole.incomplete], [outcome, false]);
      }
      if (raw.length > 1000) return;
      for (const pieces of allSplits(raw)) assert.deepEqual(readRequests(pieces, limits), whole);
    });
  }
});
