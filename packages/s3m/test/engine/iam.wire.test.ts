import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { BatchGetItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { startEngine, type Engine } from '../../src/engine/engine.ts';
import { openRoleSession } from '../../src/services/role-session.ts';
import { parsePolicy } from '../../src/policy/parse-policy.ts';

const arnOf = (id: string): object => ({ 'Fn::GetAtt': [id, 'Arn'] });
const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

function document(...Statement: readonly object[]): object {
  return { Version: '2012-10-17', Statement };
}

const read = { Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:BatchGetItem'], Resource: arnOf('Table') };

function template(statement: object, more: object = {}): object {
  return {
    Resources: {
      Table: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          TableName: 'Roles',
          AttributeDefinitions: ['id', 'team'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          GlobalSecondaryIndexes: [
            { IndexName: 'byTeam', KeySchema: [{ AttributeName: 'team', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } },
          ],
          BillingMode: 'PAY_PER_REQUEST',
        },
      },
      Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'reader', AssumeRolePolicyDocument: trust, ...more } },
      Policy: {
        Type: 'AWS::IAM::Policy',
        Properties: { PolicyName: 'read', Roles: [{ Ref: 'Role' }], PolicyDocument: document(statement) },
      },
    },
  };
}

/** With a policy of several statements. */
function templateOf(statements: readonly object[]): object {
  const [first, ...others] = statements.length === 0 ? [{ Effect: 'Allow', Action: 'dynamodb:ListTables', Resource: '*' }] : statements;
  const { Resources } = template(first!) as { readonly Resources: Record<string, { readonly Properties: object }> };
  const Policy = {
    ...Resources['Policy']!,
    Properties: { ...Resources['Policy']!.Properties, PolicyDocument: document(first!, ...others) },
  };
  return { Resources: { ...Resources, Policy } };
}

interface System extends AsyncDisposable {
  readonly engine: Engine;
  readonly client: DynamoDBClient;
  readonly notices: readonly string[];
  update(next: object): Promise<void>;
}

async function start(first: object, iam: 'enforce' | 'audit' = 'enforce', sessionPolicy?: object): Promise<System> {
  const directory = mkdtempSync(join(tmpdir(), 's3m-iam-'));
  const write = (next: object): void => writeFileSync(join(directory, 'system.json'), JSON.stringify(next));
  write(first);
  const notices: string[] = [];
  const engine = await startEngine({
    directory,
    template: 'system.json',
    ports: { aws: 0 },
    iam,
    onEvent: (event) => void (event.event === 'problem' && notices.push(event.message)),
  });
  const { account } = engine;
  const policies = sessionPolicy === undefined ? [] : [{ name: 'session', document: parsePolicy(sessionPolicy) }];
  const role = account.directory.find('role', 'arn:aws:iam::000000000000:role/reader')!;
  const credentials = openRoleSession(account, role, { sessionName: 'me', durationMs: 3_600_000, policies });
  const client = new DynamoDBClient({ endpoint: account.endpoint.url, region: 'us-east-1', credentials, maxAttempts: 1 });
  return {
    engine,
    client,
    notices,
    update: async (next) => {
      write(next);
      await engine.update();
    },
    async [Symbol.asyncDispose]() {
      client.destroy();
      await engine.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const get = new GetItemCommand({ TableName: 'Roles', Key: { id: { S: 'ada' } } });
const byTeam = new QueryCommand({
  TableName: 'Roles',
  IndexName: 'byTeam',
  KeyConditionExpression: 'team = :t',
  ExpressionAttributeValues: { ':t': { S: 'blue' } },
});
const put = new PutItemCommand({ TableName: 'Roles', Item: { id: { S: 'ada' } } });
const user = 'User: arn:aws:sts::000000000000:assumed-role/reader/me is not authorized to perform: ';
const table = 'arn:aws:dynamodb:us-east-1:000000000000:table/Roles';

function denied(action: string, resource: string, reason: string): object {
  return { name: 'AccessDeniedException', message: `${user}${action} on resource: ${resource} ${reason}` };
}

suite('what a role may do with a table', () => {
  test('is what its policies allow, and everything else is denied in the words of AWS (IAM-030, IAM-035)', async () => {
    await using system = await start(template(read));
    assert.equal((await system.client.send(get)).Item, undefined);
    await assert.rejects(
      system.client.send(put),
      denied('dynamodb:PutItem', table, 'because no identity-based policy allows the dynamodb:PutItem action'),
    );
    assert.deepEqual(
      system.notices.filter((line) => line.startsWith('Denied')),
      [
        `Denied: ${user}dynamodb:PutItem on resource: ${table} because no identity-based policy allows the dynamodb:PutItem action. Statement 0 would allow it, but its Action "dynamodb:getitem", "dynamodb:query", "dynamodb:batchgetitem" does not cover dynamodb:PutItem. Missing in its identity-based policy: {"Effect":"Allow","Action":"dynamodb:PutItem","Resource":"${table}"}`,
      ],
    );
  });

  test('an index needs a grant of its own, and each table of a batch (IAM-036)', async () => {
    await using system = await start(template(read));
    const query = { TableName: 'Roles', KeyConditionExpression: 'team = :t', ExpressionAttributeValues: { ':t': { S: 'blue' } } };
    await assert.rejects(
      system.client.send(new QueryCommand({ ...query, IndexName: 'byTeam' })),
      denied('dynamodb:Query', `${table}/index/byTeam`, 'because no identity-based policy allows the dynamodb:Query action'),
    );
    const keys = { Keys: [{ id: { S: 'ada' } }] };
    await system.client.send(new BatchGetItemCommand({ RequestItems: { Roles: keys } }));
    await assert.rejects(system.client.send(new BatchGetItemCommand({ RequestItems: { Roles: keys, Other: keys } })), {
      name: 'AccessDeniedException',
      message: /table\/Other because/,
    });
  });

  test('an explicit deny wins, a boundary and a session policy restrict, each is named (IAM-031, IAM-032)', async () => {
    const never = { PolicyName: 'never', PolicyDocument: document({ Effect: 'Deny', Action: 'dynamodb:*', Resource: '*' }) };
    await using forbidden = await start(template(read, { Policies: [never] }));
    await assert.rejects(
      forbidden.client.send(get),
      denied('dynamodb:GetItem', table, 'with an explicit deny in an identity-based policy'),
    );
    const boundary = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
    await using bounded = await start(template(read, { PermissionsBoundary: boundary }));
    await assert.rejects(
      bounded.client.send(get),
      denied('dynamodb:GetItem', table, 'because no permissions boundary allows the dynamodb:GetItem action'),
    );
    const onlyQuery = document({ Effect: 'Allow', Action: 'dynamodb:Query', Resource: '*' });
    await using narrow = await start(template(read), 'enforce', onlyQuery);
    await assert.rejects(
      narrow.client.send(get),
      denied('dynamodb:GetItem', table, 'because no session policy allows the dynamodb:GetItem action'),
    );
  });

  test('follows an update of the policy at once', async () => {
    await using system = await start(template(read));
    await system.client.send(get);
    await system.update(template({ ...read, Action: 'dynamodb:PutItem' }));
    await assert.rejects(system.client.send(get), { name: 'AccessDeniedException' });
    await system.client.send(put);
  });

  test('conditions see who calls: its role, tags and the time', async () => {
    const Condition = {
      ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::000000000000:role/reader' },
      StringEquals: { 'aws:PrincipalTag/team': 'blue', 'aws:PrincipalAccount': '000000000000' },
      DateGreaterThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' },
    };
    const blue = template({ ...read, Condition }, { Tags: [{ Key: 'team', Value: 'blue' }] });
    await using system = await start(blue);
    await system.client.send(get);
    await system.update(template({ ...read, Condition }, { Tags: [{ Key: 'team', Value: 'red' }] }));
    await assert.rejects(system.client.send(get), { name: 'AccessDeniedException' });
    // It came by no VPC endpoint, so the key is absent.
    await system.update(template({ ...read, Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' } } }));
    await assert.rejects(system.client.send(get), { name: 'AccessDeniedException' });
    await system.update(template({ ...read, Condition: { StringNotEquals: { 'aws:SourceVpc': 'vpc-1' } } }));
    await system.client.send(get);
    const unknown = { ...read, Condition: { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } };
    await system.update(template(unknown));
    await assert.rejects(system.client.send(get), { name: 'AccessDeniedException' }, 'what is not known allows nothing');
  });

  test('with --iam audit is only told, and the least policy that is lacking is known at the end', async () => {
    await using system = await start(template(read), 'audit');
    await system.client.send(put);
    await system.client.send(put);
    assert.equal(system.notices.filter((line) => line.startsWith('Would be denied: ')).length, 1);
    assert.deepEqual(system.engine.account.access.leastPolicies(), {
      'arn:aws:iam::000000000000:role/reader': {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: table }],
      },
    });
  });

  test('the least policy that --iam audit tells, put into the template, is enough once it is enforced, and no more than that', async () => {
    const calls = async (client: DynamoDBClient): Promise<void> => {
      await client.send(put);
      await client.send(get);
      await client.send(byTeam);
    };
    const statements = await (async () => {
      await using audited = await start(template({ Effect: 'Allow', Action: 'dynamodb:DescribeTable', Resource: '*' }), 'audit');
      await calls(audited.client);
      const policies = Object.values(audited.engine.account.access.leastPolicies()) as { readonly Statement: readonly object[] }[];
      return policies.flatMap(({ Statement }) => Statement);
    })();
    await using enforced = await start(templateOf(statements));
    await calls(enforced.client);
    await assert.rejects(enforced.client.send(new BatchGetItemCommand({ RequestItems: { Roles: { Keys: [{ id: { S: 'a' } }] } } })), {
      name: 'AccessDeniedException',
    });
    for (const statement of statements) {
      await enforced.update(templateOf(statements.filter((other) => other !== statement)));
      await assert.rejects(calls(enforced.client), { name: 'AccessDeniedException' }, JSON.stringify(statement));
    }
  });
});
