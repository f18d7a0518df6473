import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { globalTable } from '../../../src/services/dynamodb/global-table.ts';
import { table } from '../../../src/services/dynamodb/table.ts';
import type { Properties } from '../../../src/services/resource-type.ts';
import { createContext, fakeAccount, type FakeAccount, type FakeResource } from '../fake-account.ts';

const properties = {
  AttributeDefinitions: [{ AttributeName: 'subject', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'subject', KeyType: 'HASH' }],
  BillingMode: 'PAY_PER_REQUEST',
};
const byLevel = {
  ...properties,
  AttributeDefinitions: [...properties.AttributeDefinitions, { AttributeName: 'level', AttributeType: 'N' }],
  GlobalSecondaryIndexes: [
    { IndexName: 'byLevel', KeySchema: [{ AttributeName: 'level', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } },
  ],
};
const create = (account: FakeAccount, resource: Partial<FakeResource> = {}) =>
  table.create(createContext(account, table, { logicalId: 'Roles', properties, ...resource }));
const itemsOf = (account: FakeAccount, name: string) => account.directory.find('table', name)!.scan();
const seeded = (...seed: Properties[]): Properties => ({ S3M: { seed, roles: { subject: 'subject', roles: 'roles' } } });

test('a table is found by its name with the items of its Metadata', async () => {
  await using account = await fakeAccount({ accountId: '123456789012' });
  const created = await create(account, { metadata: seeded({ subject: 'ada', roles: ['admin'] }, { subject: 'bob', roles: [] }) });
  assert.match(created.ref, /^TestStack-Roles-[0-9A-Z]{12}$/);
  assert.deepEqual(created.attributes, { Arn: `arn:aws:dynamodb:us-east-1:123456789012:table/${created.ref}` });
  const found = account.directory.find('table', created.ref)!;
  assert.deepEqual(found.roles, { subject: 'subject', roles: 'roles' });
  assert.deepEqual(
    new Set(await found.scan()),
    new Set([
      { subject: { S: 'ada' }, roles: { SS: ['admin'] } },
      { subject: { S: 'bob' }, roles: { L: [] } },
    ]),
  );
});

test('a seed file is found beside the template', async () => {
  await using account = await fakeAccount();
  writeFileSync(join(account.stateDirectory, 'roles.json'), '[{"subject": "ada"}]');
  const created = await create(account, { metadata: { S3M: { seed: 'roles.json' } } });
  assert.deepEqual(await itemsOf(account, created.ref), [{ subject: { S: 'ada' } }]);
});

test('a seed that cannot be read or stored fails with the place and leaves no table', async () => {
  await using account = await fakeAccount();
  await assert.rejects(create(account, { metadata: { S3M: { seed: 'none.json' } } }), /Metadata S3M.seed names none.json/);
  await assert.rejects(create(account, { metadata: { S3M: { seed: { subject: 'ada' } } } }), /must be a list of objects/);
  await assert.rejects(create(account, { metadata: { S3M: { seed: [{ subject: 'ada' }, { name: 'x' }] } } }), {
    message: 'Item 1 of Metadata S3M.seed: One or more parameter values were invalid: Missing the key subject in the item',
  });
  assert.deepEqual(account.directory.list('table'), []);
  await create(account);
});

test('an index added in place keeps the items and finds them', async () => {
  await using account = await fakeAccount();
  const created = await create(account, { metadata: seeded({ subject: 'ada', level: 3 }) });
  await account.directory.find('table', created.ref)!.put({ subject: { S: 'later' } });
  const updated = await created.update!(
    createContext(account, table, { logicalId: 'Roles', properties: byLevel, metadata: seeded({ subject: 'ada', level: 3 }) }),
  );
  assert.equal(updated.ref, created.ref);
  const subjects = (await itemsOf(account, created.ref)).map((item) => item['subject']);
  assert.deepEqual(new Set(subjects), new Set([{ S: 'ada' }, { S: 'later' }]));
});

test('an update puts only what the seed says anew', async () => {
  await using account = await fakeAccount();
  const created = await create(account, { metadata: seeded({ subject: 'ada', roles: ['admin'] }) });
  await account.directory.find('table', created.ref)!.put({ subject: { S: 'ada' }, roles: { SS: ['changed'] } });
  await created.update!(
    createContext(account, table, {
      logicalId: 'Roles',
      properties,
      metadata: seeded({ subject: 'ada', roles: ['admin'] }, { subject: 'new' }),
    }),
  );
  assert.deepEqual(
    new Set(await itemsOf(account, created.ref)),
    new Set([{ subject: { S: 'ada' }, roles: { SS: ['changed'] } }, { subject: { S: 'new' } }]),
  );
});

test('two index changes at once are refused and the items stay', async () => {
  await using account = await fakeAccount();
  const created = await create(account, { properties: byLevel, metadata: seeded({ subject: 'ada', level: 1 }) });
  const [index] = byLevel.GlobalSecondaryIndexes;
  const changed = { ...byLevel, GlobalSecondaryIndexes: [{ ...index!, IndexName: 'other' }] };
  await assert.rejects(created.update!(createContext(account, table, { logicalId: 'Roles', properties: changed })), {
    message: 'Cannot perform more than one GSI creation or deletion in a single update',
  });
  assert.equal((await itemsOf(account, created.ref)).length, 1);
});

test('an index that DynamoDB refuses leaves the table as it was', async () => {
  await using account = await fakeAccount();
  const created = await create(account, { metadata: seeded({ subject: 'ada' }) });
  const broken = { ...byLevel, AttributeDefinitions: properties.AttributeDefinitions };
  await assert.rejects(created.update!(createContext(account, table, { logicalId: 'Roles', properties: broken })), /AttributeDefinitions/);
  assert.deepEqual(await itemsOf(account, created.ref), [{ subject: { S: 'ada' } }]);
});

test('a replaced table with a name of its own is refused with the text of CloudFormation (CFN-010)', async () => {
  await using account = await fakeAccount();
  const named = { ...properties, TableName: 'roles' };
  await create(account, { properties: named });
  await assert.rejects(create(account, { properties: named, replacing: true }), {
    message:
      'CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename roles and update the stack again.',
  });
});

test('a replaced table without a name stands beside the old one, empty', async () => {
  await using account = await fakeAccount();
  const old = await create(account);
  await account.directory.find('table', old.ref)!.put({ subject: { S: 'ada' } });
  const fresh = await create(account, { replacing: true });
  assert.notEqual(fresh.ref, old.ref);
  assert.deepEqual(await itemsOf(account, fresh.ref), []);
  await old.delete();
  assert.equal(account.directory.find('table', old.ref), undefined);
});

test('a deleted table can be created again', async () => {
  await using account = await fakeAccount();
  await (await create(account)).delete();
  await create(account);
});

test('a definition that DynamoDB refuses fails with its text', async () => {
  await using account = await fakeAccount();
  const { BillingMode: _billing, ...provisioned } = properties;
  await assert.rejects(create(account, { properties: provisioned }), /ReadCapacityUnits and WriteCapacityUnits must both be specified/);
});

test('a global table has an id and one replica', async () => {
  await using account = await fakeAccount();
  const created = await globalTable.create(
    createContext(account, globalTable, { logicalId: 'T', properties: { ...properties, Replicas: [{ Region: 'us-east-1' }] } }),
  );
  assert.match(String(created.attributes['TableId']), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});

test('a global table has a replica in the region of its stack, at its creation and after an update (CFN-076)', async () => {
  await using account = await fakeAccount();
  const inRegion = (region: string) =>
    createContext(account, globalTable, { logicalId: 'G', properties: { ...properties, Replicas: [{ Region: region }] } });
  const refused = /^Replicas must have one in the region of the stack, us-east-1\. They are in eu-west-1$/;
  await assert.rejects(globalTable.create(inRegion('eu-west-1')), { message: refused });
  assert.deepEqual(account.directory.list('table'), []);
  const created = await globalTable.create(inRegion('us-east-1'));
  await assert.rejects(created.update!(inRegion('eu-west-1')), { message: refused });
});
