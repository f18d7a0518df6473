import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as client from '@aws-sdk/client-secrets-manager';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import { secret } from '../../../src/services/secretsmanager/secret.ts';
import { serveSecretsManager } from '../../../src/services/secretsmanager/serve-secrets-manager.ts';
import { openSqliteState } from '../../../src/state/sqlite-state.ts';
import { refusal, RefusingState } from '../../state/refusing-state.ts';
import { clientOf, failureOf } from '../aws-client.ts';
import { createContext, fakeAccount, type FakeAccount, type FakeAccountOptions } from '../fake-account.ts';
import { provideRole, roleCaller } from '../role-caller.ts';

interface Opened extends AsyncDisposable {
  readonly account: FakeAccount;
  readonly api: client.SecretsManagerClient;
}

async function open(options: FakeAccountOptions = {}): Promise<Opened> {
  const account = await fakeAccount({ sockets: true, ...options });
  account.endpoint.handle('secretsmanager', serveSecretsManager(account));
  const api = clientOf(account, client.SecretsManagerClient);
  return {
    account,
    api,
    async [Symbol.asyncDispose]() {
      api.destroy();
      await account[Symbol.asyncDispose]();
    },
  };
}

const create = (api: client.SecretsManagerClient, Name: string, SecretString = 'one'): Promise<client.CreateSecretCommandOutput> =>
  api.send(new client.CreateSecretCommand({ Name, SecretString }));
const read = async (
  api: client.SecretsManagerClient,
  input: Partial<client.GetSecretValueCommandInput> = {},
): Promise<string | undefined> => (await api.send(new client.GetSecretValueCommand({ SecretId: 's', ...input }))).SecretString;
const missing = "Secrets Manager can't find the specified secret.";

suite('secrets of Secrets Manager', () => {
  test('a new value is AWSCURRENT, and the one before it AWSPREVIOUS', async () => {
    await using opened = await open();
    const created = await create(opened.api, 's');
    assert.match(created.ARN ?? '', /^arn:aws:secretsmanager:us-east-1:000000000000:secret:s-[A-Za-z0-9]{6}$/);
    const put = await opened.api.send(new client.PutSecretValueCommand({ SecretId: 's', SecretString: 'two' }));
    assert.deepEqual(put.VersionStages, ['AWSCURRENT']);
    assert.equal(await read(opened.api), 'two');
    assert.equal(await read(opened.api, { SecretId: created.ARN!.slice(0, -7) }), 'two');
    assert.equal(await read(opened.api, { VersionStage: 'AWSPREVIOUS' }), 'one');
    assert.equal(await read(opened.api, { VersionId: created.VersionId }), 'one');
    await opened.api.send(new client.UpdateSecretCommand({ SecretId: 's', SecretString: 'three', Description: 'mine' }));
    const described = await opened.api.send(new client.DescribeSecretCommand({ SecretId: 's' }));
    assert.deepEqual(
      [described.Description, Object.values(described.VersionIdsToStages ?? {})],
      ['mine', [['AWSPREVIOUS'], ['AWSCURRENT']]],
    );
    const all = await opened.api.send(new client.ListSecretVersionIdsCommand({ SecretId: 's', IncludeDeprecated: true }));
    assert.equal(all.Versions?.length, 3);
  });

  test('bytes come back as bytes', async () => {
    await using opened = await open();
    await opened.api.send(new client.CreateSecretCommand({ Name: 's', SecretBinary: Buffer.from([0, 255]) }));
    const { SecretBinary } = await opened.api.send(new client.GetSecretValueCommand({ SecretId: 's' }));
    assert.deepEqual([...(SecretBinary ?? [])], [0, 255]);
  });

  test('a label moves by hand, and AWSCURRENT leaves AWSPREVIOUS behind', async () => {
    await using opened = await open();
    const { VersionId: first } = await create(opened.api, 's');
    const { VersionId: second } = await opened.api.send(
      new client.PutSecretValueCommand({ SecretId: 's', SecretString: 'two', VersionStages: ['AWSPENDING'] }),
    );
    assert.equal(await read(opened.api), 'one');
    const move = (more: object): Promise<unknown> =>
      opened.api.send(
        new client.UpdateSecretVersionStageCommand({ SecretId: 's', VersionStage: 'AWSCURRENT', MoveToVersionId: second, ...more }),
      );
    const [code, text] = await failureOf(move({}));
    assert.deepEqual(
      [code, text.replace(first!, 'FIRST')],
      [
        'InvalidParameterException',
        "The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to version FIRST, so you must explicitly reference that version in RemoveFromVersionId.",
      ],
    );
    await move({ RemoveFromVersionId: first });
    assert.deepEqual([await read(opened.api), await read(opened.api, { VersionStage: 'AWSPREVIOUS' })], ['two', 'one']);
  });

  test('a deleted secret can be restored until its window ends, and its name is taken so long (IAM-040)', async () => {
    const clock = new VirtualClock();
    await using opened = await open({ clock });
    await create(opened.api, 's');
    const remove = (more: object): Promise<unknown> => opened.api.send(new client.DeleteSecretCommand({ SecretId: 's', ...more }));
    await remove({ RecoveryWindowInDays: 7 });
    const marked = "You can't perform this operation on the secret because it was marked for deletion.";
    assert.deepEqual(await failureOf(read(opened.api)), ['InvalidRequestException', marked]);
    assert.deepEqual(await failureOf(create(opened.api, 's')), [
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    ]);
    assert.deepEqual((await opened.api.send(new client.ListSecretsCommand({}))).SecretList, []);
    await opened.api.send(new client.RestoreSecretCommand({ SecretId: 's' }));
    assert.equal(await read(opened.api), 'one');
    await remove({ RecoveryWindowInDays: 7 });
    await clock.advance(7 * 86_400_000);
    assert.deepEqual(await failureOf(read(opened.api)), ['ResourceNotFoundException', missing]);
    await create(opened.api, 's', 'anew');
    await remove({ ForceDeleteWithoutRecovery: true });
    await create(opened.api, 's', 'and again');
    assert.equal(await read(opened.api), 'and again');
  });

  test('secrets are listed by filters, tagged, and read several at once', async () => {
    await using opened = await open();
    await create(opened.api, 'team/a', '1');
    await create(opened.api, 'other', '2');
    await opened.api.send(
      new client.TagResourceCommand({
        SecretId: 'other',
        Tags: [
          { Key: 'k', Value: 'v' },
          { Key: 'l', Value: 'w' },
        ],
      }),
    );
    await opened.api.send(new client.UntagResourceCommand({ SecretId: 'other', TagKeys: ['l'] }));
    const names = async (...Filters: client.Filter[]): Promise<unknown> =>
      (await opened.api.send(new client.ListSecretsCommand({ Filters, SortOrder: 'asc' }))).SecretList?.map(({ Name }) => Name);
    assert.deepEqual(await names(), ['team/a', 'other']);
    assert.deepEqual(await names({ Key: 'name', Values: ['team/'] }), ['team/a']);
    assert.deepEqual(await names({ Key: 'name', Values: ['!team/'] }), ['other']);
    assert.deepEqual(await names({ Key: 'tag-key', Values: ['k'] }), ['other']);
    assert.deepEqual(await names({ Key: 'tag-key', Values: ['l'] }), []);
    const batch = await opened.api.send(new client.BatchGetSecretValueCommand({ SecretIdList: ['other', 'none'] }));
    assert.deepEqual(
      batch.SecretValues?.map(({ SecretString }) => SecretString),
      ['2'],
    );
    assert.deepEqual(batch.Errors, [{ SecretId: 'none', ErrorCode: 'ResourceNotFoundException', Message: missing }]);
  });

  test('a random password keeps to the rules', async () => {
    await using opened = await open();
    const { RandomPassword: password } = await opened.api.send(
      new client.GetRandomPasswordCommand({ PasswordLength: 20, ExcludePunctuation: true, ExcludeCharacters: 'abc' }),
    );
    assert.match(password ?? '', /^[d-zA-Z0-9]{20}$/);
  });

  const refused: readonly (readonly [
    what: string,
    call: (api: client.SecretsManagerClient) => Promise<unknown>,
    code: string,
    text: string,
  ])[] = [
    [
      'a name that is taken (IAM-040)',
      (api) => create(api, 's'),
      'ResourceExistsException',
      'The operation failed because the secret s already exists.',
    ],
    [
      'a name with a blank (IAM-040)',
      (api) => create(api, 'a b'),
      'ValidationException',
      'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
    ],
    ['a secret that is not there (IAM-040)', (api) => read(api, { SecretId: 'none' }), 'ResourceNotFoundException', missing],
    [
      'a label that is not there (IAM-040)',
      (api) => read(api, { VersionStage: 'AWSPREVIOUS' }),
      'ResourceNotFoundException',
      "Secrets Manager can't find the specified secret value for staging label: AWSPREVIOUS",
    ],
    [
      'a window of three days',
      (api) => api.send(new client.DeleteSecretCommand({ SecretId: 's', RecoveryWindowInDays: 3 })),
      'InvalidParameterException',
      'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
    ],
    [
      'a window and force',
      (api) => api.send(new client.DeleteSecretCommand({ SecretId: 's', RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true })),
      'InvalidParameterException',
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    ],
    [
      'no value',
      (api) => api.send(new client.PutSecretValueCommand({ SecretId: 's' })),
      'InvalidRequestException',
      'You must provide either SecretString or SecretBinary.',
    ],
    [
      'a policy that is no JSON',
      (api) => api.send(new client.PutResourcePolicyCommand({ SecretId: 's', ResourcePolicy: '{' })),
      'MalformedPolicyDocumentException',
      'This resource policy contains invalid Json',
    ],
    [
      'replicas',
      (api) => api.send(new client.ReplicateSecretToRegionsCommand({ SecretId: 's', AddReplicaRegions: [{ Region: 'eu-west-1' }] })),
      'UnsupportedOperation',
      'ReplicateSecretToRegions of secretsmanager is not served here; docs/coverage.md lists what is',
    ],
  ];
  for (const [what, call, code, text] of refused) {
    test(`refuses ${what}`, async () => {
      await using opened = await open();
      await create(opened.api, 's');
      assert.deepEqual(await failureOf(call(opened.api)), [code, text]);
    });
  }

  test("a role's policy is asked, with the name as it was given in the text (IAM-039), and the secret's own policy beside it (IAM-001, IAM-002)", async () => {
    await using opened = await open({ caller: roleCaller('App') });
    const { account, api } = opened;
    const created = await secret.create(createContext(account, secret, { logicalId: 'S', properties: { Name: 's', SecretString: 'one' } }));
    provideRole(account, 'App', [{ Effect: 'Allow', Action: ['secretsmanager:PutResourcePolicy'], Resource: '*' }]);
    const who = 'arn:aws:sts::000000000000:assumed-role/App/x is not authorized to perform: secretsmanager:GetSecretValue on resource: s';
    assert.deepEqual(await failureOf(read(api)), [
      'AccessDeniedException',
      `User: ${who} because no identity-based policy allows the secretsmanager:GetSecretValue action`,
    ]);
    const policy = (Effect: string): Promise<unknown> =>
      api.send(
        new client.PutResourcePolicyCommand({
          SecretId: 's',
          ResourcePolicy: JSON.stringify({
            Version: '2012-10-17',
            Statement: {
              Effect,
              Principal: { AWS: 'arn:aws:iam::000000000000:role/App' },
              Action: 'secretsmanager:GetSecretValue',
              Resource: '*',
            },
          }),
        }),
      );
    await policy('Allow');
    assert.equal(await read(api), 'one');
    await policy('Deny');
    assert.deepEqual(await failureOf(read(api)), [
      'AccessDeniedException',
      `User: ${who} with an explicit deny in a resource-based policy`,
    ]);
    await created.delete();
  });

  test('with --persist secrets are there again after a restart, and a generated one keeps its value', async () => {
    await using home = await fakeAccount();
    const properties = { Name: 't', GenerateSecretString: {} };
    const seen: unknown[] = [];
    for (const round of [1, 2]) {
      const state = await openSqliteState(`${home.stateDirectory}/kept`);
      await using opened = await open({ state });
      const context = createContext(opened.account, secret, { logicalId: 'S', properties });
      const resource = await secret.create(round === 1 ? context : { ...context, kept: { properties, metadata: {} } });
      if (round === 1) await create(opened.api, 's', 'kept');
      seen.push([await read(opened.api), await read(opened.api, { SecretId: 't' })]);
      await resource.stopNow?.();
      await state.close();
    }
    assert.deepEqual(seen[0], seen[1]);
  });

  test('a change that the disk refuses is an InternalServiceError, and nothing of it is seen; a secret can be read all the same', async () => {
    const state = new RefusingState();
    await using opened = await open({ state });
    await create(opened.api, 's');
    state.refuses = true;
    const calls = [
      create(opened.api, 'new'),
      opened.api.send(new client.PutSecretValueCommand({ SecretId: 's', SecretString: 'two' })),
      opened.api.send(new client.UpdateSecretCommand({ SecretId: 's', SecretString: 'two', Description: 'd' })),
      opened.api.send(new client.TagResourceCommand({ SecretId: 's', Tags: [{ Key: 'k', Value: 'v' }] })),
      opened.api.send(new client.DeleteSecretCommand({ SecretId: 's' })),
      opened.api.send(new client.DeleteSecretCommand({ SecretId: 's', ForceDeleteWithoutRecovery: true })),
    ];
    for (const call of calls) assert.deepEqual(await failureOf(call), ['InternalServiceError', refusal]);
    assert.equal(await read(opened.api), 'one');
    const { Description, Tags, DeletedDate, VersionIdsToStages } = await opened.api.send(
      new client.DescribeSecretCommand({ SecretId: 's' }),
    );
    assert.deepEqual(
      [Description, Tags, DeletedDate, Object.values(VersionIdsToStages ?? {})],
      [undefined, [], undefined, [['AWSCURRENT']]],
    );
    assert.equal((await failureOf(read(opened.api, { SecretId: 'new' })))[0], 'ResourceNotFoundException');
    state.refuses = false;
    await opened.api.send(new client.DeleteSecretCommand({ SecretId: 's' }));
    state.refuses = true;
    assert.equal((await failureOf(opened.api.send(new client.RestoreSecretCommand({ SecretId: 's' }))))[0], 'InternalServiceError');
    assert.equal((await failureOf(read(opened.api)))[0], 'InvalidRequestException');
  });

  test('of two calls at once that make one secret, one finds that the other did', async () => {
    await using opened = await open({ state: new RefusingState() });
    const made = await Promise.allSettled([create(opened.api, 's', '1'), create(opened.api, 's', '2')]);
    assert.deepEqual(made.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
  });
});
