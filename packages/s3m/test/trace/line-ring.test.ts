import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { LineRing, type Line } from '../../src/trace/line-ring.ts';

const line: fc.Arbitrary<Line> = fc.record(
  {
    timestamp: fc.nat(),
    stream: fc.constantFrom('one', 'two'),
    message: fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.constant(''),
      fc.nat(3000).map((length) => 'é'.repeat(length)),
    ),
  },
  { noNullPrototype: true },
);

test('the newest lines are kept, as many and as long together as allowed, and told as they came', () => {
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 80 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 0, max: 9000 }),
      (lines, capacity, max) => {
        const ring = new LineRing(capacity, max);
        let expected: Line[] = [];
        for (const each of lines) {
          ring.add(each);
          expected = [...expected, each].slice(-capacity);
          while (expected.reduce((sum, { message }) => sum + message.length, 0) > max) expected.shift();
          assert.deepEqual(ring.tail(3), expected.slice(-3));
        }
        assert.equal(ring.count, expected.length);
        assert.deepEqual(ring.tail(100), expected);
      },
    ),
  );
});

test('many short lines, some of them longer as UTF-8, come back as they were, and the memory is used again and again', () => {
  const short = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.string({ unit: 'binary', maxLength: 8 }).map((text) => text.toWellFormed()),
  );
  fc.assert(
    fc.property(
      fc.array(short, { minLength: 100, maxLength: 600, size: 'max' }),
      fc.integer({ min: 60, max: 150 }),
      (messages, capacity) => {
        const ring = new LineRing(capacity, 100_000);
        for (const message of messages) ring.add({ timestamp: 0, stream: 's', message });
        assert.deepEqual(
          ring.tail(capacity).map(({ message }) => message),
          messages.slice(-capacity),
        );
      },
    ),
  );
});

test('ten thousand empty lines take no memory to speak of, and many lines go round without growing', () => {
  const ring = new LineRing(100, 1_000_000);
  for (let index = 0; index < 10_000; index++) ring.add({ timestamp: index, stream: 's', message: index % 2 === 0 ? '' : `line ${index}` });
  assert.deepEqual(
    ring.tail(3).map(({ message }) => message),
    ['line 9997', '', 'line 9999'],
  );
});
