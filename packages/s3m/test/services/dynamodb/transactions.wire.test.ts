import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as client from '@aws-sdk/client-dynamodb';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import { openSqliteState } from '../../../src/state/sqlite-state.ts';
import { stateDirectory } from '../../state/state-directory.ts';
import { failureOf } from '../aws-client.ts';
import { provideRole, roleCaller } from '../role-caller.ts';
import { openKeptTables, openTables, type OpenTables } from './open-tables.ts';

const key = (id: string): Record<string, client.AttributeValue> => ({ id: { S: id } });
const put = (id: string, more: Record<string, client.AttributeValue> = {}, TableName = 'Alpha'): client.TransactWriteItem => ({
  Put: { TableName, Item: { ...key(id), ...more } },
});
const exists = 'attribute_exists(id)';

function add(id: string, amount: number, TableName = 'Alpha'): client.TransactWriteItem {
  return {
    Update: {
      TableName,
      Key: key(id),
      UpdateExpression: 'ADD amount :n',
      ConditionExpression: 'attribute_not_exists(amount) OR amount >= :least',
      ExpressionAttributeValues: { ':n': { N: String(amount) }, ':least': { N: String(-amount) } },
    },
  };
}

function write(
  { api }: OpenTables,
  TransactItems: client.TransactWriteItem[],
  more: object = {},
): Promise<client.TransactWriteItemsCommandOutput> {
  return api.send(new client.TransactWriteItemsCommand({ TransactItems, ...more }));
}

function read(
  { api }: OpenTables,
  TransactItems: client.TransactGetItem[],
  more: object = {},
): Promise<client.TransactGetItemsCommandOutput> {
  return api.send(new client.TransactGetItemsCommand({ TransactItems, ...more }));
}

async function cancelled(call: Promise<unknown>): Promise<readonly client.CancellationReason[]> {
  try {
    await call;
  } catch (error) {
    assert.ok(error instanceof client.TransactionCanceledException, String(error));
    const reasons = error.CancellationReasons ?? [];
    const codes = reasons.map(({ Code }) => Code).join(', ');
    assert.equal(error.message, `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`);
    return reasons;
  }
  throw new Error('the transaction was not cancelled');
}

suite('TransactWriteItems', () => {
  test('puts, updates, deletes and checks items of several tables together (DDB-007)', async () => {
    await using open = await openTables(['Alpha', 'Beta']);
    for (const id of ['update', 'delete', 'check']) await open.put('Alpha', { ...key(id), n: { N: '1' } });
    await write(open, [
      put('put', { n: { N: '2' } }, 'Beta'),
      {
        Update: {
          TableName: 'Alpha',
          Key: key('update'),
          UpdateExpression: 'ADD n :one',
          ExpressionAttributeValues: { ':one': { N: '1' } },
        },
      },
      { Delete: { TableName: 'Alpha', Key: key('delete') } },
      { ConditionCheck: { TableName: 'Alpha', Key: key('check'), ConditionExpression: exists } },
    ]);
    assert.deepEqual(await open.get('Beta', 'put'), { ...key('put'), n: { N: '2' } });
    assert.deepEqual(await open.get('Alpha', 'update'), { ...key('update'), n: { N: '2' } });
    assert.equal(await open.get('Alpha', 'delete'), undefined);
    assert.deepEqual(await open.get('Alpha', 'check'), { ...key('check'), n: { N: '1' } });
  });

  test('does nothing when one condition fails, and says of each action why, with the item where it was asked for (DDB-005)', async () => {
    await using open = await openTables(['Alpha']);
    const old = { ...key('old'), n: { N: '1' } };
    await open.put('Alpha', old);
    const fresh = 'attribute_not_exists(id)';
    const reasons = await cancelled(
      write(open, [
        put('new'),
        { Put: { TableName: 'Alpha', Item: key('old'), ConditionExpression: fresh, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } },
        { ConditionCheck: { TableName: 'Alpha', Key: key('absent'), ConditionExpression: exists } },
        { Delete: { TableName: 'Alpha', Key: key('other') } },
      ]),
    );
    const failed = { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' };
    assert.deepEqual(reasons, [{ Code: 'None' }, { ...failed, Item: old }, failed, { Code: 'None' }]);
    assert.equal(await open.get('Alpha', 'new'), undefined);
    assert.deepEqual(await open.get('Alpha', 'old'), old);
  });

  test('is cancelled by what only shows when it is done, with the text that the operation alone has (DDB-006)', async () => {
    await using open = await openTables(['Alpha'], {
      properties: {
        AttributeDefinitions: [
          { AttributeName: 'id', AttributeType: 'S' },
          { AttributeName: 'owner', AttributeType: 'S' },
        ],
        GlobalSecondaryIndexes: [
          { IndexName: 'byOwner', KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } },
        ],
      },
    });
    await open.put('Alpha', { ...key('a'), name: { S: 'x' } });
    const values = (value: client.AttributeValue): object => ({ ExpressionAttributeValues: { ':v': value } });
    const schema = 'The provided key element does not match the schema';
    const cases: readonly (readonly [client.TransactWriteItem, string])[] = [
      [
        { Put: { TableName: 'Alpha', Item: { id: { N: '5' } } } },
        'One or more parameter values were invalid: Type mismatch for key id expected: S actual: N',
      ],
      [
        put('b', { owner: { N: '5' } }),
        'One or more parameter values were invalid: Type mismatch for Index Key owner Expected: S Actual: N IndexName: byOwner',
      ],
      [{ Delete: { TableName: 'Alpha', Key: { id: { N: '5' } } } }, schema],
      [{ ConditionCheck: { TableName: 'Alpha', Key: { id: { L: [] } }, ConditionExpression: exists } }, schema],
      [
        {
          Update: {
            TableName: 'Alpha',
            Key: key('a'),
            UpdateExpression: 'ADD #n :v',
            ExpressionAttributeNames: { '#n': 'name' },
            ...values({ N: '1' }),
          },
        },
        'An operand in the update expression has an incorrect data type',
      ],
      [
        { Update: { TableName: 'Alpha', Key: key('a'), UpdateExpression: 'SET big = :v', ...values({ S: 'x'.repeat(409_600) }) } },
        'Item size to update has exceeded the maximum allowed size',
      ],
    ];
    for (const [action, Message] of cases) {
      assert.deepEqual(await cancelled(write(open, [put('other'), action])), [{ Code: 'None' }, { Code: 'ValidationError', Message }]);
    }
    assert.equal(await open.get('Alpha', 'other'), undefined);
  });

  test('is refused as a whole for what shows in the request, in the words of AWS (DDB-006, DDB-008)', async () => {
    await using open = await openTables(['Alpha']);
    const empty =
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id';
    const unused = { ExpressionAttributeValues: { ':v': { S: 'x' } } };
    const constraint = 'failed to satisfy constraint: Member must';
    const cases: readonly (readonly [client.TransactWriteItem[], string | RegExp])[] = [
      [[], `1 validation error detected: Value '[]' at 'transactItems' ${constraint} have length greater than or equal to 1`],
      [
        Array.from({ length: 101 }, (_, index) => put(String(index))),
        /^1 validation error detected: Value '\[.+\]' at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100$/s,
      ],
      [[put('a'), put('a')], 'Transaction request cannot include multiple operations on one item'],
      [
        [{ ...put('a'), Delete: { TableName: 'Alpha', Key: key('b') } }],
        'TransactItems can only contain one of Check, Put, Update or Delete',
      ],
      [[{}], 'Invalid Request: TransactWriteRequest should contain Delete or Put or Update request'],
      [
        [put('a'), { Delete: { TableName: 'bad!name', Key: key('a') } }],
        `1 validation error detected: Value 'bad!name' at 'transactItems.2.member.delete.tableName' ${constraint} satisfy regular expression pattern: [a-zA-Z0-9_.-]+`,
      ],
      [[put('')], empty],
      [[{ Delete: { TableName: 'Alpha', Key: key('') } }], empty],
      [
        [{ ConditionCheck: { TableName: 'Alpha', Key: key('a'), ConditionExpression: '' } }],
        'Invalid ConditionExpression: The expression can not be empty;',
      ],
      [
        [put('a'), { Delete: { TableName: 'Alpha', Key: key('b'), ConditionExpression: exists, ...unused } }],
        'Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}',
      ],
      [[put('a', { big: { S: 'x'.repeat(409_600) } })], 'Item size has exceeded the maximum allowed size'],
      [
        Array.from({ length: 12 }, (_, index) => put(String(index), { big: { S: 'x'.repeat(350_000) } })),
        /exceeded the maximum allowed size of 4 MB/,
      ],
    ];
    for (const [items, expected] of cases) {
      const [name, message] = await failureOf(write(open, items));
      assert.equal(name, 'ValidationException');
      if (typeof expected === 'string') assert.equal(message, expected);
      else assert.match(message, expected);
    }
    assert.deepEqual(await failureOf(write(open, [put('a', {}, 'None')])), ['ResourceNotFoundException', 'Requested resource not found']);
    assert.equal(await open.get('Alpha', 'a'), undefined);
  });

  test('is done once for a token, for ten minutes; another request with it is refused', async () => {
    const clock = new VirtualClock();
    await using open = await openTables(['Alpha'], { clock });
    const again = (amount: number): Promise<unknown> => write(open, [add('a', amount)], { ClientRequestToken: 'token' });
    const amount = async (): Promise<string | undefined> => (await open.get('Alpha', 'a'))?.['amount']?.N;
    await again(1);
    await again(1);
    assert.equal(await amount(), '1');
    assert.deepEqual(await failureOf(again(2)), [
      'IdempotentParameterMismatchException',
      'The request uses the same client token as a previous, but non-identical request.',
    ]);
    await clock.advance(600_000);
    await again(2);
    assert.equal(await amount(), '3');
  });

  test('that was cancelled may be tried again with its token', async () => {
    await using open = await openTables(['Alpha']);
    const check = { ConditionCheck: { TableName: 'Alpha', Key: key('b'), ConditionExpression: exists } };
    const again = (): Promise<unknown> => write(open, [add('a', 1), check], { ClientRequestToken: 'token' });
    await cancelled(again());
    await open.put('Alpha', key('b'));
    await again();
    assert.deepEqual(await open.get('Alpha', 'a'), { ...key('a'), amount: { N: '1' } });
  });

  test('consumes twice what its actions would alone', async () => {
    await using open = await openTables(['Alpha']);
    const { ConsumedCapacity } = await write(open, [put('a'), put('b')], { ReturnConsumedCapacity: 'TOTAL' });
    assert.deepEqual(ConsumedCapacity, [{ TableName: 'Alpha', CapacityUnits: 4, WriteCapacityUnits: 4 }]);
    const got = await read(open, [{ Get: { TableName: 'Alpha', Key: key('a') } }, { Get: { TableName: 'Alpha', Key: key('none') } }], {
      ReturnConsumedCapacity: 'INDEXES',
    });
    assert.deepEqual(got.ConsumedCapacity, [
      { TableName: 'Alpha', CapacityUnits: 4, ReadCapacityUnits: 4, Table: { CapacityUnits: 4, ReadCapacityUnits: 4 } },
    ]);
  });

  test('needs leave for each of its actions (IAM-035)', async () => {
    const arn = 'arn:aws:dynamodb:us-east-1:000000000000:table/Alpha';
    await using open = await openTables(['Alpha'], { caller: roleCaller('App') });
    provideRole(open.account, 'App', [{ Effect: 'Allow', Action: ['dynamodb:PutItem', 'dynamodb:GetItem'], Resource: arn }]);
    await write(open, [put('a')]);
    const [name, message] = await failureOf(write(open, [put('b'), { Delete: { TableName: 'Alpha', Key: key('a') } }]));
    assert.equal(name, 'AccessDeniedException');
    assert.match(message, /to perform: dynamodb:DeleteItem on resource: .*table\/Alpha because no identity-based policy/);
    assert.equal((await read(open, [{ Get: { TableName: arn, Key: key('a') } }])).Responses?.length, 1);
    assert.equal(await open.get('Alpha', 'b'), undefined);
  });
});

suite('TransactGetItems', () => {
  test('answers items in the order of the request, without those that are not there, and by projections', async () => {
    await using open = await openTables(['Alpha', 'Beta']);
    await open.put('Alpha', { ...key('a'), n: { N: '1' }, m: { N: '2' } });
    await open.put('Beta', key('b'));
    const { Responses } = await read(open, [
      { Get: { TableName: 'Beta', Key: key('b') } },
      { Get: { TableName: 'Alpha', Key: key('none') } },
      { Get: { TableName: 'Alpha', Key: key('a'), ProjectionExpression: '#n', ExpressionAttributeNames: { '#n': 'n' } } },
    ]);
    assert.deepEqual(Responses, [{ Item: key('b') }, {}, { Item: { n: { N: '1' } } }]);
  });

  test('is refused in the words of AWS (DDB-006)', async () => {
    await using open = await openTables(['Alpha']);
    const get = (Key: Record<string, client.AttributeValue>, more: object = {}): client.TransactGetItem => ({
      Get: { TableName: 'Alpha', Key, ...more },
    });
    assert.deepEqual(await cancelled(read(open, [get(key('a')), get({})])), [
      { Code: 'None' },
      { Code: 'ValidationError', Message: 'The provided key element does not match the schema' },
    ]);
    const cases: readonly (readonly [client.TransactGetItem[], string])[] = [
      [[get(key('a')), get(key('a'))], 'Transaction request cannot include multiple operations on one item'],
      [
        [get(key('a'), { ProjectionExpression: 'role' })],
        'Invalid ProjectionExpression: Attribute name is a reserved keyword; reserved keyword: role',
      ],
    ];
    for (const [items, message] of cases) assert.deepEqual(await failureOf(read(open, items)), ['ValidationException', message]);
    const absent = read(open, [{ Get: { TableName: 'None', Key: key('a') } }]);
    assert.deepEqual(await failureOf(absent), ['ResourceNotFoundException', 'Requested resource not found']);
  });

  test('never sees half of a transaction, nor do single reads after it: what is moved about stays the same in all', async () => {
    await using open = await openTables(['Alpha', 'Beta']);
    const accounts = [
      ['Alpha', 'a'],
      ['Alpha', 'b'],
      ['Beta', 'c'],
    ] as const;
    for (const [table, id] of accounts) await open.put(table, { ...key(id), amount: { N: '20' } });
    const move = async (round: number): Promise<boolean> => {
      const [from, to] = [accounts[round % 3]!, accounts[(round + 1 + (round % 2)) % 3]!];
      const amount = (round % 7) + 1;
      try {
        await write(open, [add(from[1], -amount, from[0]), add(to[1], amount, to[0])]);
        return true;
      } catch (error) {
        assert.ok(error instanceof client.TransactionCanceledException, String(error));
        return false;
      }
    };
    const sum = async (): Promise<number> => {
      const { Responses = [] } = await read(
        open,
        accounts.map(([TableName, id]) => ({ Get: { TableName, Key: key(id) } })),
      );
      return Responses.reduce((total, { Item }) => total + Number(Item?.['amount']?.N), 0);
    };
    const rounds = Array.from({ length: 60 }, (_, round) => round);
    const results = await Promise.all(rounds.map(async (round) => (round % 3 === 0 ? sum() : move(round))));
    assert.deepEqual(
      results.filter((result) => typeof result === 'number'),
      Array.from({ length: 20 }, () => 60),
    );
    assert.ok(results.includes(true));
    assert.equal(await sum(), 60);
  });
});

suite('a transaction that is kept', () => {
  test('is there after a restart as a whole, with its token and its indexes', async () => {
    using directory = stateDirectory();
    const first = await openKeptTables(directory.path);
    const { dynamoDbOf } = await import('../../../src/services/dynamodb/dynamodb-service.ts');
    const service = dynamoDbOf(first.open.account);
    await service.call('CreateTable', {
      TableName: 'Alpha',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['id', 'owner'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        { IndexName: 'byOwner', KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } },
      ],
    });
    await client.waitUntilTableExists({ client: first.open.api, maxWaitTime: 20, minDelay: 0.01, maxDelay: 0.02 }, { TableName: 'Alpha' });
    const ada = { owner: { S: 'ada' } };
    const request = [put('a', ada), put('b', ada), add('c', 1)];
    await write(first.open, request, { ClientRequestToken: 'token' });
    await first.stop();

    const second = await openKeptTables(directory.path);
    dynamoDbOf(second.open.account);
    await write(second.open, request, { ClientRequestToken: 'token' });
    assert.deepEqual(await second.open.get('Alpha', 'c'), { ...key('c'), amount: { N: '1' } });
    const { Count } = await second.open.api.send(
      new client.QueryCommand({
        TableName: 'Alpha',
        IndexName: 'byOwner',
        KeyConditionExpression: '#o = :o',
        ExpressionAttributeNames: { '#o': 'owner' },
        ExpressionAttributeValues: { ':o': { S: 'ada' } },
      }),
    );
    assert.equal(Count, 2);
    await second.stop();
  });

  test('and that cannot be, is refused and leaves nothing, not even its token', async () => {
    using directory = stateDirectory();
    let broken = false;
    const state = await openSqliteState(directory.path, { sync: () => (broken ? Promise.reject(new Error('EIO')) : Promise.resolve()) });
    const open = await openTables(['Alpha'], { state });
    const again = (): Promise<unknown> => write(open, [put('a'), put('b')], { ClientRequestToken: 'token' });
    broken = true;
    assert.equal((await failureOf(again()))[0], 'InternalServerError');
    assert.equal(await open.get('Alpha', 'a'), undefined);
    assert.equal((await failureOf(again()))[0], 'InternalServerError');
    await state.close().catch(() => {});
    await open[Symbol.asyncDispose]();
  });
});
