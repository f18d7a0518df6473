// One side of the comparison, in a process of its own: `endpoint`, or plain `dynalite`. Prints its port and, of ours, the credentials of a role.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import dynalite from 'dynalite';
import { startEngine } from '../../packages/s3m/src/engine/engine.ts';
import { openRoleSession } from '../../packages/s3m/src/services/role-session.ts';

const table = {
  TableName: 'Roles',
  AttributeDefinitions: [{ AttributeName: 'subject', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'subject', KeyType: 'HASH' }],
  BillingMode: 'PAY_PER_REQUEST',
};

const template = {
  Resources: {
    Table: { Type: 'AWS::DynamoDB::Table', Properties: table },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'authorizer',
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        Policies: [
          {
            PolicyName: 'read',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [
                { Effect: 'Allow', Action: 'logs:*', Resource: '*' },
                { Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:PutItem'], Resource: { 'Fn::GetAtt': ['Table', 'Arn'] } },
              ],
            },
          },
        ],
      },
    },
  },
};

async function serveEndpoint(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 's3m-bench-'));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  writeFileSync(join(directory, 'system.json'), JSON.stringify(template));
  const { account } = await startEngine({ directory, template: 'system.json', ports: { aws: 0 } });
  const role = account.directory.find('role', 'arn:aws:iam::000000000000:role/authorizer');
  if (role === undefined) throw new Error('the role is missing');
  const { accessKeyId, secretAccessKey, sessionToken } = openRoleSession(account, role, { sessionName: 'bench', durationMs: 3_600_000 });
  announce(account.endpoint.port, { accessKeyId, secretAccessKey, sessionToken });
}

function serveDynalite(): void {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  server.listen(0, '127.0.0.1', () =>
    announce((server.address() as AddressInfo).port, { accessKeyId: 'AKIABENCH', secretAccessKey: 'none' }),
  );
}

function announce(port: number, credentials: object): void {
  process.stdout.write(`${JSON.stringify({ port, credentials, table })}\n`);
}

process.on('SIGTERM', () => process.exit(0));
if (process.argv[2] === 'dynalite') serveDynalite();
else await serveEndpoint();
