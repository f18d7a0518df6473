import assert from 'node:assert/strict';
import test from 'node:test';
import { domainTarget, hasValidEscapes, splitTarget } from '../../../src/services/apigateway/request-target.ts';

test('Stage, path and query; slashes doubled before and right after the stage count as one (AG-001, AG-045 to AG-048)', () => {
  const cases: Record<string, readonly [string, string, string, string]> = {
    '/stage/a/b?x=1&y=/z': ['stage', '/a/b', '/stage/a/b', 'x=1&y=/z'],
    '//stage/a': ['stage', '/a', '/stage/a', ''],
    '/stage//a': ['stage', '/a', '/stage//a', ''],
    '/stage///a//b/': ['stage', '/a//b/', '/stage///a//b/', ''],
    '/stage': ['stage', '/', '/stage', ''],
    '/stage/': ['stage', '/', '/stage/', ''],
    '/stage//': ['stage', '/', '/stage//', ''],
    '/stage?x': ['stage', '/', '/stage', 'x'],
    '/': ['', '/', '/', ''],
    '//': ['', '/', '/', ''],
    '/?/a/b': ['', '/', '/', '/a/b'],
    '*': ['*', '/', '*', ''],
  };
  for (const [target, [stage, path, contextPath, query]] of Object.entries(cases)) {
    assert.deepEqual(splitTarget(target), { stage, path, contextPath, query }, target);
  }
});

test('A raw semicolon splits the query as & does, and in a path it stays (AG-054)', () => {
  assert.equal(splitTarget('/prod/a;b?x=1;y=2&z=3;').query, 'x=1&y=2&z=3&');
  assert.equal(splitTarget('/prod/a;b?x=1').path, '/a;b');
  assert.equal(splitTarget('/prod/?x=%3B').query, 'x=%3B');
  assert.equal(domainTarget('/v1/a?x=1;y=2', '/a?x=1;y=2', 'prod').query, 'x=1&y=2');
});

test('An escape is a percent sign and two hex digits', () => {
  for (const text of ['', 'a', '%41', '%aF%00', 'a%20b']) assert.equal(hasValidEscapes(text), true, text);
  for (const text of ['%', '%4', '%g0', '%0g', 'a%20%', '%%41']) assert.equal(hasValidEscapes(text), false, text);
});
