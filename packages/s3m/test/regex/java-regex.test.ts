import assert from 'node:assert/strict';
import test from 'node:test';
import { JavaRegex } from '../../src/regex/java-regex.ts';
import { TookTooLong } from '../../src/regex/within-time.ts';

test('A pattern that backtracks without end is stopped, whatever its form', () => {
  assert.throws(() => new JavaRegex('(a|a)*b').matches('a'.repeat(64)), TookTooLong);
  assert.throws(() => new JavaRegex('(\\w{1,9}\\s?){25}!').matches('a'.repeat(64)), TookTooLong);
  assert.throws(() => new JavaRegex(`${'(?:a|a)'.repeat(30)}b`).matches('a'.repeat(31)), TookTooLong);
  assert.equal(new JavaRegex('(a|b)*c').matches(`${'ab'.repeat(20)}c`), true);
});
