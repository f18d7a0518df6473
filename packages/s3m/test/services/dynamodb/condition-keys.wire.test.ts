import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as client from '@aws-sdk/client-dynamodb';
import { provideRole, roleCaller } from '../role-caller.ts';
import { openTables, type OpenTables } from './open-tables.ts';

const TableName = 'Notes';
const arn = `arn:aws:dynamodb:us-east-1:000000000000:table/${TableName}`;
const properties = {
  AttributeDefinitions: ['owner', 'title', 'topic'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  KeySchema: [
    { AttributeName: 'owner', KeyType: 'HASH' },
    { AttributeName: 'title', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    { IndexName: 'byTopic', KeySchema: [{ AttributeName: 'topic', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } },
  ],
};
const note = (owner: string, title = 't'): Record<string, client.AttributeValue> => ({ owner: { S: owner }, title: { S: title } });

/** The table, and a role that may do everything under a condition, beside `more`. */
async function open(Condition: object, ...more: readonly object[]): Promise<OpenTables> {
  const opened = await openTables([TableName], { properties, caller: roleCaller('App') });
  for (const owner of ['ada', 'bob']) {
    await opened.account.directory.find('table', TableName)!.put({ ...note(owner), secret: { S: 'x' } });
  }
  const all = { Effect: 'Allow', Action: 'dynamodb:*', Resource: [arn, `${arn}/index/*`], Condition };
  provideRole(opened.account, 'App', [all, ...more]);
  return opened;
}

async function isAllowed({ api }: OpenTables, command: unknown): Promise<boolean> {
  try {
    await api.send(command as never);
    return true;
  } catch (error) {
    assert.equal((error as Error).name, 'AccessDeniedException', String(error));
    return false;
  }
}

/** Which of the commands may be sent. */
async function allowed(opened: OpenTables, commands: Readonly<Record<string, unknown>>): Promise<readonly string[]> {
  const names: string[] = [];
  for (const [name, command] of Object.entries(commands)) if (await isAllowed(opened, command)) names.push(name);
  return names;
}

function commandsOn(owner: string): Readonly<Record<string, unknown>> {
  const Key = note(owner);
  const values = { ExpressionAttributeValues: { ':v': { S: owner } } };
  return {
    get: new client.GetItemCommand({ TableName, Key }),
    put: new client.PutItemCommand({ TableName, Item: Key }),
    update: new client.UpdateItemCommand({ TableName, Key, UpdateExpression: 'SET a = :v', ...values }),
    query: new client.QueryCommand({
      TableName,
      KeyConditionExpression: ':v = #o AND begins_with(title, :t)',
      ExpressionAttributeNames: { '#o': 'owner' },
      ExpressionAttributeValues: { ...values.ExpressionAttributeValues, ':t': { S: 't' } },
    }),
    'old query': new client.QueryCommand({
      TableName,
      KeyConditions: { owner: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: owner }] } },
    }),
    batchGet: new client.BatchGetItemCommand({ RequestItems: { [arn]: { Keys: [note('ada', 'x'), Key] } } }),
    batchWrite: new client.BatchWriteItemCommand({
      RequestItems: { [TableName]: [{ PutRequest: { Item: note('ada', 'x') } }, { DeleteRequest: { Key: note(owner, 'y') } }] },
    }),
    transactGet: new client.TransactGetItemsCommand({ TransactItems: [{ Get: { TableName, Key } }] }),
    transactWrite: new client.TransactWriteItemsCommand({
      TransactItems: [
        { Put: { TableName, Item: note('ada', 'x') } },
        { ConditionCheck: { TableName, Key, ConditionExpression: 'attribute_exists(title)' } },
      ],
    }),
    delete: new client.DeleteItemCommand({ TableName, Key }),
  };
}

suite('conditions on what a request asks of a table (IAM-021)', () => {
  test('dynamodb:LeadingKeys holds callers to the items of their partition, in every operation', async () => {
    await using opened = await open({ 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['ada'] } });
    const mine = commandsOn('ada');
    assert.deepEqual(await allowed(opened, mine), Object.keys(mine));
    assert.deepEqual(await allowed(opened, commandsOn('bob')), []);
  });

  test('dynamodb:LeadingKeys goes by what the operation goes by, and of an index by its own partition key', async () => {
    await using opened = await open({ 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['ada'] } });
    const byTopic = {
      TableName,
      IndexName: 'byTopic',
      KeyConditionExpression: 'topic = :v',
      ExpressionAttributeValues: { ':v': { S: 'ada' } },
    };
    const ofBob = { ...byTopic, ExpressionAttributeValues: { ':v': { S: 'bob' } } };
    assert.equal(await isAllowed(opened, new client.QueryCommand(byTopic)), true);
    assert.equal(await isAllowed(opened, new client.QueryCommand(ofBob)), false);
    // A scan of the index names none, as one of the table: every one of none is right.
    assert.equal(await isAllowed(opened, new client.ScanCommand({ TableName, IndexName: 'byTopic' })), true);
    assert.equal(await isAllowed(opened, new client.QueryCommand({ ...byTopic, IndexName: 'other' })), false, 'no such index');
    // A key beside the item is not looked at.
    const put = { 'x-amz-target': 'DynamoDB_20120810.PutItem' };
    const response = await fetch(opened.account.endpoint.url, {
      method: 'POST',
      headers: {
        ...put,
        'content-type': 'application/x-amz-json-1.0',
        authorization: 'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=c',
      },
      body: JSON.stringify({ TableName, Key: note('ada'), Item: note('bob') }),
    });
    assert.match(await response.text(), /AccessDeniedException/);
  });

  test('dynamodb:Attributes and dynamodb:Select hold callers to some attributes', async () => {
    await using opened = await open({
      'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['owner', 'title', 'body'] },
      StringEqualsIfExists: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
    });
    const Key = note('ada');
    const value = { ExpressionAttributeValues: { ':v': { S: 'x' } } };
    const commands = {
      'get some': new client.GetItemCommand({ TableName, Key, ProjectionExpression: 'body.part, title' }),
      'get by names': new client.GetItemCommand({ TableName, Key, ProjectionExpression: '#b', ExpressionAttributeNames: { '#b': 'body' } }),
      'get other': new client.GetItemCommand({ TableName, Key, ProjectionExpression: '#b', ExpressionAttributeNames: { '#b': 'secret' } }),
      'get all': new client.GetItemCommand({ TableName, Key }),
      'get all by null': new client.GetItemCommand({ TableName, Key, ProjectionExpression: null as never }),
      'scan some': new client.ScanCommand({ TableName, ProjectionExpression: 'title' }),
      'filter by other': new client.ScanCommand({ TableName, ProjectionExpression: 'title', FilterExpression: 'secret = :v', ...value }),
      'set some': new client.UpdateItemCommand({ TableName, Key, UpdateExpression: 'SET body = :v', ...value }),
      'copy other': new client.UpdateItemCommand({ TableName, Key, UpdateExpression: 'SET body = secret' }),
      'ask for other': new client.UpdateItemCommand({
        TableName,
        Key,
        UpdateExpression: 'REMOVE body',
        ConditionExpression: 'NOT (body = :v OR size(secret) > :v)',
        ...value,
      }),
      'put other': new client.PutItemCommand({ TableName, Item: { ...Key, secret: { S: 'y' } } }),
    };
    assert.deepEqual(await allowed(opened, commands), ['get some', 'get by names', 'scan some', 'set some']);
  });

  test('dynamodb:EnclosingOperation, ReturnValues and FullTableScan are known; other keys let no Allow count', async () => {
    await using only = await open({ StringEquals: { 'dynamodb:EnclosingOperation': 'TransactWriteItems' } });
    assert.deepEqual(await allowed(only, commandsOn('ada')), ['transactWrite']);
    await using plain = await open({ StringEquals: { 'dynamodb:ReturnValues': 'NONE' } });
    const Key = note('ada');
    const returning = { old: 'ALL_OLD', none: 'NONE' } as const;
    const deletions = Object.entries(returning).map(([name, ReturnValues]) => [
      name,
      new client.DeleteItemCommand({ TableName, Key, ReturnValues }),
    ]);
    assert.deepEqual(await allowed(plain, Object.fromEntries(deletions) as Readonly<Record<string, unknown>>), ['none']);
    await using queries = await open({ Bool: { 'dynamodb:FullTableScan': 'false' } });
    assert.equal(await isAllowed(queries, new client.ScanCommand({ TableName })), false);
    await using unknown = await open({ StringLike: { 'dynamodb:FirstPartitionKeyValues': '*' } });
    assert.deepEqual(await allowed(unknown, commandsOn('ada')), []);
  });

  test('the name of an index counts only where an index is asked', async () => {
    await using opened = await openTables([TableName], { properties, caller: roleCaller('App') });
    provideRole(opened.account, 'App', [{ Effect: 'Allow', Action: 'dynamodb:*', Resource: `${arn}/index/*` }]);
    const query = { TableName, KeyConditionExpression: 'topic = :v', ExpressionAttributeValues: { ':v': { S: 'x' } } };
    assert.equal(await isAllowed(opened, new client.QueryCommand({ ...query, IndexName: 'byTopic' })), true);
    assert.equal(await isAllowed(opened, new client.ScanCommand({ TableName, IndexName: 'byTopic' })), true);
    const response = await fetch(opened.account.endpoint.url, {
      method: 'POST',
      headers: {
        'x-amz-target': 'DynamoDB_20120810.GetItem',
        'content-type': 'application/x-amz-json-1.0',
        authorization: 'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=c',
      },
      body: JSON.stringify({ TableName, Key: note('ada'), IndexName: 'byTopic' }),
    });
    assert.match(await response.text(), /AccessDeniedException/);
  });
});
