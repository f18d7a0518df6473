import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { crc32 } from 'node:zlib';
import * as client from '@aws-sdk/client-dynamodb';
import { failureOf } from '../aws-client.ts';
import { openTables, type OpenTables } from './open-tables.ts';

type Item = Record<string, client.AttributeValue>;

const byOwner = {
  AttributeDefinitions: [
    { AttributeName: 'id', AttributeType: 'S' },
    { AttributeName: 'rank', AttributeType: 'N' },
    { AttributeName: 'owner', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'id', KeyType: 'HASH' },
    { AttributeName: 'rank', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byOwner',
      KeySchema: [
        { AttributeName: 'owner', KeyType: 'HASH' },
        { AttributeName: 'rank', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
};

/** A table with a sort key and an index. */
function open(): Promise<OpenTables> {
  return openTables(['Ranks'], { properties: byOwner });
}

const item = (id: string, rank: string, more: Item = {}): Item => ({ id: { S: id }, rank: { N: rank }, ...more });

function query({ api }: OpenTables, more: Partial<client.QueryCommandInput> = {}): Promise<client.QueryCommandOutput> {
  return api.send(
    new client.QueryCommand({
      TableName: 'Ranks',
      KeyConditionExpression: 'id = :id',
      ...more,
      ExpressionAttributeValues: { ':id': { S: 'a' }, ...more.ExpressionAttributeValues },
    }),
  );
}

const ranksOf = (items: readonly Item[] = []): unknown[] => items.map((each) => each['rank']?.N);

suite('items', () => {
  test('a call and its answer have the form of the JSON protocol (DDB-001)', async () => {
    await using opened = await open();
    const response = await fetch(opened.account.endpoint.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'DynamoDB_20120810.GetItem',
        authorization: 'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=c',
      },
      body: JSON.stringify({ TableName: 'Ranks', Key: item('none', '1') }),
    });
    const body = await response.text();
    assert.deepEqual([response.status, body], [200, '{}']);
    assert.equal(response.headers.get('content-type'), 'application/x-amz-json-1.0');
    assert.match(response.headers.get('x-amzn-requestid') ?? '', /^[A-Z0-9]{52}$/);
    assert.equal(response.headers.get('x-amz-crc32'), String(crc32(body)));
  });

  test('an item that is not there is an answer without one, not an error (DDB-004)', async () => {
    await using opened = await open();
    const { $metadata, ...answer } = await opened.api.send(new client.GetItemCommand({ TableName: 'Ranks', Key: item('none', '1') }));
    assert.deepEqual([$metadata.httpStatusCode, answer], [200, {}]);
  });

  test('a table that is not there is missed in the words of its plane (DDB-003)', async () => {
    await using opened = await open();
    const { api } = opened;
    const Key = item('a', '1');
    const ofData = ['ResourceNotFoundException', 'Requested resource not found'];
    const calls = [
      api.send(new client.GetItemCommand({ TableName: 'None', Key })),
      api.send(new client.PutItemCommand({ TableName: 'None', Item: Key })),
      api.send(new client.ScanCommand({ TableName: 'None' })),
      api.send(new client.BatchGetItemCommand({ RequestItems: { None: { Keys: [Key] } } })),
    ];
    for (const call of calls) assert.deepEqual(await failureOf(call), ofData);
    const ofControl = ['ResourceNotFoundException', 'Requested resource not found: Table: None not found'];
    assert.deepEqual(await failureOf(api.send(new client.DescribeTableCommand({ TableName: 'None' }))), ofControl);
    assert.deepEqual(await failureOf(api.send(new client.DeleteTableCommand({ TableName: 'None' }))), ofControl);
  });

  test('a failed condition tells the item that it failed on where that is asked for (DDB-005)', async () => {
    await using opened = await open();
    const old = item('a', '1', { owner: { S: 'ada' } });
    await opened.put('Ranks', old);
    const failure = async (ReturnValuesOnConditionCheckFailure?: client.ReturnValuesOnConditionCheckFailure): Promise<unknown> => {
      const put = new client.PutItemCommand({
        TableName: 'Ranks',
        Item: item('a', '1'),
        ConditionExpression: 'attribute_not_exists(id)',
        ReturnValuesOnConditionCheckFailure,
      });
      try {
        return await opened.api.send(put);
      } catch (error) {
        assert.ok(error instanceof client.ConditionalCheckFailedException);
        return [error.message, error.Item];
      }
    };
    assert.deepEqual(await failure(), ['The conditional request failed', undefined]);
    assert.deepEqual(await failure('NONE'), ['The conditional request failed', undefined]);
    assert.deepEqual(await failure('ALL_OLD'), ['The conditional request failed', old]);
  });

  test('keys and values that do not fit are refused in the words of AWS (DDB-006)', async () => {
    await using opened = await open();
    const { api } = opened;
    const TableName = 'Ranks';
    const empty =
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id';
    const schema = 'The provided key element does not match the schema';
    const invalid = 'One or more parameter values were invalid: ';
    const cases: readonly (readonly [() => Promise<unknown>, string])[] = [
      [() => api.send(new client.GetItemCommand({ TableName, Key: { id: { S: 'a' } } })), schema],
      [() => api.send(new client.GetItemCommand({ TableName, Key: { id: { N: '1' }, rank: { N: '1' } } })), schema],
      [() => api.send(new client.PutItemCommand({ TableName, Item: { id: { S: 'a' } } })), `${invalid}Missing the key rank in the item`],
      [
        () => api.send(new client.PutItemCommand({ TableName, Item: { id: { N: '1' }, rank: { N: '1' } } })),
        `${invalid}Type mismatch for key id expected: S actual: N`,
      ],
      [() => api.send(new client.PutItemCommand({ TableName, Item: item('', '1') })), empty],
      [() => api.send(new client.GetItemCommand({ TableName, Key: item('', '1') })), empty],
      [() => api.send(new client.DeleteItemCommand({ TableName, Key: item('', '1') })), empty],
      [() => api.send(new client.BatchGetItemCommand({ RequestItems: { Ranks: { Keys: [item('', '1')] } } })), empty],
      [
        () =>
          query(opened, {
            KeyConditionExpression: '#r = :id',
            ExpressionAttributeNames: { '#r': 'rank' },
            ExpressionAttributeValues: { ':id': { N: '1' } },
          }),
        'Query condition missed key schema element: id',
      ],
      [
        () => query(opened, { ExpressionAttributeValues: { ':q': { S: 'x' } } }),
        'Value provided in ExpressionAttributeValues unused in expressions: keys: {:q}',
      ],
    ];
    for (const [call, message] of cases) assert.deepEqual(await failureOf(call()), ['ValidationException', message]);
  });

  test('an empty text is no key of an index either, put alone, in a batch, in a transaction or by an update (DDB-006)', async () => {
    await using opened = await open();
    const { api } = opened;
    const [TableName, Key] = ['Ranks', item('a', '1')];
    const Item = item('a', '1', { owner: { S: '' } });
    const put =
      'One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: byOwner, IndexKey: owner';
    const update =
      'One or more parameter values are not valid. The update expression attempted to update a secondary index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty string value.';
    const set = {
      TableName,
      Key,
      UpdateExpression: 'SET #o = :v',
      ExpressionAttributeNames: { '#o': 'owner' },
      ExpressionAttributeValues: { ':v': { S: '' } },
    };
    const refused = async (call: Promise<unknown>, message: string): Promise<void> =>
      assert.deepEqual(await failureOf(call), ['ValidationException', message]);
    await refused(api.send(new client.PutItemCommand({ TableName, Item })), put);
    const batch = { Ranks: [{ PutRequest: { Item: item('b', '1', { note: { S: '' } }) } }, { PutRequest: { Item } }] };
    await refused(api.send(new client.BatchWriteItemCommand({ RequestItems: batch })), put);
    await refused(api.send(new client.TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item } }] })), put);
    await refused(api.send(new client.UpdateItemCommand(set)), update);
    await refused(api.send(new client.TransactWriteItemsCommand({ TransactItems: [{ Update: set }] })), update);
    await opened.put('Ranks', item('c', '1', { note: { S: '' } }));
    assert.equal((await api.send(new client.ScanCommand({ TableName }))).Count, 1);
  });

  test('an update reads every operand and finds every path in the item as it was before', async () => {
    await using opened = await open();
    const [TableName, Key] = ['Ranks', item('a', '1')];
    const list = { L: ['a', 'b', 'c', 'd'].map((S) => ({ S })) };
    const put = { ...Key, x: { M: { y: { N: '1' } } }, n: { N: '1' }, l: list };
    const update = async (UpdateExpression: string, more: Partial<client.UpdateItemCommandInput> = {}): Promise<Item> => {
      await opened.put(TableName, put);
      const output = await opened.api.send(
        new client.UpdateItemCommand({ TableName, Key, UpdateExpression, ReturnValues: 'ALL_NEW', ...more }),
      );
      const { Item: stored } = await opened.api.send(new client.GetItemCommand({ TableName, Key }));
      assert.deepEqual(stored, output.Attributes);
      return output.Attributes ?? {};
    };
    assert.deepEqual((await update('SET x.k = x'))['x'], { M: { y: { N: '1' }, k: { M: { y: { N: '1' } } } } });
    const added = await update('SET m = n ADD n :one', { ExpressionAttributeValues: { ':one': { N: '1' } } });
    assert.deepEqual([added['m'], added['n']], [{ N: '1' }, { N: '2' }]);
    const swapped = await update('SET x = n, n = x');
    assert.deepEqual([swapped['x'], swapped['n']], [put.n, put.x]);
    assert.deepEqual((await update('REMOVE l[0], l[1]'))['l'], { L: [{ S: 'c' }, { S: 'd' }] });
    const both = await update('REMOVE l[0] SET l[1] = :v', { ExpressionAttributeValues: { ':v': { S: 'B' } } });
    assert.deepEqual(both['l'], { L: [{ S: 'B' }, { S: 'c' }, { S: 'd' }] });
  });

  test('reserved words are refused in every expression, as they were written (DDB-011)', async () => {
    await using opened = await open();
    const { api } = opened;
    const [TableName, Key] = ['Ranks', item('a', '1')];
    const value = { ExpressionAttributeValues: { ':v': { S: 'x' } } };
    for (const word of ['role', 'roles', 'name', 'Status', 'USER', 'key', 'hash']) {
      const expected = (kind: string): readonly string[] => [
        'ValidationException',
        `Invalid ${kind}Expression: Attribute name is a reserved keyword; reserved keyword: ${word}`,
      ];
      const condition = `${word} = :v`;
      const calls = {
        Filter: new client.ScanCommand({ TableName, FilterExpression: condition, ...value }),
        KeyCondition: new client.QueryCommand({ TableName, KeyConditionExpression: condition, ...value }),
        Condition: new client.PutItemCommand({ TableName, Item: Key, ConditionExpression: condition, ...value }),
        Projection: new client.GetItemCommand({ TableName, Key, ProjectionExpression: word }),
        Update: new client.UpdateItemCommand({ TableName, Key, UpdateExpression: `SET ${condition}`, ...value }),
      };
      for (const [kind, command] of Object.entries(calls)) assert.deepEqual(await failureOf(api.send(command as never)), expected(kind));
    }
  });
});

suite('Query', () => {
  test('answers by the sort key, numbers as numbers and text by its bytes, forward or backward (DDB-009)', async () => {
    await using opened = await open();
    for (const rank of ['10', '9', '-1', '0', '-20', '1.5']) await opened.put('Ranks', item('a', rank));
    const sorted = ['-20', '-1', '0', '1.5', '9', '10'];
    assert.deepEqual(ranksOf((await query(opened)).Items), sorted);
    assert.deepEqual(ranksOf((await query(opened, { ScanIndexForward: false })).Items), sorted.toReversed());
    await using texts = await openTables(['Texts'], {
      properties: {
        AttributeDefinitions: ['id', 'text'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        KeySchema: [
          { AttributeName: 'id', KeyType: 'HASH' },
          { AttributeName: 'text', KeyType: 'RANGE' },
        ],
      },
    });
    // In UTF-16 the last two are the other way round.
    const words = ['B', 'a', 'b', 'é', '\uFF5E', '\u{1F600}'];
    for (const text of words.toReversed()) await texts.put('Texts', { id: { S: 'a' }, text: { S: text } });
    const { Items = [] } = await query(texts, { TableName: 'Texts' });
    assert.deepEqual(
      Items.map((each) => each['text']?.S),
      words,
    );
  });

  test('counts a limit before the filter, and says where it stopped as long as there may be more (DDB-009)', async () => {
    await using opened = await open();
    for (const rank of ['1', '2', '3']) await opened.put('Ranks', item('a', rank, { even: { BOOL: rank === '2' } }));
    const filter = { FilterExpression: 'even = :yes', ExpressionAttributeValues: { ':yes': { BOOL: true } } };
    const first = await query(opened, { ...filter, Limit: 1 });
    assert.deepEqual([first.Count, first.ScannedCount, first.LastEvaluatedKey], [0, 1, item('a', '1')]);
    const second = await query(opened, { ...filter, Limit: 2, ExclusiveStartKey: first.LastEvaluatedKey });
    assert.deepEqual([ranksOf(second.Items), second.ScannedCount, second.LastEvaluatedKey], [['2'], 2, item('a', '3')]);
    const last = await query(opened, { ...filter, ExclusiveStartKey: second.LastEvaluatedKey });
    assert.deepEqual([last.Count, last.LastEvaluatedKey], [0, undefined]);
  });

  test('finds items by a global index, which has what it projects and is never strongly consistent (DDB-010)', async () => {
    await using opened = await open();
    const ada = { owner: { S: 'ada' }, more: { S: 'x' } };
    await opened.put('Ranks', item('b', '2', ada));
    await opened.put('Ranks', item('a', '1', ada));
    await opened.put('Ranks', item('c', '3'));
    const ofAda = { IndexName: 'byOwner', KeyConditionExpression: '#o = :id', ExpressionAttributeNames: { '#o': 'owner' } };
    const values = { ExpressionAttributeValues: { ':id': { S: 'ada' } } };
    const { Items } = await query(opened, { ...ofAda, ...values });
    assert.deepEqual(Items, [item('a', '1', { owner: ada.owner }), item('b', '2', { owner: ada.owner })]);
    assert.deepEqual(await failureOf(query(opened, { ...ofAda, ...values, ConsistentRead: true })), [
      'ValidationException',
      'Consistent reads are not supported on global secondary indexes',
    ]);
    const scan = new client.ScanCommand({ TableName: 'Ranks', IndexName: 'byOwner', ConsistentRead: true });
    assert.deepEqual(await failureOf(opened.api.send(scan)), [
      'ValidationException',
      'Consistent reads are not supported on global secondary indexes',
    ]);
    await opened.api.send(new client.DeleteItemCommand({ TableName: 'Ranks', Key: item('a', '1') }));
    assert.deepEqual(ranksOf((await query(opened, { ...ofAda, ...values })).Items), ['2']);
    assert.equal((await query(opened, { TableName: 'Ranks', ConsistentRead: true })).Count, 0);
  });
});
