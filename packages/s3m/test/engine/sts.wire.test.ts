import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { DynamoDBClient, GetItemCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import {
  AssumeRoleCommand,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { startEngine, type Engine } from '../../src/engine/engine.ts';
import { rolesTable } from './roles-table.ts';

interface KeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

function trusting(Principal: unknown, more: object = {}): object {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...more }] };
}

function role(RoleName: string, trust: object, ...statements: readonly object[]): object {
  const inline = { PolicyName: 'inline', PolicyDocument: { Version: '2012-10-17', Statement: statements } };
  return {
    Type: 'AWS::IAM::Role',
    Properties: { RoleName, AssumeRolePolicyDocument: trust, ...(statements.length === 0 ? {} : { Policies: [inline] }) },
  };
}

const tables = { Effect: 'Allow', Action: 'dynamodb:*', Resource: '*' };
const template = {
  Resources: {
    Table: rolesTable,
    Reader: role('reader', trusting({ AWS: 'arn:aws:iam::000000000000:root' }), tables),
    Guarded: role(
      'guarded',
      trusting({ AWS: 'arn:aws:iam::000000000000:root' }, { Condition: { StringEquals: { 'sts:ExternalId': 'x1' } } }),
      tables,
    ),
    Named: role('named', trusting({ AWS: 'arn:aws:iam::000000000000:role/reader' }), tables),
    Exclusive: role('exclusive', {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' },
        { Effect: 'Deny', NotPrincipal: { AWS: 'arn:aws:iam::000000000000:user/developer' }, Action: 'sts:AssumeRole' },
      ],
    }),
    Service: role('service', trusting({ Service: 'lambda.amazonaws.com' }), tables),
  },
};

const arn = (name: string): string => `arn:aws:iam::000000000000:role/${name}`;

async function start(): Promise<
  AsyncDisposable & { readonly engine: Engine; sts(keys?: KeyPair): STSClient; table(keys: KeyPair): DynamoDBClient }
> {
  const directory = mkdtempSync(join(tmpdir(), 's3m-sts-'));
  writeFileSync(join(directory, 'system.json'), JSON.stringify(template));
  const engine = await startEngine({ directory, template: 'system.json', ports: { aws: 0 } });
  const {
    AWS_ACCESS_KEY_ID: accessKeyId = '',
    AWS_SECRET_ACCESS_KEY: secretAccessKey = '',
    AWS_SESSION_TOKEN: sessionToken = '',
  } = engine.account.developer;
  const configure = (credentials: KeyPair): object => ({
    endpoint: engine.account.endpoint.url,
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
  });
  return {
    engine,
    sts: (keys = { accessKeyId, secretAccessKey, sessionToken }) => new STSClient(configure(keys)),
    table: (keys) => new DynamoDBClient(configure(keys)),
    async [Symbol.asyncDispose]() {
      await engine.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function keysOf(
  credentials: { AccessKeyId?: string | undefined; SecretAccessKey?: string | undefined; SessionToken?: string | undefined } | undefined,
): KeyPair {
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '', SessionToken: sessionToken = '' } = credentials ?? {};
  return { accessKeyId, secretAccessKey, sessionToken };
}

suite('the Security Token Service', () => {
  test('tells who calls', async () => {
    await using system = await start();
    const identity = await system.sts().send(new GetCallerIdentityCommand());
    assert.deepEqual(
      [identity.Arn, identity.Account, identity.UserId],
      ['arn:aws:iam::000000000000:user/developer', '000000000000', 'AIDALOCALDEVELOPER000'],
    );
    const { accessKeyId: _, ...rest } = keysOf(undefined);
    await assert.rejects(
      system.sts({ accessKeyId: 'AKIAUNKNOWNUNKNOWN00', ...rest, secretAccessKey: 'x' }).send(new GetCallerIdentityCommand()),
      {
        name: 'InvalidClientTokenId',
        message: 'The security token included in the request is invalid.',
      },
    );
  });

  test('opens sessions of roles, which do what role and session policy allow (IAM-004, IAM-008)', async () => {
    await using system = await start();
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: '*' } });
    const opened = await system
      .sts()
      .send(new AssumeRoleCommand({ RoleArn: arn('reader'), RoleSessionName: 'ann', Policy, DurationSeconds: 900 }));
    assert.equal(opened.AssumedRoleUser?.Arn, 'arn:aws:sts::000000000000:assumed-role/reader/ann');
    assert.match(String(opened.AssumedRoleUser?.AssumedRoleId), /^AROA[0-9A-Z]{17}:ann$/);
    const left = Number(opened.Credentials?.Expiration) - Date.now();
    assert.ok(left > 890_000 && left <= 900_000, String(left));
    const keys = keysOf(opened.Credentials);
    assert.equal((await system.sts(keys).send(new GetCallerIdentityCommand())).Arn, opened.AssumedRoleUser?.Arn);
    const client = system.table(keys);
    await client.send(new GetItemCommand({ TableName: 'Roles', Key: { id: { S: 'x' } } }));
    await assert.rejects(client.send(new ListTablesCommand()), {
      name: 'AccessDeniedException',
      message: /because no session policy allows the dynamodb:ListTables action$/,
    });
  });

  test('asks the trust policy, and where it names only the account the own policies of the caller too (IAM-002, IAM-007, IAM-032)', async () => {
    await using system = await start();
    const assume = (name: string, keys?: KeyPair, more: object = {}) =>
      system.sts(keys).send(new AssumeRoleCommand({ RoleArn: arn(name), RoleSessionName: 'ann', ...more }));
    const denied = (user: string, name: string, reason: string): object => ({
      name: 'AccessDenied',
      message: `User: ${user} is not authorized to perform: sts:AssumeRole on resource: ${arn(name)} because no ${reason} allows the sts:AssumeRole action`,
    });
    const developer = 'arn:aws:iam::000000000000:user/developer';
    await assert.rejects(assume('service'), denied(developer, 'service', 'role trust policy'));
    await assert.rejects(assume('nobody'), denied(developer, 'nobody', 'role trust policy'));
    await assert.rejects(assume('guarded'), denied(developer, 'guarded', 'role trust policy'));
    await assume('guarded', undefined, { ExternalId: 'x1' });
    const reader = keysOf((await assume('reader')).Credentials);
    const user = 'arn:aws:sts::000000000000:assumed-role/reader/ann';
    await assert.rejects(assume('guarded', reader, { ExternalId: 'x1' }), denied(user, 'guarded', 'identity-based policy'));
    await assume('named', reader);
    await assert.rejects(assume('named', reader, { DurationSeconds: 7200 }), { name: 'ValidationError', message: /by role chaining$/ });
    await assert.rejects(assume('reader', undefined, { DurationSeconds: 7200 }), {
      name: 'ValidationError',
      message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    });
    await assert.rejects(assume('reader', undefined, { RoleSessionName: 'a b' }), {
      name: 'ValidationError',
      message: /at 'roleSessionName' failed/,
    });
    await assert.rejects(assume('reader', undefined, { Policy: '{' }), { name: 'MalformedPolicyDocumentException' });
  });

  test('tells the account of an access key: of one of its own, and of others what they say themselves', async () => {
    await using system = await start();
    const accountOf = async (AccessKeyId: string): Promise<string | undefined> =>
      (await system.sts().send(new GetAccessKeyInfoCommand({ AccessKeyId }))).Account;
    assert.equal(await accountOf(system.engine.account.developer['AWS_ACCESS_KEY_ID'] ?? ''), '000000000000');
    assert.equal(await accountOf('AKIAIOSFODNN7EXAMPLE'), '581039954779');
    await assert.rejects(accountOf('AKIA'), { name: 'ValidationError', message: /have length greater than or equal to 16$/ });
  });

  test('gives a user temporary credentials, but not a role; what is not served says so', async () => {
    await using system = await start();
    const { Credentials } = await system.sts().send(new GetSessionTokenCommand());
    assert.equal(
      (await system.sts(keysOf(Credentials)).send(new GetCallerIdentityCommand())).Arn,
      'arn:aws:iam::000000000000:user/developer',
    );
    const opened = await system.sts().send(new AssumeRoleCommand({ RoleArn: arn('reader'), RoleSessionName: 'ann' }));
    await assert.rejects(system.sts(keysOf(opened.Credentials)).send(new GetSessionTokenCommand()), {
      name: 'AccessDenied',
      message: 'Cannot call GetSessionToken with session credentials',
    });
    await assert.rejects(system.sts().send(new GetFederationTokenCommand({ Name: 'x1' })), { name: 'UnsupportedOperation' });
  });

  test('a Deny with NotPrincipal in a trust policy keeps everybody from the role but whom it names (IAM-016)', async () => {
    await using system = await start();
    const assume = (name: string, keys?: KeyPair) =>
      system.sts(keys).send(new AssumeRoleCommand({ RoleArn: arn(name), RoleSessionName: 'ann' }));
    await assume('exclusive');
    const reader = keysOf((await assume('reader')).Credentials);
    await assert.rejects(assume('exclusive', reader), {
      name: 'AccessDenied',
      message: `User: arn:aws:sts::000000000000:assumed-role/reader/ann is not authorized to perform: sts:AssumeRole on resource: ${arn('exclusive')} with an explicit deny in the role trust policy`,
    });
  });
});
