import assert from 'node:assert/strict';
import test from 'node:test';
import { WildcardPattern } from '../../../src/services/elasticloadbalancingv2/application/wildcard-pattern.ts';

test('Wildcards of a rule stand for any run of characters and for any one, unless a backslash takes that away', () => {
  for (const [pattern, hits, misses] of [
    ['/a/*', ['/a/', '/a/b/c', '/a/\n'], ['/a', '/A/b', 'x/a/b']],
    ['*.jpg', ['.jpg', 'a.jpg.jpg'], ['.jpgx', 'ajpg']],
    ['/a?c', ['/abc', '/a?c', '/a*c'], ['/ac', '/abbc']],
    ['/a\\*\\?', ['/a*?'], ['/ab?', '/a\\*?']],
    ['a\\b(.+)', ['a\\b(.+)'], ['ab(.+)', 'a\\bxx']],
    ['**', ['', 'x'], []],
    ['', [''], ['x']],
    ['*ab*ab', ['abab', 'xabxabab'], ['ab', 'aba']],
  ] as const) {
    for (const value of hits) assert.ok(new WildcardPattern(pattern, '').test(value), `${pattern} ${value}`);
    for (const value of misses) assert.ok(!new WildcardPattern(pattern, '').test(value), `${pattern} ${value}`);
  }
  assert.ok(new WildcardPattern('*.Example.com', 'i').test('A.eXAMPLE.COM'));
});

test('No request makes a rule with several wildcards take long', () => {
  const began = performance.now();
  assert.ok(!new WildcardPattern('*/a*/b*/c', '').test('/a'.repeat(4000) + '/b'.repeat(4000)));
  assert.ok(performance.now() - began < 1000);
});
