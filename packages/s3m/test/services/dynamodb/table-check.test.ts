import assert from 'node:assert/strict';
import test from 'node:test';
import { globalTable } from '../../../src/services/dynamodb/global-table.ts';
import { table } from '../../../src/services/dynamodb/table.ts';
import type { Properties } from '../../../src/services/resource-type.ts';

const subject = { AttributeName: 'subject', AttributeType: 'S' };
const key = [{ AttributeName: 'subject', KeyType: 'HASH' }];
const check = (properties: Properties) => table.check!(properties, {}).map((finding) => finding.fix);

test('attributes must be exactly the keys of table and indexes (DDB-013)', () => {
  const index = { IndexName: 'byName', KeySchema: [{ AttributeName: 'name', KeyType: 'HASH' }] };
  const name = { AttributeName: 'name', AttributeType: 'S' };
  assert.deepEqual(check({ AttributeDefinitions: [subject], KeySchema: key }), []);
  assert.deepEqual(check({ AttributeDefinitions: [subject, name], KeySchema: key, GlobalSecondaryIndexes: [index] }), []);
  assert.deepEqual(check({ AttributeDefinitions: [subject, name], KeySchema: key }), ['Remove name: other attributes need no definition.']);
  assert.deepEqual(check({ AttributeDefinitions: [subject], KeySchema: key, GlobalSecondaryIndexes: [index] }), ['Define name.']);
});

test('names that are not known yet are left alone', () => {
  assert.deepEqual(check({ AttributeDefinitions: [{ AttributeName: 'unresolved:X', AttributeType: 'S' }], KeySchema: key }), []);
});

test('replicas in further regions are unsupported', () => {
  const findings = globalTable.check!({ Replicas: [{ Region: 'us-east-1' }, { Region: 'eu-west-1' }] }, {});
  assert.deepEqual(
    findings.map(({ kind, property }) => [kind, property]),
    [['unsupported', 'Replicas']],
  );
  assert.deepEqual(globalTable.check!({ Replicas: [{ Region: 'us-east-1' }] }, {}), []);
});
