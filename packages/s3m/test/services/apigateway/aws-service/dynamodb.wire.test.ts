import assert from 'node:assert/strict';
import test from 'node:test';
import { aws as kind } from '../../../../src/services/apigateway/lambda/aws.ts';
import { role } from '../../../../src/services/iam/role.ts';
import { table } from '../../../../src/services/dynamodb/table.ts';
import type { Properties } from '../../../../src/services/resource-type.ts';
import { openGateway, type Gateway } from '../gateway-fixture.ts';

const uri = (action: string) => `arn:aws:apigateway:us-east-1:dynamodb:action/${action}`;

async function openTable(gateway: Gateway): Promise<void> {
  const statement = { Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:PutItem'], Resource: '*' };
  await gateway.create(role, 'TablesRole', {
    RoleName: 'tables',
    AssumeRolePolicyDocument: {
      Statement: [{ Effect: 'Allow', Principal: { Service: 'apigateway.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    Policies: [{ PolicyName: 'inline', PolicyDocument: { Version: '2012-10-17', Statement: [statement] } }],
  });
  await gateway.create(table, 'Roles', {
    TableName: 'Roles',
    AttributeDefinitions: [{ AttributeName: 'subject', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'subject', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  });
}

/** An integration with an action of DynamoDB. */
function action(name: string, template: string, more: Properties = {}): Properties {
  return {
    Integration: {
      Type: 'AWS',
      IntegrationHttpMethod: 'POST',
      Uri: uri(name),
      Credentials: 'arn:aws:iam::000000000000:role/tables',
      RequestTemplates: { 'application/json': template },
      IntegrationResponses: [
        { StatusCode: '200', ResponseTemplates: { 'application/json': `{"roles": $input.json('$.Item.roles.SS')}` } },
        { StatusCode: '400', SelectionPattern: '4\\d\\d', ResponseTemplates: { 'application/json': `{"type": $input.json('$.__type')}` } },
      ],
      ...more,
    },
  };
}

test('An action gets the body of the request template; its status selects the response (AG-308, AG-309)', async () => {
  await using gateway = await openGateway();
  await openTable(gateway);
  const put = `{"TableName": "Roles", "Item": {"subject": {"S": "$input.params('subject')"}, "roles": {"SS": $input.json('$.roles')}}}`;
  const get = (name: string) => `{"TableName": "${name}", "Key": {"subject": {"S": "$input.params('subject')"}}}`;
  await gateway.method('PUT', '/{subject}', action('PutItem', put));
  await gateway.method('GET', '/{subject}', action('GetItem', get('Roles')));
  await gateway.method('DELETE', '/{subject}', action('GetItem', get('Other')));
  await gateway.deploy();
  const headers = { 'Content-Type': 'application/json' };
  assert.equal((await gateway.send('/prod/ada', { method: 'PUT', headers, body: '{"roles":["admin"]}' })).status, 200);
  const found = await gateway.send('/prod/ada');
  assert.deepEqual([found.status, found.body], [200, '{"roles": ["admin"]}']);
  assert.deepEqual(gateway.trace(found).integration, { type: 'AWS', action: 'dynamodb:GetItem' });
  const missing = await gateway.send('/prod/ada', { method: 'DELETE' });
  assert.equal(missing.status, 400);
  assert.match(missing.body, /ResourceNotFoundException/);
});

test('Without a role every call is 500, and so is one to a service that does not run (AG-308)', async () => {
  await using gateway = await openGateway();
  await gateway.method('GET', '/role', action('ListTables', '{}', { Credentials: '' }));
  await gateway.method('GET', '/table', action('ListTables', '{}'));
  await gateway.deploy();
  const withoutRole = await gateway.send('/prod/role');
  assert.deepEqual([withoutRole.status, withoutRole.body], [500, '{"message": "Internal server error"}']);
  assert.match(gateway.trace(withoutRole).decision?.why ?? '', /without Credentials/);
  const withoutTable = await gateway.send('/prod/table');
  assert.equal(withoutTable.status, 500);
  assert.match(gateway.trace(withoutTable).decision?.why ?? '', /does not run/);
});

test('Only actions of DynamoDB are simulated', () => {
  const findings = (Uri: string) => kind.check({ Type: 'AWS', IntegrationHttpMethod: 'POST', Uri }, {}).map(({ kind: word }) => word);
  assert.deepEqual(findings(uri('GetItem')), []);
  assert.deepEqual(findings('arn:aws:apigateway:us-east-1:dynamodb:path//'), ['unsupported']);
  assert.deepEqual(findings('arn:aws:apigateway:us-east-1:sqs:path/000000000000/queue'), ['unsupported']);
});

test('An action that the role does not allow is answered as DynamoDB answers (IAM-035), and maps by its status', async () => {
  await using gateway = await openGateway();
  await openTable(gateway);
  const remove = '{"TableName": "Roles", "Key": {"subject": {"S": "ada"}}}';
  await gateway.method('DELETE', '/{subject}', action('DeleteItem', remove));
  await gateway.deploy();
  const refused = await gateway.send('/prod/ada', { method: 'DELETE' });
  assert.deepEqual([refused.status, refused.body], [400, '{"type": "com.amazon.coral.service#AccessDeniedException"}']);
});
