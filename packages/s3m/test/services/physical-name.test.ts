import assert from 'node:assert/strict';
import test from 'node:test';
import { physicalId, physicalName } from '../../src/services/physical-name.ts';

const identity = { stack: 'WeatherStack', logicalId: 'PrivateNlb4F3A' };

test('a physical name is stack, logical id and twelve upper-case characters', () => {
  assert.match(physicalName(identity), /^WeatherStack-PrivateNlb4F3A-[0-9A-Z]{12}$/);
});

test('a physical name is the same each time and differs between stacks, logical ids and generations', () => {
  assert.equal(physicalName(identity), physicalName({ ...identity }));
  const names = [identity, { ...identity, stack: 'Other' }, { ...identity, logicalId: 'Other' }, { ...identity, generation: 1 }].map(
    (each) => physicalName(each).slice(-12),
  );
  assert.equal(new Set(names).size, 4);
});

test('a physical name is cut in stack and logical id, never in the suffix', () => {
  const cut = physicalName(identity, { max: 32 });
  assert.equal(cut.length, 32);
  assert.equal(cut.slice(-12), physicalName(identity).slice(-12));
  assert.match(cut, /^WeatherSt-PrivateNl-/);
  assert.equal(physicalName({ stack: 'S', logicalId: 'ALongLogicalIdOfAResource' }, { max: 32 }).length, 32);
});

test('a lower-case name has no upper-case letter', () => {
  assert.match(physicalName(identity, { lowerCase: true }), /^[0-9a-z-]+$/);
});

test('a physical id has the wanted length and alphabet', () => {
  assert.match(physicalId(identity, 17), /^[0-9a-f]{17}$/);
  assert.match(physicalId(identity, 10, 'base36'), /^[0-9a-z]{10}$/);
  assert.match(physicalId(identity, 100), /^[0-9a-f]{100}$/);
  assert.notEqual(physicalId(identity, 10, 'hex', 'a'), physicalId(identity, 10, 'hex', 'b'));
});
