import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { startEngine, type Engine } from '../../src/engine/engine.ts';
import { runAwsCli } from '../run-aws-cli.ts';
import { rolesTable } from './roles-table.ts';

const template = {
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
      },
    },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'greeter',
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Code: { ZipFile: "exports.handler = async ({ name }) => { console.log('hello ' + name); return { greeting: 'hello ' + name }; };" },
      },
    },
    Table: rolesTable,
  },
};

suite('the AWS CLI against the AWS endpoint', () => {
  let directory: string;
  let engine: Engine;
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 's3m-cli-'));
    writeFileSync(join(directory, 'system.json'), JSON.stringify(template));
    engine = await startEngine({ directory, template: 'system.json', ports: { aws: 0 } });
  });
  after(async () => {
    await engine.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const variables = (): Record<string, string> => ({ ...engine.account.environment, ...engine.account.developer });
  const aws = async (...args: readonly string[]): Promise<string> => {
    const { status, stdout, stderr } = await runAwsCli([...args, '--output', 'json'], variables());
    assert.equal(status, 0, `aws ${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  const parsed = async (...args: readonly string[]): Promise<Record<string, unknown>> =>
    JSON.parse(await aws(...args)) as Record<string, unknown>;

  test('aws ssm puts and reads parameters', async () => {
    await aws('ssm', 'put-parameter', '--name', '/team/limit', '--type', 'SecureString', '--value', '5');
    const { Parameter } = await parsed('ssm', 'get-parameter', '--name', '/team/limit', '--with-decryption');
    assert.equal((Parameter as { readonly Value: string }).Value, '5');
    const { status, stderr } = await runAwsCli(['ssm', 'get-parameter', '--name', '/none'], variables());
    assert.notEqual(status, 0);
    assert.match(stderr, /An error occurred \(ParameterNotFound\) when calling the GetParameter operation/);
  });

  test('aws secretsmanager creates and reads secrets', async () => {
    await aws('secretsmanager', 'create-secret', '--name', 'db', '--secret-string', 'sesame');
    assert.equal((await parsed('secretsmanager', 'get-secret-value', '--secret-id', 'db'))['SecretString'], 'sesame');
  });

  test('aws dynamodb puts and reads items', async () => {
    await aws('dynamodb', 'put-item', '--table-name', 'Roles', '--item', '{"id":{"S":"ada"}}');
    assert.deepEqual(await parsed('dynamodb', 'get-item', '--table-name', 'Roles', '--key', '{"id":{"S":"ada"}}'), {
      Item: { id: { S: 'ada' } },
    });
  });

  test('aws lambda invoke runs a function, and aws logs shows what it said', async () => {
    const answer = join(directory, 'answer.json');
    await aws('lambda', 'invoke', '--function-name', 'greeter', '--payload', '{"name":"ada"}', answer);
    assert.deepEqual(JSON.parse(readFileSync(answer, 'utf8')), { greeting: 'hello ada' });
    const { events } = await parsed(
      'logs',
      'filter-log-events',
      '--log-group-name',
      '/aws/lambda/greeter',
      '--filter-pattern',
      '"hello ada"',
    );
    assert.match((events as readonly { readonly message: string }[])[0]?.message ?? '', /\tINFO\thello ada/);
  });
});
