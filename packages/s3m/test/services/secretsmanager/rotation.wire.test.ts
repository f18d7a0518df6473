import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as client from '@aws-sdk/client-secrets-manager';
import type { Invocable, InvokeRequest, InvokeResult } from '../../../src/capabilities/invocable.ts';
import type { Account } from '../../../src/services/account.ts';
import { whyNotAllowed } from '../../../src/services/lambda/invoke-permission.ts';
import { ResourcePolicy } from '../../../src/services/lambda/resource-policy.ts';
import { rotationSchedule } from '../../../src/services/secretsmanager/rotation-schedule.ts';
import { secret } from '../../../src/services/secretsmanager/secret.ts';
import { serveSecretsManager } from '../../../src/services/secretsmanager/serve-secrets-manager.ts';
import type { Properties, Resource, ResourceType } from '../../../src/services/resource-type.ts';
import { clientOf, failureOf } from '../aws-client.ts';
import { createContext, fakeAccount, type FakeAccount, type FakeAccountOptions } from '../fake-account.ts';
import { provideRole, roleCaller } from '../role-caller.ts';

const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:rotate';

interface Event {
  readonly Step: string;
  readonly SecretId: string;
  readonly ClientRequestToken: string;
}

/** A rotation function as AWS's template has it, that calls Secrets Manager itself. */
class Rotator implements Invocable {
  readonly arn: string = functionArn;
  readonly name: string = 'rotate';
  readonly policy: ResourcePolicy = new ResourcePolicy();
  readonly steps: string[] = [];
  readonly #account: Account;
  readonly #api: client.SecretsManagerClient;
  /** The step that fails. */
  fails: string | undefined;

  constructor(account: Account, api: client.SecretsManagerClient) {
    this.#account = account;
    this.#api = api;
    this.policy.add({ sid: 's', action: 'lambda:InvokeFunction', principal: 'secretsmanager.amazonaws.com' });
  }

  whyNotInvoked({ invoker }: Pick<InvokeRequest, 'invoker'>): Extract<InvokeResult, { kind: 'refused' }> | undefined {
    return whyNotAllowed(this.#account, this, { invoker }, this.arn);
  }

  async invoke({ event }: InvokeRequest): Promise<InvokeResult> {
    const { Step: step, SecretId, ClientRequestToken } = JSON.parse(event) as Event;
    this.steps.push(step);
    const base = { payload: 'null', requestId: 'r', durationMs: 1, logs: [] };
    if (step === this.fails) return { ...base, kind: 'function-error', errorType: 'Error', errorMessage: 'no database' };
    if (step === 'createSecret') await this.#createSecret(SecretId, ClientRequestToken);
    if (step === 'finishSecret') await this.#finishSecret(SecretId, ClientRequestToken);
    return { ...base, kind: 'success' };
  }

  async #createSecret(SecretId: string, ClientRequestToken: string): Promise<void> {
    const described = await this.#api.send(new client.DescribeSecretCommand({ SecretId }));
    assert.deepEqual(described.VersionIdsToStages?.[ClientRequestToken], ['AWSPENDING']);
    const pending = new client.GetSecretValueCommand({ SecretId, VersionId: ClientRequestToken, VersionStage: 'AWSPENDING' });
    assert.equal((await failureOf(this.#api.send(pending)))[0], 'ResourceNotFoundException');
    await this.#api.send(
      new client.PutSecretValueCommand({ SecretId, ClientRequestToken, SecretString: 'two', VersionStages: ['AWSPENDING'] }),
    );
    assert.equal((await this.#api.send(pending)).SecretString, 'two');
  }

  async #finishSecret(SecretId: string, id: string): Promise<void> {
    const { VersionIdsToStages: stages = {} } = await this.#api.send(new client.DescribeSecretCommand({ SecretId }));
    const [current] = Object.entries(stages).find(([, labels]) => labels.includes('AWSCURRENT'))!;
    const move = { VersionStage: 'AWSCURRENT', MoveToVersionId: id, RemoveFromVersionId: current };
    await this.#api.send(new client.UpdateSecretVersionStageCommand({ SecretId, ...move }));
  }
}

interface Opened extends AsyncDisposable {
  readonly account: FakeAccount;
  readonly api: client.SecretsManagerClient;
  readonly rotator: Rotator;
  create(type: ResourceType, properties: Properties): Promise<Resource>;
}

async function open(options: FakeAccountOptions = {}): Promise<Opened> {
  const account = await fakeAccount({ sockets: true, ...options });
  account.endpoint.handle('secretsmanager', serveSecretsManager(account));
  const api = clientOf(account, client.SecretsManagerClient);
  const rotator = new Rotator(account, api);
  account.directory.provide('function', functionArn, rotator);
  const create = (type: ResourceType, properties: Properties): Promise<Resource> =>
    Promise.resolve(type.create(createContext(account, type, { logicalId: 'R', properties })));
  await create(secret, { Name: 's', SecretString: 'one' });
  return {
    account,
    api,
    rotator,
    create,
    async [Symbol.asyncDispose]() {
      api.destroy();
      await account[Symbol.asyncDispose]();
    },
  };
}

const describe = ({ api }: Opened): Promise<client.DescribeSecretCommandOutput> =>
  api.send(new client.DescribeSecretCommand({ SecretId: 's' }));
const rotate = ({ api }: Opened, more: Partial<client.RotateSecretCommandInput> = {}): Promise<client.RotateSecretCommandOutput> =>
  api.send(new client.RotateSecretCommand({ SecretId: 's', RotationLambdaARN: functionArn, ...more }));
const value = async ({ api }: Opened, VersionStage = 'AWSCURRENT'): Promise<string | undefined> =>
  (await api.send(new client.GetSecretValueCommand({ SecretId: 's', VersionStage }))).SecretString;

/** Asks until it is so; the test's own time-out ends it. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds()));
}

const all = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

suite('rotation of a secret', { timeout: 30_000 }, () => {
  test('calls its function four times, which makes, fills and finishes the pending version', async () => {
    await using opened = await open();
    const { VersionId: id } = await rotate(opened, { RotationRules: { AutomaticallyAfterDays: 30 } });
    await until(async () => (await describe(opened)).LastRotatedDate !== undefined);
    assert.deepEqual(opened.rotator.steps, all);
    assert.deepEqual([await value(opened), await value(opened, 'AWSPREVIOUS')], ['two', 'one']);
    const described = await describe(opened);
    assert.deepEqual(
      [described.RotationEnabled, described.RotationLambdaARN, described.RotationRules, described.VersionIdsToStages?.[id!]],
      [true, functionArn, { AutomaticallyAfterDays: 30 }, ['AWSCURRENT']],
    );
    await opened.api.send(new client.CancelRotateSecretCommand({ SecretId: 's' }));
    assert.equal((await describe(opened)).RotationEnabled, false);
  });

  test('that fails in a step leaves the version pending, says why, and is taken up again by the same token only', async () => {
    await using opened = await open();
    const notices = (): readonly string[] => opened.account.events.flatMap((each) => (each.event === 'notice' ? [each.message] : []));
    opened.rotator.fails = 'setSecret';
    const { VersionId: id } = await rotate(opened);
    await until(async () => (await describe(opened)) !== undefined && notices().length > 0);
    assert.deepEqual(notices(), ['Rotation of secret s failed: step setSecret: Error: no database']);
    assert.equal(await value(opened), 'one');
    assert.deepEqual((await describe(opened)).VersionIdsToStages?.[id!], ['AWSPENDING']);
    assert.deepEqual(await failureOf(rotate(opened)), [
      'InvalidRequestException',
      "A previous rotation isn't complete. That rotation will be reattempted.",
    ]);
    assert.equal((await opened.api.send(new client.CancelRotateSecretCommand({ SecretId: 's' }))).VersionId, id);
  });

  test('that is not to be at once only tests the function', async () => {
    await using opened = await open();
    const { VersionId: id } = await rotate(opened, { RotateImmediately: false });
    await until(async () => (await describe(opened)).VersionIdsToStages?.[id!] === undefined);
    assert.deepEqual(opened.rotator.steps, ['testSecret']);
    assert.equal(await value(opened), 'one');
  });

  test('is refused without a function, without its leave, and without the caller’s', async () => {
    await using opened = await open();
    assert.deepEqual(await failureOf(opened.api.send(new client.RotateSecretCommand({ SecretId: 's' }))), [
      'InvalidRequestException',
      'No Lambda rotation function ARN is associated with this secret.',
    ]);
    assert.equal((await failureOf(rotate(opened, { RotationLambdaARN: `${functionArn}2` })))[0], 'ResourceNotFoundException');
    opened.rotator.policy.remove('s', undefined);
    assert.deepEqual(await failureOf(rotate(opened)), [
      'AccessDeniedException',
      'Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com.',
    ]);
    await using other = await open({ caller: roleCaller('App') });
    provideRole(other.account, 'App', []);
    assert.match((await failureOf(rotate(other)))[1], /not authorized to perform: secretsmanager:RotateSecret on resource: s because/);
  });

  test('is refused to a caller that may rotate the secret and not invoke its function, whoever named the function', async () => {
    await using opened = await open({ caller: roleCaller('App') });
    const rotating = { Effect: 'Allow', Action: 'secretsmanager:*', Resource: '*' };
    provideRole(opened.account, 'App', [rotating]);
    const refusal = [
      'AccessDeniedException',
      `User: ${roleCaller('App').arn} is not authorized to perform: lambda:InvokeFunction on resource: ${functionArn} because no identity-based policy allows the lambda:InvokeFunction action`,
    ];
    assert.deepEqual(await failureOf(rotate(opened)), refusal);
    const described = await describe(opened);
    assert.deepEqual([described.RotationEnabled, Object.keys(described.VersionIdsToStages ?? {}).length], [undefined, 1]);
    await opened.create(rotationSchedule, { SecretId: 's', RotationLambdaARN: functionArn });
    await until(async () => (await describe(opened)).LastRotatedDate !== undefined);
    assert.deepEqual(await failureOf(opened.api.send(new client.RotateSecretCommand({ SecretId: 's' }))), refusal);
  });

  test('is done for a caller that a statement of its role, or of the function, lets invoke the function', async () => {
    await using opened = await open({ caller: roleCaller('App') });
    const rotating = { Effect: 'Allow', Action: 'secretsmanager:*', Resource: '*' };
    provideRole(opened.account, 'App', [rotating]);
    opened.rotator.policy.add({ sid: 'app', action: 'lambda:InvokeFunction', principal: roleCaller('App').session!.roleArn });
    await rotate(opened);
    await until(async () => (await describe(opened)).LastRotatedDate !== undefined);
    assert.deepEqual(opened.rotator.steps, all);
    await using other = await open({ caller: roleCaller('App') });
    provideRole(other.account, 'App', [rotating, { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: functionArn }]);
    await rotate(other);
    await until(async () => (await describe(other)).LastRotatedDate !== undefined);
    assert.deepEqual(other.rotator.steps, all);
  });

  test('begins with AWS::SecretsManager::RotationSchedule, and ends with it', async () => {
    await using opened = await open();
    const created = await opened.create(rotationSchedule, {
      SecretId: 's',
      RotationLambdaARN: functionArn,
      RotationRules: { ScheduleExpression: 'rate(10 days)' },
    });
    assert.match(created.ref, /:secret:s-/);
    await until(async () => (await describe(opened)).LastRotatedDate !== undefined);
    assert.equal(await value(opened), 'two');
    await created.delete();
    assert.equal((await describe(opened)).RotationEnabled, undefined);
    opened.rotator.policy.remove('s', undefined);
    await assert.rejects(opened.create(rotationSchedule, { SecretId: 's', RotationLambdaARN: functionArn }), /cannot invoke the specified/);
  });
});
