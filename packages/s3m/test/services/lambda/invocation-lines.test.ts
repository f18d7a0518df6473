import assert from 'node:assert/strict';
import test from 'node:test';
import { InvocationLines } from '../../../src/services/lambda/invocation-lines.ts';

test('Of what a function logs, a trace has the newest 16,384 characters, and 4,096 of a line', () => {
  const lines = new InvocationLines();
  lines.add('START');
  lines.add('x'.repeat(200_000));
  assert.deepEqual(
    lines.all.map(({ length }) => length),
    [5, 4102],
  );
  for (let index = 0; index < 1000; index++) lines.add(`${index} ${'y'.repeat(100)}`);
  lines.add('END');
  assert.ok(lines.all.join('').length <= 16_384);
  assert.equal(lines.all.at(-1), 'END');
  assert.match(lines.all.at(-2)!, /^999 /);
});
