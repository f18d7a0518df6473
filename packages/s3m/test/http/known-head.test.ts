import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { KnownHead } from '../../src/http/known-head.ts';
import { RequestReader } from '../../src/http/request-reader.ts';
import { defaultLimits } from '../../src/http/limits.ts';

interface Head {
  readonly name: string;
  readonly repeated?: boolean;
}

/** What a reader does: looks whether the head is known, reads it otherwise. */
function take(known: KnownHead<Head>, bytes: string): 'known' | 'read' {
  const buffer = Buffer.from(bytes);
  if (known.find(buffer, 0, buffer.length) !== undefined) return 'known';
  known.keep({ name: bytes }, buffer, 0, buffer.length);
  return 'read';
}

suite('the head that came before', () => {
  test('the same bytes are known at once', () => {
    const known = new KnownHead<Head>();
    assert.deepEqual(
      [take(known, 'a'), take(known, 'a'), take(known, 'a'), take(known, 'b'), take(known, 'a')],
      ['read', 'known', 'known', 'read', 'read'],
    );
  });

  test('the same object comes for them each time, and says that it is repeated', () => {
    const known = new KnownHead<Head>();
    take(known, 'a');
    const buffer = Buffer.from('a');
    const first = known.find(buffer, 0, 1);
    assert.equal(first?.repeated, true);
    assert.equal(known.find(buffer, 0, 1), first);
  });

  test('a client that never sends the same twice is not looked at each time; once it does, its head is known within 16', () => {
    const known = new KnownHead<Head>();
    for (let index = 0; index < 100; index++) assert.equal(take(known, `head ${index}`), 'read');
    const taken = Array.from({ length: 40 }, () => take(known, 'the same'));
    const first = taken.indexOf('known');
    assert.ok(first > 0 && first <= 16, `known at ${first}`);
    assert.ok(taken.slice(first).every((each) => each === 'known'));
  });

  test('a head is never taken for another one, however long the other did not come', () => {
    const reader = new RequestReader(defaultLimits);
    const read = (target: string): string => {
      const bytes = Buffer.from(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`);
      assert.equal(reader.read(bytes, 0, bytes.length), bytes.length);
      return reader.head.target;
    };
    for (let index = 0; index < 1000; index++) {
      const target = index % 7 < 3 ? '/aaa' : `/${String(index).padStart(3, '0')}`;
      assert.equal(read(target), target);
    }
  });
});
