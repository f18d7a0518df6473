import assert from 'node:assert/strict';
import test from 'node:test';
import { hashCode, hashSetOrder } from '../../src/vtl/java-hash.ts';

test('A text has the hash code that Java gives it', () => {
  assert.deepEqual(['', 'a', 'Hello World', 'polygenelubricants'].map(hashCode), [0, 97, -862545276, -2147483648]);
});

test('A set tells small numbers in their order, whatever the order in which they came, and grows when it is three quarters full', () => {
  const letters = [...'ponmlkjihgfedcba'];
  // The hash code of a letter is its number: 'a' is 97, so 'p' (112) is the first of 16 slots, and the last of 32.
  assert.deepEqual(hashSetOrder(letters.slice(0, 12)).join(''), 'pefghijklmno');
  assert.deepEqual(hashSetOrder(letters).join(''), 'abcdefghijklmnop');
});

test('Texts of one slot stay in the order in which they came', () => {
  assert.deepEqual(hashSetOrder(['issuer', 'qs1', 'x-header-param']), ['x-header-param', 'issuer', 'qs1']);
  assert.deepEqual(hashSetOrder(['qs1', 'issuer', 'x-header-param']), ['x-header-param', 'qs1', 'issuer']);
});
