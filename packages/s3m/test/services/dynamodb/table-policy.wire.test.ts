import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as client from '@aws-sdk/client-dynamodb';
import { table } from '../../../src/services/dynamodb/table.ts';
import { tableOperations, unservedOperations } from '../../../src/services/dynamodb/table-operations.ts';
import { clientOf, failureOf } from '../aws-client.ts';
import { createContext, fakeAccount } from '../fake-account.ts';
import { provideRole, roleCaller } from '../role-caller.ts';

const arn = 'arn:aws:dynamodb:us-east-1:000000000000:table/Roles';

function policy(Effect: 'Allow' | 'Deny', Action: string): object {
  return {
    Version: '2012-10-17',
    Statement: { Effect, Principal: { AWS: 'arn:aws:iam::000000000000:role/App' }, Action, Resource: arn },
  };
}

function properties(ResourcePolicy?: object): Record<string, never> {
  return {
    TableName: 'Roles',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    ...(ResourcePolicy === undefined ? {} : { ResourcePolicy: { PolicyDocument: ResourcePolicy } }),
  } as unknown as Record<string, never>;
}

suite("a table's own policy", () => {
  test('lets in whom it names, and shuts out whom it denies, as the template says it (IAM-001, IAM-002, IAM-032)', async () => {
    await using account = await fakeAccount({ sockets: true, caller: roleCaller('App') });
    provideRole(account, 'App', []);
    const context = (document?: object) => createContext(account, table, { logicalId: 'T', properties: properties(document) });
    const created = await table.create(context(policy('Allow', 'dynamodb:GetItem')));
    const api = clientOf(account, client.DynamoDBClient);
    const get = (): Promise<unknown> => api.send(new client.GetItemCommand({ TableName: 'Roles', Key: { id: { S: 'a' } } }));
    await get();
    const who = `User: arn:aws:sts::000000000000:assumed-role/App/x is not authorized to perform: dynamodb:GetItem on resource: ${arn} `;
    await created.update!(context(policy('Deny', 'dynamodb:GetItem')));
    assert.deepEqual(await failureOf(get()), ['AccessDeniedException', `${who}with an explicit deny in a resource-based policy`]);
    await created.update!(context());
    assert.deepEqual(await failureOf(get()), [
      'AccessDeniedException',
      `${who}because no identity-based policy allows the dynamodb:GetItem action`,
    ]);
    api.destroy();
    await created.delete();
  });

  test('is put, read and deleted by the API', async () => {
    await using account = await fakeAccount({ sockets: true });
    const created = await table.create(createContext(account, table, { logicalId: 'T', properties: properties() }));
    const api = clientOf(account, client.DynamoDBClient);
    const Policy = JSON.stringify(policy('Allow', 'dynamodb:*'));
    const { RevisionId } = await api.send(new client.PutResourcePolicyCommand({ ResourceArn: arn, Policy }));
    const read = async (): Promise<unknown> => {
      const { $metadata: _, ...output } = await api.send(new client.GetResourcePolicyCommand({ ResourceArn: arn }));
      return output;
    };
    assert.deepEqual(await read(), { Policy, RevisionId });
    await api.send(new client.DeleteResourcePolicyCommand({ ResourceArn: arn }));
    assert.deepEqual(await failureOf(read()), [
      'PolicyNotFoundException',
      `Resource-based policy not found for the provided ResourceArn: ${arn}`,
    ]);
    const put = (ResourceArn: string, text: string): Promise<unknown> =>
      api.send(new client.PutResourcePolicyCommand({ ResourceArn, Policy: text }));
    assert.equal((await failureOf(put(arn, '{}')))[0], 'ValidationException');
    assert.equal((await failureOf(put(`${arn}x`, Policy)))[0], 'ResourceNotFoundException');
    api.destroy();
    await created.delete();
  });

  test('every operation that the SDK knows is served or named as not served (DDB-020, DDB-021)', () => {
    const known = Object.keys(client)
      .filter((name) => /^[A-Z]\w+Command$/.test(name))
      .map((name) => name.slice(0, -'Command'.length));
    assert.deepEqual([...tableOperations, ...unservedOperations].sort(), known.sort());
  });
});
