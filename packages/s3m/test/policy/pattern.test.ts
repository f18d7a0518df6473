import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { matchesPattern } from '../../src/policy/pattern.ts';
import { slowMatches } from './slow-policy.ts';

test('A star stands for any characters, slashes, colons and none; a question mark for exactly one (AG-156)', () => {
  const arn = 'arn:aws:execute-api:us-east-1:000000000000:abc/dev/GET/pets/1';
  for (const pattern of ['*', arn, 'arn:aws:execute-api:*:*:*', '*/dev/GET/pets*', '*/dev/GET/pets/?', 'arn:*1', '**', `${arn}*`]) {
    assert.equal(matchesPattern(pattern, arn), true, pattern);
  }
  for (const pattern of ['', '?', '*/dev/GET/pets', '*/dev/get/pets/1', '*/dev/GET/pets/1?', `${arn}/*`, `?${arn}`]) {
    assert.equal(matchesPattern(pattern, arn), false, pattern);
  }
});

test('Nothing else is special: brackets, dots, backslashes and dollars stand for themselves', () => {
  assert.equal(matchesPattern('a.c', 'abc'), false);
  assert.equal(matchesPattern('a\\*', 'a\\x'), true);
  assert.equal(matchesPattern('[ab]$', '[ab]$'), true);
});

test('It agrees with a slow and obvious matcher', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 10 });
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '?'), maxLength: 8 });
  fc.assert(
    fc.property(pattern, text, (pattern, value) => matchesPattern(pattern, value) === slowMatches(pattern, value)),
    { numRuns: 5000 },
  );
});

test('A pattern of many stars that nearly match takes no exponential time', () => {
  const steps = 2000;
  assert.equal(matchesPattern(`${'*a'.repeat(30)}*b`, 'a'.repeat(steps)), false);
});
