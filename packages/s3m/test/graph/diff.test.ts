import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffNodes } from '../../src/graph/diff.ts';

const node = (id: string, properties: Record<string, string | readonly string[] | { readonly [key: string]: number }>, type = 'T') => ({
  id,
  type,
  properties,
});
const nameReplaces = (_type: string, changed: readonly string[]): boolean => changed.includes('Name');

test('Nodes are created, kept, updated, replaced and deleted by what changed', () => {
  const before = [
    node('Kept', { A: { x: 1, y: 2 } }),
    node('Updated', { A: '1', B: '2' }),
    node('Replaced', { Name: 'a' }),
    node('Retyped', {}),
    node('Deleted', {}),
  ];
  const after = [
    node('New', {}),
    node('Kept', { A: { y: 2, x: 1 } }),
    node('Updated', { A: '2', C: '3' }),
    node('Replaced', { Name: 'b' }),
    node('Retyped', {}, 'U'),
  ];
  assert.deepEqual(diffNodes(before, after, nameReplaces), [
    { kind: 'create', id: 'New' },
    { kind: 'keep', id: 'Kept' },
    { kind: 'update', id: 'Updated', changed: ['A', 'B', 'C'] },
    { kind: 'replace', id: 'Replaced', changed: ['Name'] },
    { kind: 'replace', id: 'Retyped', changed: [] },
    { kind: 'delete', id: 'Deleted' },
  ]);
});

test('The order of a list is a change, the order of members is none', () => {
  assert.equal(diffNodes([node('A', { L: ['a', 'b'] })], [node('A', { L: ['b', 'a'] })], nameReplaces)[0]?.kind, 'update');
});
