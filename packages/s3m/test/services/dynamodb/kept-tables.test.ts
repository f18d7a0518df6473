import assert from 'node:assert/strict';
import { test } from 'node:test';
import { table } from '../../../src/services/dynamodb/table.ts';
import { dynamoDbOf, type DynamoDbService } from '../../../src/services/dynamodb/dynamodb-service.ts';
import type { Properties, Resource, ResourceContext } from '../../../src/services/resource-type.ts';
import { openSqliteState } from '../../../src/state/sqlite-state.ts';
import { stateDirectory } from '../../state/state-directory.ts';
import { createContext, fakeAccount, type FakeAccount, type FakeResource } from '../fake-account.ts';

const properties: Properties = {
  TableName: 'Orders',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'id', AttributeType: 'S' },
    { AttributeName: 'customer', AttributeType: 'S' },
  ],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  GlobalSecondaryIndexes: [
    { IndexName: 'byCustomer', KeySchema: [{ AttributeName: 'customer', KeyType: 'HASH' }], Projection: { ProjectionType: 'KEYS_ONLY' } },
  ],
};

interface Running {
  readonly account: FakeAccount;
  readonly service: DynamoDbService;
  readonly resource: Resource;
  /** As the end of an engine does. */
  stop(): Promise<void>;
}

/** An account on a state, with the table Orders. */
async function start(path: string, kept?: ResourceContext['kept'], more: Partial<FakeResource> = {}): Promise<Running> {
  const state = await openSqliteState(path);
  const account = await fakeAccount({ state });
  const context = createContext(account, table, { logicalId: 'Orders', properties, ...more });
  const resource = await table.create({ ...context, ...(kept === undefined ? {} : { kept }) });
  return {
    account,
    service: dynamoDbOf(account),
    resource,
    stop: async () => {
      await resource.stopNow!();
      await state.close();
      await account[Symbol.asyncDispose]();
    },
  };
}

const TableName = 'Orders';
const sameAsBefore = { properties, metadata: {} };
const order = (id: string, more = {}): object => ({ id: { S: id }, ...more });

async function itemsOf(service: DynamoDbService): Promise<unknown> {
  const { Items } = (await service.call('Scan', { TableName })) as { readonly Items: readonly { readonly id: { readonly S: string } }[] };
  return Items.toSorted((one, other) => one.id.S.localeCompare(other.id.S));
}

test('items of every kind of write are there after a restart, and indexes answer as before', async () => {
  using directory = stateDirectory();
  const first = await start(directory.path);
  await first.service.call('PutItem', { TableName, Item: order('put', { customer: { S: 'ada' }, total: { N: '1.50' } }) });
  await first.service.call('PutItem', { TableName, Item: order('deleted') });
  await first.service.call('DeleteItem', { TableName, Key: order('deleted') });
  await first.service.call('UpdateItem', {
    TableName,
    Key: order('updated'),
    UpdateExpression: 'SET customer = :c ADD visits :one',
    ExpressionAttributeValues: { ':c': { S: 'ada' }, ':one': { N: '1' } },
  });
  await first.service.call('BatchWriteItem', {
    RequestItems: { Orders: [{ PutRequest: { Item: order('batch', { tags: { SS: ['a', 'b'] } }) } }] },
  });
  const items = await itemsOf(first.service);
  const query = {
    TableName,
    IndexName: 'byCustomer',
    KeyConditionExpression: 'customer = :c',
    ExpressionAttributeValues: { ':c': { S: 'ada' } },
  };
  const answer = await first.service.call('Query', query);
  assert.equal(answer['Count'], 2);
  const description = await first.service.call('DescribeTable', { TableName });
  await first.stop();

  const second = await start(directory.path, sameAsBefore);
  assert.deepEqual(await itemsOf(second.service), items);
  assert.deepEqual(await second.service.call('Query', query), answer);
  assert.deepEqual(await second.service.call('DescribeTable', { TableName }), description);
  await second.stop();
});

test('the seed of the Metadata is for a new table: what was deleted or changed since stays so, what the seed says anew is put', async () => {
  using directory = stateDirectory();
  const seeded = (...seed: readonly Properties[]): Partial<FakeResource> => ({ metadata: { S3M: { seed } } });
  const first = await start(directory.path, undefined, seeded({ id: 'a', n: 1 }, { id: 'b' }));
  await first.service.call('PutItem', { TableName, Item: order('a', { n: { N: '2' } }) });
  await first.service.call('DeleteItem', { TableName, Key: order('b') });
  await first.stop();
  const second = await start(
    directory.path,
    { properties, metadata: { S3M: { seed: [{ id: 'a', n: 1 }, { id: 'b' }] } } },
    seeded({ id: 'a', n: 1 }, { id: 'b' }, { id: 'c' }),
  );
  assert.deepEqual(await itemsOf(second.service), [order('a', { n: { N: '2' } }), order('c')]);
  await second.stop();
});

test('a changed index is built when the engine starts again, and the items stay', async () => {
  using directory = stateDirectory();
  const first = await start(directory.path);
  await first.service.call('PutItem', { TableName, Item: order('a', { customer: { S: 'ada' } }) });
  await first.stop();
  const withoutIndex = { ...properties, GlobalSecondaryIndexes: [], AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }] };
  const second = await start(directory.path, sameAsBefore, { properties: withoutIndex });
  assert.deepEqual(await itemsOf(second.service), [order('a', { customer: { S: 'ada' } })]);
  const { Table } = (await second.service.call('DescribeTable', { TableName })) as { readonly Table: Record<string, unknown> };
  assert.equal(Table['GlobalSecondaryIndexes'], undefined);
  await second.stop();
  const third = await start(directory.path, { properties: withoutIndex, metadata: {} });
  assert.equal(
    (
      await third.service.call('Query', {
        TableName,
        IndexName: 'byCustomer',
        KeyConditionExpression: 'customer = :c',
        ExpressionAttributeValues: { ':c': { S: 'ada' } },
      })
    )['Count'],
    1,
  );
  await third.stop();
});

test('a table whose creation was cut short is made anew', async () => {
  using directory = stateDirectory();
  const first = await start(directory.path);
  await first.service.call('PutItem', { TableName, Item: order('half') });
  await first.stop();
  const second = await start(directory.path, 'unfinished', { metadata: { S3M: { seed: [{ id: 'whole' }] } } });
  assert.deepEqual(await itemsOf(second.service), [order('whole')]);
  await second.stop();
});

test('a table that the template does not own is not taken over (DDB-007)', async () => {
  using directory = stateDirectory();
  const first = await start(directory.path);
  await first.stop();
  const state = await openSqliteState(directory.path);
  await using account = await fakeAccount({ state });
  await assert.rejects(table.create(createContext(account, table, { logicalId: 'Other', properties })), /Table already exists: Orders/);
  await state.close();
});

test('a deleted table leaves nothing, and neither does one that is forgotten', async () => {
  using directory = stateDirectory();
  const first = await start(directory.path, undefined, { metadata: { S3M: { seed: [{ id: 'a' }] } } });
  await first.service.call('TagResource', { ResourceArn: first.resource.attributes['Arn'], Tags: [{ Key: 'a', Value: 'b' }] });
  await first.resource.delete();
  assert.deepEqual([...first.account.state.collection('dynamodb').entries()], []);
  await first.stop();
  const second = await start(directory.path, undefined, { metadata: { S3M: { seed: [{ id: 'a' }] } } });
  await table.forget!(second.account, 'Orders');
  assert.deepEqual([...second.account.state.collection('dynamodb').entries()], []);
  await second.stop();
});

test('a write that cannot be kept is refused as an internal error, and is not seen', async () => {
  using directory = stateDirectory();
  let broken = false;
  const told: string[] = [];
  const state = await openSqliteState(directory.path, {
    sync: () => (broken ? Promise.reject(new Error('EIO')) : Promise.resolve()),
    onRefused: (failure) => told.push(failure.message),
  });
  await using account = await fakeAccount({ state });
  await table.create(createContext(account, table, { logicalId: 'Orders', properties }));
  const service = dynamoDbOf(account);
  await service.call('PutItem', { TableName, Item: order('a') });
  broken = true;
  await assert.rejects(service.call('PutItem', { TableName, Item: order('b') }), {
    code: 'InternalServerError',
    message: 'Internal server error',
  });
  await assert.rejects(service.call('DeleteItem', { TableName, Key: order('a') }), { code: 'InternalServerError' });
  assert.deepEqual(await itemsOf(service), [order('a')]);
  assert.deepEqual(told, ['Could not be kept: EIO']);
  await state.close();
});
