import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readAnswer, readRequests } from './read-requests.ts';

const seeds = [
  'GET /a?b=c HTTP/1.1\r\nHost: example.com\r\nAccept: */*\r\nConnection: keep-alive\r\n\r\n',
  'POST /p HTTP/1.1\r\nHost: a:80\r\nContent-Length: 11\r\nContent-Type: text/plain\r\n\r\nhello world',
  'POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;a="b"\r\nhello\r\n6\r\n world\r\n0\r\nX-T: u\r\n\r\n',
  'PUT http://a/b HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab',
  'OPTIONS * HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n',
  'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n',
];
const answers = [
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nDate: x\r\n\r\nhello',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'HTTP/1.0 404 Not Found\r\n\r\nhello',
];
/** Pieces that smuggling is made of. */
const splinters = [
  '\r\n',
  '\n',
  '\r',
  '\0',
  ' ',
  '\t',
  ':',
  ',',
  ';',
  '0',
  '0\r\n\r\n',
  'Content-Length: 3\r\n',
  'Transfer-Encoding: chunked\r\n',
  '\r\n ',
  'Host: b\r\n',
  'GET /x HTTP/1.1\r\n',
  '\xff',
  '\x7f',
  '"',
  '\\',
];

/** Framing that two readers could take differently must not be in anything that was accepted. */
function checkUnambiguous(headers: readonly string[]): void {
  const names = headers.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  const count = (name: string): number => names.filter((other) => other === name).length;
  assert.ok(count('content-length') + count('transfer-encoding') <= 1, 'two ways to find the end of the body');
  for (const name of names) assert.match(name, /^[!#$%&'*+\-.^_`|~0-9a-z]+$/);
  // oxlint-disable-next-line no-control-regex -- control bytes are what must not be there
  for (const text of headers) assert.doesNotMatch(text, /[\0-\x08\x0a-\x1f\x7f]/);
}

suite('mutated messages', () => {
  test('20,000 requests are parsed, refused or found incomplete, the same however they are cut, and nothing accepted is ambiguous', () => {
    const random = seededRandom(7);
    const tally = { accepted: 0, refused: 0, incomplete: 0 };
    for (let round = 0; round < 20_000; round++) {
      const bytes = mutate(seeds[Math.floor(random() * seeds.length)]! + seeds[Math.floor(random() * seeds.length)]!, random);
      const whole = readRequests([bytes]);
      for (const { head } of whole.requests) {
        checkUnambiguous(head.headers);
        assert.match(head.target, /^(?:\/|\*$)/);
        // oxlint-disable-next-line no-control-regex -- as above
        assert.doesNotMatch(head.target, /[\0-\x20\x7f-\xff]/);
      }
      if (whole.refused !== undefined) {
        tally.refused++;
        assert.ok([400, 414, 417, 431, 501, 505].includes(whole.refused), `${whole.refused}`);
      } else if (whole.incomplete) tally.incomplete++;
      else tally.accepted++;
      const cut = Math.floor(random() * bytes.length);
      assert.deepEqual(readRequests([bytes.subarray(0, cut), bytes.subarray(cut)]), whole, JSON.stringify(bytes.toString('latin1')));
    }
    // The mutations reach all three ends often enough to mean something.
    assert.ok(Math.min(tally.accepted, tally.refused, tally.incomplete) > 200, JSON.stringify(tally));
  });

  test('10,000 answers are parsed, found malformed or incomplete, the same however they are cut', () => {
    const random = seededRandom(11);
    let read = 0;
    for (let round = 0; round < 10_000; round++) {
      const bytes = mutate(answers[Math.floor(random() * answers.length)]!, random);
      const whole = readAnswer([bytes]);
      if (whole.head !== undefined) {
        read++;
        checkUnambiguous(whole.head.headers);
      }
      const cut = Math.floor(random() * bytes.length);
      const split = readAnswer([bytes.subarray(0, cut), bytes.subarray(cut)]);
      assert.deepEqual(split, whole, JSON.stringify(bytes.toString('latin1')));
    }
    assert.ok(read > 1000);
  });
});

/** One to three places changed: a byte flipped, cut out, doubled, or a splinter put in. */
function mutate(text: string, random: () => number): Buffer {
  let result = text;
  const changes = 1 + Math.floor(random() * 3);
  for (let change = 0; change < changes; change++) {
    const at = Math.floor(random() * result.length);
    const length = Math.floor(random() * 4);
    const kind = random();
    if (kind < 0.3) result = result.slice(0, at) + String.fromCharCode(Math.floor(random() * 256)) + result.slice(at + 1);
    else if (kind < 0.5) result = result.slice(0, at) + result.slice(at + length);
    else if (kind < 0.6) result = result.slice(0, at + length) + result.slice(at);
    else result = result.slice(0, at) + splinters[Math.floor(random() * splinters.length)]! + result.slice(at);
  }
  return Buffer.from(result, 'latin1');
}

function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
