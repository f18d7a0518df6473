import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadResourceTypes, resourceTypeNames } from '../../src/engine/resource-types.ts';

test('each resource type is found under its own name, and an unknown one not at all', async () => {
  const types = await loadResourceTypes([...resourceTypeNames, 'AWS::Nothing::AtAll', 'constructor']);
  assert.deepEqual([...types.keys()].sort(), [...resourceTypeNames].sort());
  for (const [name, { type }] of types) assert.equal(type, name);
});
