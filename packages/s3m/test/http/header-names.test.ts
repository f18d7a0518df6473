import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyHash, hashWith, HeaderNames } from '../../src/http/header-names.ts';

function find(names: HeaderNames, name: string): string {
  const buffer = Buffer.from(`: ${name}:`, 'latin1');
  let hash = emptyHash;
  for (let at = 2; at < buffer.length - 1; at++) hash = hashWith(hash, buffer[at]!);
  return names.find(buffer, 2, buffer.length - 1, hash);
}

test('a name is the text of its bytes, however many others were read before', () => {
  const names = new HeaderNames();
  const wanted = [...Array.from({ length: 5000 }, (_, index) => `X-Name-${index}`), 'Host', 'host', 'HOST', 'x'.repeat(200)];
  for (let round = 0; round < 2; round++)
    assert.deepEqual(
      wanted.map((name) => find(names, name)),
      wanted,
    );
});

test('names with the same hash are told apart', () => {
  const names = new HeaderNames();
  // 31 * 'a' + 'b' is 31 * 'b' + 'C'
  for (const name of ['ab', 'bC', 'ab', 'bC']) assert.equal(find(names, name), name);
});
