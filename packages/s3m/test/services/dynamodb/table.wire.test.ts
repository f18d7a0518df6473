import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { once } from 'node:events';
import test from 'node:test';
import { crc32 } from 'node:zlib';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ExecuteStatementCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { table } from '../../../src/services/dynamodb/table.ts';
import type { Properties } from '../../../src/services/resource-type.ts';
import { createContext, fakeAccount, type FakeAccount } from '../fake-account.ts';

const properties: Properties = {
  TableName: 'Roles',
  AttributeDefinitions: [{ AttributeName: 'subject', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'subject', KeyType: 'HASH' }],
  ProvisionedThroughput: { ReadCapacityUnits: '5', WriteCapacityUnits: 5 },
};

async function openTable(): Promise<{ account: FakeAccount; client: DynamoDBClient; [Symbol.asyncDispose](): Promise<void> }> {
  const account = await fakeAccount({ sockets: true, accountId: '123456789012', region: 'eu-west-1' });
  const created = await table.create(
    createContext(account, table, { logicalId: 'Roles', properties, metadata: { S3M: { seed: [{ subject: 'ada', roles: ['admin'] }] } } }),
  );
  const client = new DynamoDBClient({
    endpoint: account.endpoint.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  });
  return {
    account,
    client,
    async [Symbol.asyncDispose]() {
      client.destroy();
      await created.delete();
      await account[Symbol.asyncDispose]();
    },
  };
}

/** A request as the SDK makes it, over plain fetch, to see the headers. */
function post(url: string, operation: string, input: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
      'x-amz-date': '20260101T000000Z',
      authorization: 'AWS4-HMAC-SHA256 Credential=a/20260101/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=c',
      ...headers,
    },
    body: JSON.stringify(input),
  });
}

test('the AWS SDK reads what the Metadata put and what it puts itself', async () => {
  await using open = await openTable();
  const { client } = open;
  const ada = await client.send(new GetItemCommand({ TableName: 'Roles', Key: { subject: { S: 'ada' } }, ConsistentRead: true }));
  assert.deepEqual(ada.Item, { subject: { S: 'ada' }, roles: { L: [{ S: 'admin' }] } });
  await client.send(new PutItemCommand({ TableName: 'Roles', Item: { subject: { S: 'bob' }, roles: { SS: ['user'] } } }));
  assert.equal((await open.account.directory.find('table', 'Roles')!.scan()).length, 2);
  // DDB-004
  const nobody = await client.send(new GetItemCommand({ TableName: 'Roles', Key: { subject: { S: 'nobody' } } }));
  assert.equal(nobody.Item, undefined);
});

test('ARNs carry the account and region of the account, and a table is found by ARN too (DDB-022)', async () => {
  await using open = await openTable();
  const arn = 'arn:aws:dynamodb:eu-west-1:123456789012:table/Roles';
  const described = await open.client.send(new DescribeTableCommand({ TableName: arn }));
  assert.equal(described.Table?.TableArn, arn);
  assert.equal(described.Table?.TableStatus, 'ACTIVE');
});

test('errors have the names and texts of DynamoDB, where dynalite has none too (DDB-007, DDB-022)', async () => {
  await using open = await openTable();
  const { client } = open;
  await assert.rejects(client.send(new DescribeTableCommand({ TableName: 'None' })), {
    name: 'ResourceNotFoundException',
    message: 'Requested resource not found: Table: None not found',
  });
  await assert.rejects(client.send(new GetItemCommand({ TableName: 'None', Key: { subject: { S: 'x' } } })), {
    name: 'ResourceNotFoundException',
    message: 'Requested resource not found',
  });
  await assert.rejects(
    client.send(
      new CreateTableCommand({
        TableName: 'Roles',
        AttributeDefinitions: [{ AttributeName: 'a', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'a', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    ),
    { name: 'ResourceInUseException', message: 'Table already exists: Roles' },
  );
  await assert.rejects(
    client.send(
      new QueryCommand({ TableName: 'Roles', KeyConditionExpression: 'role = :r', ExpressionAttributeValues: { ':r': { S: 'x' } } }),
    ),
    {
      name: 'ValidationException',
      message: 'Invalid KeyConditionExpression: Attribute name is a reserved keyword; reserved keyword: role',
    },
  );
});

test('an operation that is not served is told by its name (DDB-021)', async () => {
  await using open = await openTable();
  const statement = new ExecuteStatementCommand({ Statement: 'SELECT * FROM Roles' });
  await assert.rejects(open.client.send(statement), { name: 'UnsupportedOperation' });
});

test('answers carry a request id and the checksum of their body', async () => {
  await using open = await openTable();
  for (const name of ['Roles', 'None']) {
    const response = await post(open.account.endpoint.url, 'DescribeTable', { TableName: name });
    const body = Buffer.from(await response.arrayBuffer());
    assert.match(response.headers.get('x-amzn-requestid') ?? '', /^[A-Z0-9]{52}$/);
    assert.equal(response.headers.get('x-amz-crc32'), String(crc32(body)));
  }
});

test('a web page gets no leave to read a table', async () => {
  await using open = await openTable();
  const response = await post(open.account.endpoint.url, 'Scan', { TableName: 'Roles' }, { origin: 'https://example.com' });
  await response.text();
  assert.equal(response.headers.get('access-control-allow-origin'), null);
});

test('a client that goes away in the middle of a request harms nobody', async () => {
  await using open = await openTable();
  const socket = connect(open.account.endpoint.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    'POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: DynamoDB_20120810.Scan\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: 100\r\n\r\n{',
  );
  socket.resetAndDestroy();
  await once(socket, 'close');
  const ada = await open.client.send(new GetItemCommand({ TableName: 'Roles', Key: { subject: { S: 'ada' } } }));
  assert.ok(ada.Item);
});

test('calls wait while an index is added', async () => {
  await using open = await openTable();
  const { account, client } = open;
  const resource = await table.create(
    createContext(account, table, { logicalId: 'Other', properties: { ...properties, TableName: 'Other' } }),
  );
  const changed = {
    ...properties,
    TableName: 'Other',
    AttributeDefinitions: [
      { AttributeName: 'subject', AttributeType: 'S' },
      { AttributeName: 'n', AttributeType: 'N' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byN',
        KeySchema: [{ AttributeName: 'n', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
        ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
      },
    ],
  };
  await client.send(new PutItemCommand({ TableName: 'Other', Item: { subject: { S: 'a' }, n: { N: '1' } } }));
  const updating = resource.update!(createContext(account, table, { logicalId: 'Other', properties: changed }));
  const read = await client.send(
    new QueryCommand({
      TableName: 'Other',
      IndexName: 'byN',
      KeyConditionExpression: 'n = :n',
      ExpressionAttributeValues: { ':n': { N: '1' } },
    }),
  );
  await updating;
  assert.equal(read.Count, 1);
});
