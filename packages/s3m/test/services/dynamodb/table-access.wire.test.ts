import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as client from '@aws-sdk/client-dynamodb';
import { table } from '../../../src/services/dynamodb/table.ts';
import { clientOf, failureOf } from '../aws-client.ts';
import { createContext, fakeAccount, type FakeAccount } from '../fake-account.ts';
import { provideRole, roleCaller } from '../role-caller.ts';

const arn = 'arn:aws:dynamodb:us-east-1:000000000000:table/Roles';
const Key = { id: { S: 'a' } };

interface Open extends AsyncDisposable {
  readonly account: FakeAccount;
  readonly api: client.DynamoDBClient;
}

/** The tables Roles and Others, and a client with the credentials of a role that has these statements. */
async function open(...statements: readonly object[]): Promise<Open> {
  const account = await fakeAccount({ sockets: true, caller: roleCaller('App') });
  provideRole(account, 'App', statements);
  for (const TableName of ['Roles', 'Others']) {
    const properties = {
      TableName,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    };
    await table.create(createContext(account, table, { logicalId: TableName, properties, metadata: { S3M: { seed: [{ id: 'a' }] } } }));
  }
  const api = clientOf(account, client.DynamoDBClient);
  return {
    account,
    api,
    async [Symbol.asyncDispose]() {
      api.destroy();
      await account[Symbol.asyncDispose]();
    },
  };
}

const allow = (Action: string, Resource: string): object => ({ Effect: 'Allow', Action, Resource });

function denied(action: string, resource: string): readonly string[] {
  return [
    'AccessDeniedException',
    `User: arn:aws:sts::000000000000:assumed-role/App/x is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
  ];
}

suite('what a role may do with tables', () => {
  test('a batch needs leave for each of its tables (IAM-035)', async () => {
    await using opened = await open(allow('dynamodb:Batch*', arn));
    const { api } = opened;
    const { Responses } = await api.send(new client.BatchGetItemCommand({ RequestItems: { Roles: { Keys: [Key] } } }));
    assert.deepEqual(Responses, { Roles: [Key] });
    const both = new client.BatchGetItemCommand({ RequestItems: { Roles: { Keys: [Key] }, Others: { Keys: [Key] } } });
    const others = arn.replace('Roles', 'Others');
    assert.deepEqual(await failureOf(api.send(both)), denied('dynamodb:BatchGetItem', others));
    const write = new client.BatchWriteItemCommand({ RequestItems: { Others: [{ DeleteRequest: { Key } }] } });
    assert.deepEqual(await failureOf(api.send(write)), denied('dynamodb:BatchWriteItem', others));
  });

  test('a table that a batch names by its ARN is answered for by its ARN', async () => {
    await using opened = await open(allow('dynamodb:BatchGetItem', arn));
    const { Responses } = await opened.api.send(new client.BatchGetItemCommand({ RequestItems: { [arn]: { Keys: [Key] } } }));
    assert.deepEqual(Responses, { [arn]: [Key] });
  });

  test('leave for a table of another account or region is none for the table of that name here (DDB-003)', async () => {
    const foreign = [arn.replace('000000000000', '999999999999'), arn.replace('us-east-1', 'eu-west-1')];
    await using opened = await open(...foreign.map((each) => allow('dynamodb:*', each)));
    for (const TableName of foreign) {
      assert.deepEqual(await failureOf(opened.api.send(new client.GetItemCommand({ TableName, Key }))), [
        'ResourceNotFoundException',
        'Requested resource not found',
      ]);
      assert.deepEqual(await failureOf(opened.api.send(new client.DescribeTableCommand({ TableName }))), [
        'ResourceNotFoundException',
        `Requested resource not found: Table: ${TableName} not found`,
      ]);
    }
    assert.deepEqual(
      await failureOf(opened.api.send(new client.GetItemCommand({ TableName: 'Roles', Key }))),
      denied('dynamodb:GetItem', arn),
    );
  });

  test('operations of the API before this one are unknown, not a way around IAM (DDB-001)', async () => {
    await using opened = await open();
    for (const target of ['DynamoDB_20111205.GetItem', 'DynamoDB_20120810.Nothing', 'DynamoDB_20120810', 'DynamoDB_20120810.getItem']) {
      const response = await fetch(opened.account.endpoint.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': target,
          authorization: 'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=c',
        },
        body: JSON.stringify({ TableName: 'Roles', Key }),
      });
      const answer = await response.text();
      assert.deepEqual([response.status, answer], [400, '{"__type":"com.amazon.coral.service#UnknownOperationException"}'], target);
    }
  });
});
