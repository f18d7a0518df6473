import assert from 'node:assert/strict';
import test from 'node:test';
import { compileJavaPattern, PatternProblem } from '../../../src/services/apigateway/java-pattern.ts';

test('The whole text must match, alternatives included (AG-083)', () => {
  const matches = (pattern: string, text: string): boolean => compileJavaPattern(pattern).test(text);
  assert.equal(matches('Bearer .*', 'Bearer abc'), true);
  assert.equal(matches('Bearer .*', 'xBearer abc'), false);
  assert.equal(matches('allow|deny', 'allowed'), false);
  assert.equal(matches('^Bearer [-0-9A-Za-z._~+/]+=*$', 'Bearer a-b._~+/=='), true);
  assert.equal(matches('^Bearer [-0-9A-Za-z._~+/]+=*$', 'Bearer a b'), false);
  assert.equal(matches('Bearer\\ [\\-\\_\\=\\.\\w]+', 'Bearer a-b_c=.d'), true);
  assert.equal(matches('a\\\\d', 'a\\d'), true);
  assert.equal(matches('2\\d{2}', '204'), true);
});

test('What JavaScript would read otherwise than Java is refused, not taken for something else', () => {
  for (const pattern of ['[a-z&&[^b]]', '[a[bc]]', '\\Qa.b\\E', '\\Abc\\z', '\\p{Alnum}+', 'a++', '(?<n>a', '(', '(?i)abc', '\\h']) {
    assert.throws(() => compileJavaPattern(pattern), PatternProblem, pattern);
  }
});
