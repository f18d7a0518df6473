import assert from 'node:assert/strict';
import { test } from 'node:test';
import { similarName } from '../../src/template/similar-name.ts';

for (const [wanted, names, expected] of [
  ['vpc', ['Api', 'Vpc'], 'Vpc'],
  ['Nmae', ['Game', 'Name'], 'Name'],
  ['RolesTabel', ['RolesTable', 'Roles'], 'RolesTable'],
  ['Queue', ['Cue', 'Table'], undefined],
  ['A', ['B', 'C'], undefined],
] as const) {
  test(`${wanted} is ${expected === undefined ? 'like none' : `meant for ${expected}`} of ${names.join(', ')}`, () => {
    assert.equal(similarName(wanted, names), expected);
  });
}
