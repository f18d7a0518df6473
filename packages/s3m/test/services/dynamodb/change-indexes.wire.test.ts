import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as client from '@aws-sdk/client-dynamodb';
import { table } from '../../../src/services/dynamodb/table.ts';
import { stateDirectory } from '../../state/state-directory.ts';
import { failureOf } from '../aws-client.ts';
import { createContext } from '../fake-account.ts';
import { provideRole, roleCaller } from '../role-caller.ts';
import { openKeptTables, openTables, type OpenTables } from './open-tables.ts';

const TableName = 'Notes';
const owner = [{ AttributeName: 'owner', AttributeType: 'S' as const }];
const byOwner: client.CreateGlobalSecondaryIndexAction = {
  IndexName: 'byOwner',
  KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
  Projection: { ProjectionType: 'KEYS_ONLY' },
};

function change(
  { api }: OpenTables,
  update: client.GlobalSecondaryIndexUpdate,
  more: object = {},
): Promise<client.UpdateTableCommandOutput> {
  return api.send(new client.UpdateTableCommand({ TableName, GlobalSecondaryIndexUpdates: [update], ...more }));
}

async function describe({ api }: OpenTables): Promise<client.TableDescription> {
  return (await api.send(new client.DescribeTableCommand({ TableName }))).Table!;
}

async function ownedBy({ api }: OpenTables, name: string): Promise<unknown> {
  const { Items } = await api.send(
    new client.QueryCommand({
      TableName,
      IndexName: 'byOwner',
      KeyConditionExpression: '#o = :o',
      ExpressionAttributeNames: { '#o': 'owner' },
      ExpressionAttributeValues: { ':o': { S: name } },
    }),
  );
  return Items;
}

const note = (id: string, name?: client.AttributeValue): Record<string, client.AttributeValue> => ({
  id: { S: id },
  text: { S: 'x' },
  ...(name === undefined ? {} : { owner: name }),
});

suite('UpdateTable', () => {
  test('makes an index with the items that are there, and deletes it again', async () => {
    await using open = await openTables([TableName, 'Notes-2']);
    await open.put(TableName, note('a', { S: 'ada' }));
    await open.put(TableName, note('b', { N: '1' }));
    await open.put(TableName, note('c'));
    await open.put('Notes-2', note('d', { S: 'ada' }));
    const { TableDescription: making } = await change(open, { Create: byOwner }, { AttributeDefinitions: owner });
    assert.equal(making?.TableStatus, 'UPDATING');
    assert.deepEqual(
      [making.GlobalSecondaryIndexes?.[0]?.IndexStatus, making.GlobalSecondaryIndexes?.[0]?.Backfilling],
      ['CREATING', true],
    );
    const made = await describe(open);
    assert.deepEqual([made.TableStatus, made.GlobalSecondaryIndexes?.[0]?.IndexStatus], ['ACTIVE', 'ACTIVE']);
    assert.equal(made.GlobalSecondaryIndexes?.[0]?.IndexArn, 'arn:aws:dynamodb:us-east-1:000000000000:table/Notes/index/byOwner');
    assert.deepEqual(
      made.AttributeDefinitions?.map(({ AttributeName: name }) => name),
      ['id', 'owner'],
    );
    await open.put(TableName, note('e', { S: 'ada' }));
    const keys = (id: string): object => ({ id: { S: id }, owner: { S: 'ada' } });
    assert.deepEqual(new Set((await ownedBy(open, 'ada')) as object[]), new Set([keys('a'), keys('e')]));
    const { TableDescription: deleting } = await change(open, { Delete: { IndexName: 'byOwner' } });
    assert.equal(deleting?.GlobalSecondaryIndexes?.[0]?.IndexStatus, 'DELETING');
    const without = await describe(open);
    assert.equal(without.GlobalSecondaryIndexes, undefined);
    assert.deepEqual(
      without.AttributeDefinitions?.map(({ AttributeName: name }) => name),
      ['id'],
    );
    assert.deepEqual(await failureOf(ownedBy(open, 'ada')), [
      'ValidationException',
      'The table does not have the specified index: byOwner',
    ]);
    // What it had is gone, too.
    await open.api.send(new client.DeleteItemCommand({ TableName, Key: { id: { S: 'a' } } }));
    await change(open, { Create: byOwner }, { AttributeDefinitions: owner });
    assert.deepEqual(await ownedBy(open, 'ada'), [keys('e')]);
  });

  test('refuses changes of indexes in the words of AWS', async () => {
    await using open = await openTables([TableName]);
    await change(open, { Create: byOwner }, { AttributeDefinitions: owner });
    assert.deepEqual(await failureOf(change(open, { Create: byOwner })), [
      'ValidationException',
      'Attempting to create an index which already exists',
    ]);
    const other = { ...byOwner, IndexName: 'other', KeySchema: [{ AttributeName: 'none', KeyType: 'HASH' as const }] };
    assert.deepEqual(await failureOf(change(open, { Create: other })), [
      'ValidationException',
      'One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [none], AttributeDefinitions: [id, owner]',
    ]);
    assert.deepEqual(await failureOf(change(open, { Delete: { IndexName: 'ghost' } })), [
      'ResourceNotFoundException',
      'Requested resource not found: Index ghost for table Notes',
    ]);
    const two = [{ Delete: { IndexName: 'byOwner' } }, { Create: { ...byOwner, IndexName: 'second' } }];
    assert.deepEqual(await failureOf(open.api.send(new client.UpdateTableCommand({ TableName, GlobalSecondaryIndexUpdates: two }))), [
      'LimitExceededException',
      'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table',
    ]);
    assert.equal((await describe(open)).GlobalSecondaryIndexes?.length, 1);
  });

  test('keeps an index that it has made across a restart', async () => {
    using directory = stateDirectory();
    const properties = {
      TableName,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    };
    const first = await openKeptTables(directory.path);
    await table.create(createContext(first.open.account, table, { logicalId: 'T', properties }));
    await first.open.put(TableName, note('a', { S: 'ada' }));
    await change(first.open, { Create: byOwner }, { AttributeDefinitions: owner });
    await first.stop();
    const second = await openKeptTables(directory.path);
    const context = createContext(second.open.account, table, { logicalId: 'T', properties });
    await table.create({ ...context, kept: { properties, metadata: {} } });
    assert.deepEqual(await ownedBy(second.open, 'ada'), [{ id: { S: 'a' }, owner: { S: 'ada' } }]);
    await second.stop();
  });

  test('that asks only for what changes nothing here answers the table as it is', async () => {
    await using open = await openTables([TableName]);
    const { TableDescription } = await open.api.send(
      new client.UpdateTableCommand({ TableName, TableClass: 'STANDARD_INFREQUENT_ACCESS' }),
    );
    assert.deepEqual([TableDescription?.TableName, TableDescription?.TableStatus], [TableName, 'ACTIVE']);
  });
});

suite('what is not served', () => {
  test('is told by its name, with what to do instead (DDB-021)', async () => {
    await using open = await openTables([TableName]);
    const { api } = open;
    const stream = { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' as const } };
    const create = (more: Partial<client.CreateTableCommandInput>): Promise<unknown> =>
      api.send(
        new client.CreateTableCommand({
          TableName: 'Special',
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          BillingMode: 'PAY_PER_REQUEST',
          ...more,
        }),
      );
    const cases: readonly (readonly [Promise<unknown>, RegExp])[] = [
      [
        api.send(new client.ExecuteStatementCommand({ Statement: 'SELECT * FROM Notes' })),
        /^ExecuteStatement of dynamodb is not served here; .* Use GetItem, Query, Scan/,
      ],
      [api.send(new client.CreateBackupCommand({ TableName, BackupName: 'b' })), /^CreateBackup of dynamodb .* --persist/],
      [api.send(new client.DescribeKinesisStreamingDestinationCommand({ TableName })), /no streams here/],
      [api.send(new client.ListGlobalTablesCommand({})), /one region here/],
      [
        api.send(new client.DescribeContributorInsightsCommand({ TableName })),
        /^DescribeContributorInsights of dynamodb .* AWS_ENDPOINT_URL_DYNAMODB, set before s3m up,/,
      ],
      [
        api.send(new client.UpdateTableCommand({ TableName, ...stream })),
        /^StreamSpecification of UpdateTable of dynamodb .* no streams here/,
      ],
      [create(stream), /^StreamSpecification of CreateTable/],
      [
        create({ ResourcePolicy: '{"Version":"2012-10-17","Statement":[]}' }),
        /^ResourcePolicy of CreateTable .* Put it with PutResourcePolicy/,
      ],
      [create({ DeletionProtectionEnabled: true }), /^DeletionProtectionEnabled of CreateTable .* nothing here holds a table/],
    ];
    const failures = await Promise.all(cases.map(([call]) => failureOf(call)));
    for (const [index, [name, message]] of failures.entries()) {
      assert.equal(name, 'UnsupportedOperation');
      assert.match(message, cases[index]![1]);
    }
    assert.deepEqual((await api.send(new client.ListTablesCommand({}))).TableNames, [TableName]);
  });

  test('backups and limits are described as AWS does of an account that has asked for nothing', async () => {
    await using open = await openTables([TableName]);
    const { ContinuousBackupsDescription } = await open.api.send(new client.DescribeContinuousBackupsCommand({ TableName }));
    assert.deepEqual(ContinuousBackupsDescription, {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
    });
    assert.equal((await open.api.send(new client.DescribeLimitsCommand({}))).TableMaxReadCapacityUnits, 40_000);
  });
});

suite('CreateTable', () => {
  const create = (Tags: client.Tag[]): client.CreateTableCommand =>
    new client.CreateTableCommand({
      TableName: 'Tagged',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      Tags,
    });
  const Tags = [{ Key: 'team', Value: 'a' }];
  const ResourceArn = 'arn:aws:dynamodb:us-east-1:000000000000:table/Tagged';

  test('takes tags, and needs leave for them', async () => {
    await using open = await openTables(['Other'], { caller: roleCaller('App') });
    provideRole(open.account, 'App', [{ Effect: 'Allow', Action: ['dynamodb:CreateTable', 'dynamodb:List*'], Resource: '*' }]);
    assert.match((await failureOf(open.api.send(create(Tags))))[1], /not authorized to perform: dynamodb:TagResource/);
    await using administrator = await openTables(['Other']);
    await administrator.api.send(create(Tags));
    const listed = await administrator.api.send(new client.ListTagsOfResourceCommand({ ResourceArn }));
    assert.deepEqual(listed.Tags, Tags);
  });

  test('leaves a table of another account alone when it is tagged by its ARN', async () => {
    await using open = await openTables(['Tagged']);
    const foreign = ResourceArn.replace('000000000000', '999999999999');
    assert.equal(
      (await failureOf(open.api.send(new client.TagResourceCommand({ ResourceArn: foreign, Tags }))))[0],
      'ResourceNotFoundException',
    );
    assert.deepEqual((await open.api.send(new client.ListTagsOfResourceCommand({ ResourceArn }))).Tags, []);
  });
});
