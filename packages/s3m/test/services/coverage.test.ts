import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coverProperties } from '../../src/services/coverage.ts';
import type { ResourceType } from '../../src/services/resource-type.ts';

const type: ResourceType = {
  type: 'AWS::Test::Thing',
  scope: 'simulated',
  properties: {
    Name: 'simulated',
    Tags: { inert: 'nothing reads tags' },
    'Integration.Uri': 'simulated',
    'Integration.Map.*': 'simulated',
    'Rules.Port': 'simulated',
    'Rules.Note': { inert: 'for people' },
  },
  attributes: [],
  create: async () => ({ ref: '', attributes: {}, delete: async () => {} }),
};

test('a property that no declaration covers is told with its path, array indices included', () => {
  const { unsupported } = coverProperties(type, {
    Name: 'x',
    Other: 1,
    Integration: { Uri: 'u', Typo: true },
    Rules: [{ Port: 1 }, { Prot: 2 }],
  });
  assert.deepEqual(unsupported, [
    { path: 'Other', declaredPath: 'Other' },
    { path: 'Integration.Typo', declaredPath: 'Integration.Typo' },
    { path: 'Rules[1].Prot', declaredPath: 'Rules.Prot' },
  ]);
});

test('an inert property is told with its reason, at any depth', () => {
  assert.deepEqual(coverProperties(type, { Tags: [{ Key: 'a' }], Rules: [{ Note: 'n' }] }).inert, [
    { path: 'Tags', reason: 'nothing reads tags' },
    { path: 'Rules[0].Note', reason: 'for people' },
  ]);
});

test('a star in a declaration stands for any key', () => {
  assert.deepEqual(coverProperties(type, { Integration: { Map: { anything: { below: 1 } } } }).unsupported, []);
});
