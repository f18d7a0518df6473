import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePathPattern } from '../../../src/services/cloudfront/path-pattern.ts';

test('In the pattern of a behaviour a star is any characters, a question mark one, and a slash in front may be left out', () => {
  const cases: readonly (readonly [pattern: string, path: string, matches: boolean])[] = [
    ['*', '/', true],
    ['/api/*', '/api/a/b', true],
    ['api/*', '/api/', true],
    ['/api/*', '/api', false],
    ['/api/*', '/v1/api/', false],
    ['*.jpg', '/a/b.jpg', true],
    ['*.jpg', '/a/b.JPG', false],
    ['*.jpg', '/axjpg', false],
    ['/a?c', '/abc', true],
    ['/a?c', '/ac', false],
    ['/a(b)+[c]', '/a(b)+[c]', true],
  ];
  for (const [pattern, path, matches] of cases) assert.equal(compilePathPattern(pattern)(path), matches, `${pattern} ${path}`);
});

test('No path that a viewer may send takes long to compare, however many stars the pattern has', () => {
  const matches = compilePathPattern('/*a*a*a*a*a*a*b');
  const before = performance.now();
  assert.equal(matches(`/${'a'.repeat(20_000)}`), false);
  assert.ok(performance.now() - before < 5000);
});
