import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchedPath } from '../../../src/services/cloudfront/distribution/matched-path.ts';

test('A path without needless escapes, doubled slashes and dot segments finds the behaviour', () => {
  const cases: readonly (readonly [path: string, matched: string])[] = [
    ['/', '/'],
    ['/a/b', '/a/b'],
    ['/a/b/', '/a/b/'],
    ['/%61/%7E%2d%5f%2E', '/a/~-_.'],
    ['/a%2fb%3f%c3%A9', '/a%2Fb%3F%C3%A9'],
    ['//a///b//', '/a/b/'],
    ['/a/./b/../c', '/a/c'],
    ['/a/b/..', '/a/'],
    ['/a/b/.', '/a/b/'],
    ['/../../a', '/a'],
    ['/a/%2e%2e/%2E/b', '/b'],
    ['/a/...', '/a/...'],
    ['/%', '/%'],
    ['/%zz%4', '/%zz%4'],
  ];
  for (const [path, matched] of cases) assert.equal(matchedPath(path), matched, path);
});
