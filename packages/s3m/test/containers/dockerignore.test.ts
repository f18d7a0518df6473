import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dockerIgnore } from '../../src/containers/dockerignore.ts';

test('A pattern leaves out the path and what is below it, the last pattern that matches decides', () => {
  const ignored = dockerIgnore('# remark\nnode_modules\n/dist/\n*.log\n**/*.tmp\n!keep.log\nsecret?/[ab]*\n');
  const paths = ['node_modules', 'node_modules/x/y.js', 'dist/a', 'a.log', 'keep.log', 'deep/down/x.tmp', 'x.tmp', 'secret1/a.txt'];
  assert.deepEqual(
    paths.filter((path) => ignored(path)),
    ['node_modules', 'node_modules/x/y.js', 'dist/a', 'a.log', 'deep/down/x.tmp', 'x.tmp', 'secret1/a.txt'],
  );
});

test('Paths that no pattern names stay', () => {
  const ignored = dockerIgnore('node_modules\n*.log\nsecret?/[ab]*');
  assert.deepEqual(
    ['sub/node_modules', 'sub/a.log', 'nodeXmodules', 'secret1/c.txt'].filter((path) => ignored(path)),
    [],
  );
});
