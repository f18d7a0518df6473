import assert from 'node:assert/strict';
import { test } from 'node:test';
import { array, assert as assertProperty, integer, nat, property, uint8Array } from 'fast-check';
import { AwsChunkedReader } from '../../../../src/services/s3/api/aws-chunked.ts';
import { S3Error } from '../../../../src/services/s3/api/s3-error.ts';

function encode(chunks: readonly Buffer[], trailers: Readonly<Record<string, string>> = {}): Buffer {
  const pieces = chunks
    .filter(({ length }) => length > 0)
    .flatMap((chunk) => [Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]);
  const lines = Object.entries(trailers).map(([name, value]) => `${name}:${value}\r\n`);
  return Buffer.concat([...pieces, Buffer.from(`0\r\n${lines.join('')}\r\n`)]);
}

/** Reads a body that arrives in pieces that end at `cuts`. */
function read(body: Buffer, cuts: readonly number[] = []): { readonly bytes: Buffer; readonly trailers: ReadonlyMap<string, string> } {
  const chunks: Buffer[] = [];
  const reader = new AwsChunkedReader(undefined, (bytes) => chunks.push(bytes));
  const ends = [...new Set(cuts.map((cut) => cut % (body.length + 1)))].toSorted((one, other) => one - other);
  let at = 0;
  for (const end of [...ends, body.length]) {
    reader.push(body.subarray(at, end));
    at = end;
  }
  reader.end();
  return { bytes: Buffer.concat(chunks), trailers: reader.trailers };
}

test('a body in chunks is the same however it arrives', () => {
  const chunk = uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));
  assertProperty(
    property(array(chunk, { maxLength: 6 }), array(nat(), { maxLength: 12 }), (chunks, cuts) => {
      const { bytes, trailers } = read(encode(chunks, { 'x-amz-checksum-crc32': 'AAAAAA==' }), cuts);
      assert.deepEqual(bytes, Buffer.concat(chunks));
      assert.deepEqual([...trailers], [['x-amz-checksum-crc32', 'AAAAAA==']]);
    }),
  );
});

test('a body that is cut off anywhere is incomplete, but for the last line break', () => {
  const body = encode([Buffer.from('hello'), Buffer.from('world')]);
  for (let length = 0; length < body.length - 2; length++) {
    assert.throws(
      () => read(body.subarray(0, length)),
      { name: 'IncompleteBody', message: 'The request body terminated unexpectedly' },
      String(length),
    );
  }
  assert.equal(read(body.subarray(0, -2)).bytes.toString(), 'helloworld');
});

test('a body with any byte changed is refused, or is no longer than what came', () => {
  const body = encode([Buffer.from('hello'), Buffer.from('world')]);
  assertProperty(
    property(nat(body.length - 1), integer({ min: 0, max: 255 }), (at, byte) => {
      const changed = Buffer.from(body);
      changed[at] = byte;
      try {
        assert.ok(read(changed).bytes.length < body.length);
      } catch (error) {
        assert.ok(error instanceof S3Error, String(error));
      }
    }),
  );
});

test('lines without end, endless trailers and chunks of no number are refused', () => {
  for (const body of [
    'x'.repeat(5000),
    `0\r\n${Array.from({ length: 40 }, (_, index) => `n${index}:v\r\n`).join('')}\r\n`,
    '-1\r\n',
    '5 \r\nhello\r\n',
    '0x5\r\n',
    '0\r\nnonsense\r\n\r\n',
    '\r\n',
  ])
    assert.throws(() => read(Buffer.from(body)), S3Error, body.slice(0, 20));
});
