import assert from 'node:assert/strict';
import test from 'node:test';
import { toItem } from '../../../src/services/dynamodb/attribute-value.ts';

test('plain values become attribute values', () => {
  assert.deepEqual(toItem({ s: 'x', n: 1.5, b: false, z: null, l: ['a', 2], m: { k: 'v' } }), {
    s: { S: 'x' },
    n: { N: '1.5' },
    b: { BOOL: false },
    z: { NULL: true },
    l: { L: [{ S: 'a' }, { N: '2' }] },
    m: { M: { k: { S: 'v' } } },
  });
});

test('what is an attribute value already is taken as it is', () => {
  assert.deepEqual(toItem({ tags: { SS: ['a'] }, two: { S: 'x', N: '1' } }), {
    tags: { SS: ['a'] },
    two: { M: { S: { S: 'x' }, N: { S: '1' } } },
  });
});

test('a list of strings is a set where a set is wanted, unless it cannot be one', () => {
  assert.deepEqual(toItem({ roles: ['admin', 'user'] }, ['roles']), { roles: { SS: ['admin', 'user'] } });
  assert.deepEqual(toItem({ roles: [] }, ['roles']), { roles: { L: [] } });
  assert.deepEqual(toItem({ roles: ['a', 'a'] }, ['roles']), { roles: { L: [{ S: 'a' }, { S: 'a' }] } });
});
