import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, suite, test } from 'node:test';
import dynalite from 'dynalite';
import db from 'dynalite/db/index.js';
import * as fc from 'fast-check';
import { DynaliteEngine } from '../../../src/services/dynamodb/dynalite-engine.ts';

const TableName = 'Things';
const definition = {
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'id', AttributeType: 'S' },
    { AttributeName: 'rank', AttributeType: 'N' },
  ],
  KeySchema: [
    { AttributeName: 'id', KeyType: 'HASH' },
    { AttributeName: 'rank', KeyType: 'RANGE' },
  ],
};

const value = fc.oneof(
  fc.record({ S: fc.constantFrom('a', 'b', '', 'é') }),
  fc.record({ N: fc.constantFrom('1', '2', '-1.5', '1e3', 'x') }),
  fc.constantFrom(
    { BOOL: true },
    { NULL: true },
    { NULL: false },
    { SS: ['a', 'b'] },
    { SS: [] },
    { L: [{ S: 'a' }] },
    { M: { k: { N: '1' } } },
  ),
  fc.constantFrom<unknown>({}, { X: 'a' }, { S: 1 }, { B: 'YQ==' }, { B: 'YQ' }, 'a', 1, []),
);
const good = fc.record({ id: fc.record({ S: fc.constantFrom('a', 'b') }), rank: fc.record({ N: fc.constantFrom('1', '2', '2.0') }) });
const key = fc.oneof(
  { weight: 3, arbitrary: good },
  { weight: 1, arbitrary: fc.dictionary(fc.constantFrom('id', 'rank', 'other'), value) },
);
const table = fc.oneof(
  { weight: 8, arbitrary: fc.constant(TableName) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>('None', 'x', '', 1, null) },
);
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const names = fc.constantFrom<unknown>({ '#n': 'name' }, { '#n': 'name', '#m': 'm' }, {}, { n: 'name' }, 'x');
const values = fc.constantFrom<unknown>({ ':v': { S: 'a' } }, { ':v': { N: '1' }, ':w': { S: 'a' } }, {}, { v: { S: 'a' } });
const condition = fc.constantFrom(
  'attribute_exists(id)',
  '#n = :v',
  'attribute_not_exists(#n)',
  'name = :v',
  'size(id) > :v',
  '',
  'nonsense',
);

const calls = fc.oneof(
  fc.tuple(
    fc.constant('GetItem'),
    fc.record({
      TableName: table,
      Key: fc.oneof({ weight: 6, arbitrary: key }, { weight: 1, arbitrary: fc.constantFrom<unknown>(undefined, null, [], 'a') }),
      ConsistentRead: maybe(fc.constantFrom<unknown>(true, false, 'true', 1)),
      ProjectionExpression: maybe(fc.constantFrom('id', '#n', 'm.k', 'id, id', 'role', 'm[0]', '')),
      ExpressionAttributeNames: maybe(names),
      AttributesToGet: maybe(fc.constantFrom<unknown>(['id'], ['id', 'id'], [], 'id')),
      ReturnConsumedCapacity: maybe(fc.constantFrom('TOTAL', 'INDEXES', 'NONE', 'x')),
      Unknown: maybe(fc.constant(1)),
    }),
  ),
  fc.tuple(
    fc.constantFrom('PutItem', 'DeleteItem', 'UpdateItem'),
    fc.record({
      TableName: table,
      Key: maybe(key),
      Item: maybe(fc.tuple(key, fc.dictionary(fc.constantFrom('name', 'm', 'x'), value)).map(([one, other]) => ({ ...other, ...one }))),
      ConditionExpression: maybe(condition),
      UpdateExpression: maybe(fc.constantFrom('SET #n = :v', 'REMOVE x', 'ADD x :v', 'SET id = :v', 'nonsense')),
      ExpressionAttributeNames: maybe(names),
      ExpressionAttributeValues: maybe(values),
      ReturnValues: maybe(fc.constantFrom('ALL_OLD', 'NONE', 'ALL_NEW', 'x')),
    }),
  ),
  fc.tuple(
    fc.constantFrom('Query', 'Scan'),
    fc.record({
      TableName: table,
      KeyConditionExpression: maybe(fc.constantFrom('id = :v', 'id = :v AND #n > :w', 'id > :v')),
      FilterExpression: maybe(condition),
      ExpressionAttributeNames: maybe(names),
      ExpressionAttributeValues: maybe(values),
      Limit: maybe(fc.constantFrom<unknown>(1, 0, '1')),
      Select: maybe(fc.constantFrom('COUNT', 'ALL_ATTRIBUTES', 'x')),
    }),
  ),
  fc.tuple(
    fc.constant('PutItem'),
    fc.tuple(good, fc.string()).map(([item, S]) => ({ TableName, Item: { ...item, name: { S } } })),
  ),
  fc.tuple(
    fc.constant('Query'),
    fc.record({
      TableName: fc.constant(TableName),
      KeyConditionExpression: fc.constantFrom('id = :v', ':v = id'),
      ExpressionAttributeValues: fc.constant({ ':v': { S: 'a' } }),
      ScanIndexForward: maybe(fc.boolean()),
      Limit: maybe(fc.constantFrom(1, 5)),
    }),
  ),
  fc.tuple(fc.constantFrom('DescribeTable', 'ListTables', 'Nothing'), fc.record({ TableName: table })),
);

suite('operations of dynalite without its server (DDB-024)', () => {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  let url = '';
  let engine: DynaliteEngine;

  before(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    engine = await DynaliteEngine.load();
    for (const each of [fromServer, fromEngine]) {
      await each('CreateTable', definition);
      for (let status = ''; status !== 'ACTIVE';) {
        const { output } = await each('DescribeTable', { TableName });
        status = (output['Table'] as { readonly TableStatus: string }).TableStatus;
      }
    }
  });
  after(() => server.close());

  interface Answer {
    readonly status: number;
    readonly output: Readonly<Record<string, unknown>>;
  }

  async function fromServer(operation: string, input: unknown): Promise<Answer> {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'x-amz-date': '20260101T000000Z',
        authorization: 'AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=b',
      },
      body: JSON.stringify(input),
    });
    return { status: response.status, output: withoutTimes(inWordsOfAws(await response.text())) };
  }

  async function fromEngine(operation: string, input: unknown): Promise<Answer> {
    const { status, text } = await engine.run(operation, JSON.parse(JSON.stringify(input)));
    return { status, output: withoutTimes(text) };
  }

  function inWordsOfAws(text: string): string {
    return text.replace('were invalid: The AttributeValue for a key attribute', 'are not valid. The AttributeValue for a key attribute');
  }

  function withoutTimes(text: string): Answer['output'] {
    return JSON.parse(text.replace(/"TableId":"[^"]*"|"\w+DateTime":[\d.]+/g, '"x":0')) as Answer['output'];
  }

  test('answer what its server answers, right or wrong, one after the other on the same items', async () => {
    const answered = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(calls, async ([operation, input]) => {
        const [ours, theirs] = [await fromEngine(operation, input), await fromServer(operation, input)];
        assert.deepEqual(ours, theirs);
        if (ours.status === 200) answered.set(operation, (answered.get(operation) ?? 0) + 1);
      }),
      { numRuns: 1500, seed: 5 },
    );
    // The property would hold of nothing but refusals, too.
    for (const operation of ['GetItem', 'PutItem', 'Query']) assert.ok((answered.get(operation) ?? 0) > 5, operation);
  });

  test('refuse what has no value, where its server would never answer', async () => {
    const { status, text } = await engine.run('GetItem', { TableName, Key: { id: null, rank: { N: '1' } } });
    assert.deepEqual([status, JSON.parse(text)], [400, { __type: 'com.amazon.coral.service#SerializationException' }]);
  });

  test('miss a table that is still being created, but where it is described (DDB-012)', async (context) => {
    context.mock.timers.enable({ apis: ['setTimeout'] });
    const young = { ...definition, TableName: 'Young' };
    const { output } = await fromEngine('CreateTable', young);
    assert.equal((output['TableDescription'] as { readonly TableStatus: string }).TableStatus, 'CREATING');
    const get = { TableName: 'Young', Key: { id: { S: 'a' }, rank: { N: '1' } } };
    assert.deepEqual(await fromEngine('GetItem', get), {
      status: 400,
      output: { __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException', message: 'Requested resource not found' },
    });
    const status = async (): Promise<unknown> =>
      ((await fromEngine('DescribeTable', { TableName: 'Young' })).output['Table'] as { readonly TableStatus: string }).TableStatus;
    assert.equal(await status(), 'CREATING');
    context.mock.timers.tick(1);
    while ((await status()) !== 'ACTIVE');
    assert.deepEqual(await fromEngine('GetItem', get), { status: 200, output: {} });
  });

  test('fail alone when they throw in a callback, and give back the lock of their item', async (context) => {
    const key = { id: { S: 'a' }, rank: { N: '7' } };
    await fromEngine('PutItem', { TableName, Item: { ...key, x: { M: {} } } });
    const measure = context.mock.method(db as unknown as { itemSize(): number }, 'itemSize', () => {
      throw new RangeError('out of reach of the caller');
    });
    const update = await fromEngine('UpdateItem', { TableName, Key: key, UpdateExpression: 'SET y = x' });
    measure.mock.restore();
    assert.deepEqual(update, {
      status: 500,
      output: { __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError', message: 'Internal server error' },
    });
    assert.deepEqual(await fromEngine('DeleteItem', { TableName, Key: key }), { status: 200, output: {} });
  });
});
