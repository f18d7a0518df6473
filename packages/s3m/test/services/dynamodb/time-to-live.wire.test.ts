import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import * as client from '@aws-sdk/client-dynamodb';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import { table } from '../../../src/services/dynamodb/table.ts';
import type { Properties, ResourceContext } from '../../../src/services/resource-type.ts';
import { openSqliteState } from '../../../src/state/sqlite-state.ts';
import { stateDirectory } from '../../state/state-directory.ts';
import { failureOf } from '../aws-client.ts';
import { createContext, fakeAccount } from '../fake-account.ts';
import { openTables, type OpenTables } from './open-tables.ts';

const TableName = 'Sessions';
const hourMs = 3_600_000;
const ttl = (AttributeName: string, Enabled = true): Properties => ({ TimeToLiveSpecification: { AttributeName, Enabled } });

function update({ api }: OpenTables, AttributeName: string, Enabled: boolean): Promise<client.UpdateTimeToLiveCommandOutput> {
  return api.send(new client.UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { Enabled, AttributeName } }));
}

async function describe({ api }: OpenTables): Promise<unknown> {
  return (await api.send(new client.DescribeTimeToLiveCommand({ TableName }))).TimeToLiveDescription;
}

async function idsOf({ api }: OpenTables): Promise<string[]> {
  const { Items = [] } = await api.send(new client.ScanCommand({ TableName }));
  return Items.map((item) => String(item['id']?.S)).toSorted();
}

async function untilIdsAre(open: OpenTables, ids: readonly string[]): Promise<void> {
  while (String(await idsOf(open)) !== String(ids)) await turn();
}

suite('time to live', () => {
  test('is switched on and off, and described as AWS does', async () => {
    await using open = await openTables([TableName]);
    assert.deepEqual(await describe(open), { TimeToLiveStatus: 'DISABLED' });
    const { TimeToLiveSpecification } = await update(open, 'expires', true);
    assert.deepEqual(TimeToLiveSpecification, { Enabled: true, AttributeName: 'expires' });
    assert.deepEqual(await describe(open), { TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' });
    await update(open, 'expires', false);
    assert.deepEqual(await describe(open), { TimeToLiveStatus: 'DISABLED' });
  });

  test('refuses what changes nothing, another attribute, and tables that are not there', async () => {
    await using open = await openTables([TableName]);
    const refused = (attribute: string, enabled: boolean): Promise<readonly [string, string]> =>
      failureOf(update(open, attribute, enabled));
    assert.deepEqual(await refused('expires', false), ['ValidationException', 'TimeToLive is already disabled']);
    await update(open, 'expires', true);
    assert.deepEqual(await refused('expires', true), ['ValidationException', 'TimeToLive is already enabled']);
    for (const enabled of [true, false]) {
      assert.deepEqual(await refused('other', enabled), [
        'ValidationException',
        'TimeToLive is active on a different AttributeName: current AttributeName is expires',
      ]);
    }
    assert.match((await refused('x'.repeat(256), true))[1], /Member must have length less than or equal to 255$/);
    const incomplete = new client.UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { Enabled: true } as never });
    assert.deepEqual(await failureOf(open.api.send(incomplete)), [
      'ValidationException',
      "1 validation error detected: Value null at 'timeToLiveSpecification.attributeName' failed to satisfy constraint: Member must not be null",
    ]);
    const absent = new client.DescribeTimeToLiveCommand({ TableName: 'None' });
    assert.deepEqual(await failureOf(open.api.send(absent)), [
      'ResourceNotFoundException',
      'Requested resource not found: Table: None not found',
    ]);
  });

  test('deletes what has expired with the next sweep, and nothing else', async () => {
    const clock = new VirtualClock();
    await using open = await openTables([TableName], { clock, properties: ttl('expires') });
    const now = Math.floor(clock.now() / 1000);
    const items: Readonly<Record<string, client.AttributeValue>> = {
      expired: { N: String(now + 60) },
      fraction: { N: `${now + 60}.5` },
      later: { N: String(now + 7200) },
      'long ago': { N: String(now - 6 * 365 * 86_400) },
      text: { S: String(now) },
    };
    for (const [id, expires] of Object.entries(items)) await open.put(TableName, { id: { S: id }, expires });
    await open.put(TableName, { id: { S: 'without' } });
    const all = await idsOf(open);
    await clock.advance(hourMs - 1);
    await turn();
    assert.deepEqual(await idsOf(open), all);
    await clock.advance(1);
    await untilIdsAre(open, ['later', 'long ago', 'text', 'without']);
    // The next sweep comes by itself.
    await turn();
    await clock.advance(hourMs);
    await untilIdsAre(open, ['long ago', 'text', 'without']);
  });

  test('leaves the items alone once it is switched off', async () => {
    const clock = new VirtualClock();
    await using open = await openTables([TableName], { clock, properties: ttl('expires') });
    await open.put(TableName, { id: { S: 'a' }, expires: { N: String(Math.floor(clock.now() / 1000)) } });
    await update(open, 'expires', false);
    await clock.advance(2 * hourMs);
    for (let count = 0; count < 50; count++) await turn();
    assert.deepEqual(await idsOf(open), ['a']);
  });

  test('goes with its table: one of the same name that is made later has none, and no policy', async () => {
    await using open = await openTables([TableName], { properties: ttl('expires') });
    const ResourceArn = `arn:aws:dynamodb:us-east-1:000000000000:table/${TableName}`;
    const Statement = { Effect: 'Allow', Principal: '*', Action: 'dynamodb:GetItem', Resource: ResourceArn };
    await open.api.send(new client.PutResourcePolicyCommand({ ResourceArn, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }));
    await open.api.send(new client.DeleteTableCommand({ TableName }));
    await client.waitUntilTableNotExists({ client: open.api, maxWaitTime: 20, minDelay: 0.01, maxDelay: 0.02 }, { TableName });
    await open.api.send(
      new client.CreateTableCommand({
        TableName,
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    assert.deepEqual(await describe(open), { TimeToLiveStatus: 'DISABLED' });
    assert.equal((await failureOf(open.api.send(new client.GetResourcePolicyCommand({ ResourceArn }))))[0], 'PolicyNotFoundException');
  });
});

suite('TimeToLiveSpecification', () => {
  const properties = (more: Properties): Properties => ({
    TableName,
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    ...more,
  });

  test('is followed by updates; another attribute needs two of them', async () => {
    await using account = await fakeAccount();
    const context = (more: Properties): ResourceContext => createContext(account, table, { logicalId: 'T', properties: properties(more) });
    const resource = await table.create(context(ttl('expires')));
    await assert.rejects(resource.update!(context(ttl('other'))), {
      message: 'TimeToLive is active on a different AttributeName: current AttributeName is expires',
    });
    await resource.update!(context(ttl('expires', false)));
    await resource.update!(context(ttl('other')));
    await resource.delete();
  });

  test('is kept across a restart, as the API has changed it since', async () => {
    using directory = stateDirectory();
    const start = async (kept?: ResourceContext['kept']) => {
      const state = await openSqliteState(directory.path);
      const open = await openTables([], { state });
      const context = createContext(open.account, table, { logicalId: 'T', properties: properties(ttl('expires')) });
      await table.create({ ...context, ...(kept === undefined ? {} : { kept }) });
      return { open, state };
    };
    const first = await start();
    await update(first.open, 'expires', false);
    await update(first.open, 'other', true);
    await first.state.close();
    await first.open[Symbol.asyncDispose]();
    const second = await start({ properties: properties(ttl('expires')), metadata: {} });
    assert.deepEqual(await describe(second.open), { TimeToLiveStatus: 'ENABLED', AttributeName: 'other' });
    await second.state.close();
    await second.open[Symbol.asyncDispose]();
  });
});
