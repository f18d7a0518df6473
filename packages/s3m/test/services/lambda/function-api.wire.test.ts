import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as client from '@aws-sdk/client-lambda';
import { systemClock } from '../../../src/clock/system-clock.ts';
import { lambdaFunction } from '../../../src/services/lambda/function.ts';
import { bucket } from '../../../src/services/s3/bucket.ts';
import { clientOf, failureOf } from '../aws-client.ts';
import { createContext, fakeAccount, type FakeAccount, type FakeAccountOptions } from '../fake-account.ts';
import { provideRole, roleCaller } from '../role-caller.ts';
import { zipArchive } from './zip-archive.ts';

interface Opened extends AsyncDisposable {
  readonly account: FakeAccount;
  readonly api: client.LambdaClient;
  say(): Promise<unknown>;
}

async function open(options: FakeAccountOptions = {}): Promise<Opened> {
  const account = await fakeAccount({ sockets: true, clock: systemClock, ...options });
  const properties = {
    FunctionName: 'f',
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Code: { ZipFile: "exports.handler = async () => ['old', process.env.WORD];" },
    Environment: { Variables: { WORD: 'first' } },
    Tags: [{ Key: 'team', Value: 'red' }],
  };
  const resource = await lambdaFunction.create(createContext(account, lambdaFunction, { logicalId: 'F', properties }));
  await resource.stable?.();
  const api = clientOf(account, client.LambdaClient);
  return {
    account,
    api,
    say: async () =>
      JSON.parse(Buffer.from((await api.send(new client.InvokeCommand({ FunctionName: 'f' }))).Payload ?? '').toString()) as unknown,
    async [Symbol.asyncDispose]() {
      api.destroy();
      await resource.delete();
      await account[Symbol.asyncDispose]();
    },
  };
}

const arn = 'arn:aws:lambda:us-east-1:000000000000:function:f';

suite("Lambda's API", () => {
  test('tells what a function is (LMB-001)', async () => {
    await using opened = await open();
    const { Configuration, Tags } = await opened.api.send(new client.GetFunctionCommand({ FunctionName: arn }));
    assert.deepEqual(
      [
        Configuration?.FunctionArn,
        Configuration?.Runtime,
        Configuration?.Timeout,
        Configuration?.MemorySize,
        Configuration?.Environment?.Variables,
      ],
      [arn, 'nodejs22.x', 3, 128, { WORD: 'first' }],
    );
    assert.deepEqual(Tags, { team: 'red' });
    assert.deepEqual((await opened.api.send(new client.ListTagsCommand({ Resource: arn }))).Tags, { team: 'red' });
    const { Functions } = await opened.api.send(new client.ListFunctionsCommand({}));
    assert.deepEqual(
      Functions?.map(({ FunctionName }) => FunctionName),
      ['f'],
    );
  });

  test('new code and configuration are what the next request meets (LMB-002)', async () => {
    await using opened = await open();
    assert.deepEqual(await opened.say(), ['old', 'first']);
    const archive = zipArchive([{ name: 'index.js', content: "exports.handler = async () => ['new', process.env.WORD];" }]);
    const before = await opened.api.send(new client.GetFunctionConfigurationCommand({ FunctionName: 'f' }));
    const updated = await opened.api.send(new client.UpdateFunctionCodeCommand({ FunctionName: 'f', ZipFile: archive }));
    assert.notEqual(updated.CodeSha256, before.CodeSha256);
    assert.notEqual(updated.RevisionId, before.RevisionId);
    assert.deepEqual(await opened.say(), ['new', 'first']);
    const changed = await opened.api.send(
      new client.UpdateFunctionConfigurationCommand({
        FunctionName: 'f',
        Timeout: 10,
        MemorySize: 256,
        Environment: { Variables: { WORD: 'second' } },
      }),
    );
    assert.deepEqual([changed.Timeout, changed.MemorySize], [10, 256]);
    assert.deepEqual(await opened.say(), ['new', 'second']);
  });

  test('Publish makes a version of what has changed, and answers the last one where nothing has (LMB-014)', async () => {
    await using opened = await open();
    const publish = async (text: string): Promise<string | undefined> => {
      const ZipFile = zipArchive([{ name: 'index.js', content: `exports.handler = async () => '${text}';` }]);
      return (await opened.api.send(new client.UpdateFunctionCodeCommand({ FunctionName: 'f', ZipFile, Publish: true }))).Version;
    };
    assert.deepEqual([await publish('a'), await publish('a'), await publish('b'), await publish('a')], ['1', '1', '2', '3']);
    const invoked = await opened.api.send(new client.InvokeCommand({ FunctionName: 'f', Qualifier: '2' }));
    assert.deepEqual([Buffer.from(invoked.Payload ?? '').toString(), invoked.ExecutedVersion], ['"b"', '2']);
  });

  test('versions are published and listed, and an alias moves from one to the next (LMB-014)', async () => {
    await using opened = await open();
    const { api } = opened;
    const FunctionName = 'f';
    const publish = (more: object = {}) => api.send(new client.PublishVersionCommand({ FunctionName, ...more }));
    assert.deepEqual([(await publish()).Version, (await publish()).FunctionArn], ['1', `${arn}:1`]);
    const { CodeSha256 = '' } = await publish();
    assert.deepEqual(await failureOf(publish({ CodeSha256: 'x' })), [
      'InvalidParameterValueException',
      `CodeSHA256 (x) is different from current CodeSHA256 in $LATEST (${CodeSha256}). Please try again with the CodeSHA256 in $LATEST.`,
    ]);
    const create = (FunctionVersion: string) => api.send(new client.CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion }));
    assert.deepEqual(await failureOf(create('2')), ['ResourceNotFoundException', `Function not found: ${arn}:2`]);
    const { AliasArn, RevisionId = '' } = await create('1');
    assert.equal(AliasArn, `${arn}:live`);
    assert.deepEqual(await failureOf(create('1')), ['ResourceConflictException', `Alias already exists: ${arn}:live`]);
    await api.send(new client.UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 9 }));
    assert.equal((await publish()).Version, '2');
    const { Versions } = await api.send(new client.ListVersionsByFunctionCommand({ FunctionName }));
    assert.deepEqual(
      Versions?.map(({ Version, Timeout }) => [Version, Timeout]),
      [
        ['$LATEST', 9],
        ['1', 3],
        ['2', 9],
      ],
    );
    const move = { FunctionName, Name: 'live', FunctionVersion: '2', RevisionId };
    assert.equal((await api.send(new client.UpdateAliasCommand(move))).FunctionVersion, '2');
    assert.equal((await failureOf(api.send(new client.UpdateAliasCommand(move))))[0], 'PreconditionFailedException');
    const invoked = await api.send(new client.InvokeCommand({ FunctionName, Qualifier: 'live' }));
    assert.equal(invoked.ExecutedVersion, '2');
    const { Aliases } = await api.send(new client.ListAliasesCommand({ FunctionName, FunctionVersion: '2' }));
    assert.deepEqual(
      Aliases?.map(({ Name }) => Name),
      ['live'],
    );
    await api.send(new client.DeleteAliasCommand({ FunctionName, Name: 'live' }));
    assert.deepEqual(await failureOf(api.send(new client.GetAliasCommand({ FunctionName, Name: 'live' }))), [
      'ResourceNotFoundException',
      `Cannot find alias arn: ${arn}:live`,
    ]);
  });

  test('code comes from an object too, read in the name of the caller; one that is not there is told (LMB-009)', async () => {
    const fill = async (opened: Opened): Promise<(S3Key: string) => Promise<client.UpdateFunctionCodeCommandOutput>> => {
      const { account, api } = opened;
      await bucket.create(createContext(account, bucket, { logicalId: 'Code', properties: { BucketName: 'code' } }));
      const body = zipArchive([{ name: 'index.js', content: "exports.handler = async () => 'from S3';" }]);
      const object = { key: 'new.zip', body, contentType: 'application/zip', systemMetadata: {}, userMetadata: {} };
      await account.directory.find('bucket', 'code')!.put(object);
      return (S3Key) => api.send(new client.UpdateFunctionCodeCommand({ FunctionName: 'f', S3Bucket: 'code', S3Key }));
    };
    await using opened = await open();
    const take = await fill(opened);
    assert.deepEqual(await failureOf(take('old.zip')), [
      'InvalidParameterValueException',
      'Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.',
    ]);
    assert.deepEqual(await opened.say(), ['old', 'first']);
    await take('new.zip');
    assert.equal(await opened.say(), 'from S3');

    await using narrow = await open({ caller: roleCaller('Deployer') });
    provideRole(narrow.account, 'Deployer', [{ Effect: 'Allow', Action: 'lambda:UpdateFunctionCode', Resource: arn }]);
    assert.deepEqual(await failureOf((await fill(narrow))('new.zip')), [
      'AccessDeniedException',
      'Your access has been denied by S3, please make sure your request credentials have permission to GetObject for code/new.zip. S3 Error Code: AccessDenied. S3 Error Message: Access Denied',
    ]);
  });

  test("statements are added to the function's policy, printed and removed (LMB-061, LMB-064)", async () => {
    await using opened = await open();
    const input = {
      FunctionName: 'f',
      StatementId: 'api',
      Action: 'lambda:InvokeFunction',
      Principal: 'apigateway.amazonaws.com',
      SourceArn: 'arn:aws:execute-api:us-east-1:000000000000:abc/*',
    };
    const add = (more: object = {}): Promise<client.AddPermissionCommandOutput> =>
      opened.api.send(new client.AddPermissionCommand({ ...input, ...more }));
    const { Statement } = await add();
    const statement = {
      Sid: 'api',
      Effect: 'Allow',
      Principal: { Service: 'apigateway.amazonaws.com' },
      Action: 'lambda:InvokeFunction',
      Resource: arn,
      Condition: { ArnLike: { 'AWS:SourceArn': input.SourceArn } },
    };
    assert.deepEqual(JSON.parse(Statement ?? ''), statement);
    const policy = (): Promise<client.GetPolicyCommandOutput> => opened.api.send(new client.GetPolicyCommand({ FunctionName: 'f' }));
    assert.deepEqual(JSON.parse((await policy()).Policy ?? ''), { Version: '2012-10-17', Id: 'default', Statement: [statement] });
    assert.deepEqual(await failureOf(add()), [
      'ResourceConflictException',
      'The statement id (api) provided already exists. Please provide a new statement id, or remove the existing statement.',
    ]);
    assert.deepEqual(await failureOf(add({ StatementId: 'x', Principal: 'nobody' })), [
      'InvalidParameterValueException',
      'The provided principal was invalid. Please check the principal and try again.',
    ]);
    assert.deepEqual(await failureOf(add({ StatementId: 'x', Qualifier: '$LATEST' })), [
      'InvalidParameterValueException',
      'We currently do not support adding policies for $LATEST.',
    ]);
    await opened.api.send(new client.RemovePermissionCommand({ FunctionName: 'f', StatementId: 'api' }));
    assert.deepEqual(await failureOf(policy()), ['ResourceNotFoundException', 'No policy is associated with the given resource.']);
  });

  const refused: readonly (readonly [what: string, call: (api: client.LambdaClient) => Promise<unknown>, code: string, text: string])[] = [
    [
      'a function that is not there (LMB-016)',
      (api) => api.send(new client.GetFunctionCommand({ FunctionName: 'none' })),
      'ResourceNotFoundException',
      'Function not found: arn:aws:lambda:us-east-1:000000000000:function:none',
    ],
    [
      'a version that is not there (LMB-016)',
      (api) => api.send(new client.GetFunctionCommand({ FunctionName: 'f', Qualifier: '7' })),
      'ResourceNotFoundException',
      `Function not found: ${arn}:7`,
    ],
    [
      'a corrupt archive (LMB-006)',
      (api) => api.send(new client.UpdateFunctionCodeCommand({ FunctionName: 'f', ZipFile: Buffer.from('x') })),
      'InvalidParameterValueException',
      'Could not unzip uploaded file. Please check your file, then try to upload again.',
    ],
    [
      'a long timeout',
      (api) => api.send(new client.UpdateFunctionConfigurationCommand({ FunctionName: 'f', Timeout: 901 })),
      'ValidationException',
      "1 validation error detected: Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900",
    ],
    [
      'a former revision',
      (api) => api.send(new client.UpdateFunctionConfigurationCommand({ FunctionName: 'f', RevisionId: 'x' })),
      'PreconditionFailedException',
      'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
    ],
    [
      'code from a bucket that is not there (LMB-009)',
      (api) => api.send(new client.UpdateFunctionCodeCommand({ FunctionName: 'f', S3Bucket: 'none', S3Key: 'k' })),
      'InvalidParameterValueException',
      'Error occurred while GetObject. S3 Error Code: NoSuchBucket. S3 Error Message: The specified bucket does not exist',
    ],
    [
      'no code at all',
      (api) => api.send(new client.UpdateFunctionCodeCommand({ FunctionName: 'f', S3Bucket: 'none' })),
      'InvalidParameterValueException',
      'Please provide a source for function code.',
    ],
    [
      'an operation that is not served',
      (api) => api.send(new client.DeleteFunctionCommand({ FunctionName: 'f' })),
      'UnsupportedOperation',
      'DeleteFunction of lambda is not served here; docs/coverage.md lists what is',
    ],
  ];
  for (const [what, call, code, text] of refused) {
    test(`refuses ${what}`, async () => {
      await using opened = await open();
      assert.deepEqual(await failureOf(call(opened.api)), [code, text]);
    });
  }

  test('a role may what its policy allows (LMB-065)', async () => {
    await using opened = await open({ caller: roleCaller('App') });
    provideRole(opened.account, 'App', [{ Effect: 'Allow', Action: 'lambda:GetFunction', Resource: arn }]);
    await opened.api.send(new client.GetFunctionCommand({ FunctionName: 'f' }));
    assert.deepEqual(await failureOf(opened.api.send(new client.GetPolicyCommand({ FunctionName: 'f' }))), [
      'AccessDeniedException',
      `User: arn:aws:sts::000000000000:assumed-role/App/x is not authorized to perform: lambda:GetPolicy on resource: ${arn} because no identity-based policy allows the lambda:GetPolicy action`,
    ]);
  });

  test('another role is given to a function by whoever may pass it, if Lambda may assume it (IAM-042, LMB-010)', async () => {
    await using opened = await open({ caller: roleCaller('Deployer') });
    const roleArn = (name: string): string => `arn:aws:iam::000000000000:role/${name}`;
    const update = { Effect: 'Allow', Action: 'lambda:UpdateFunctionConfiguration', Resource: arn };
    const pass = {
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: [roleArn('ForLambda'), roleArn('ForTasks')],
      Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
    };
    provideRole(opened.account, 'Deployer', [update, pass]);
    const trust = (Service: string): object => ({ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole', Resource: '*' });
    for (const name of ['ForLambda', 'Forbidden']) provideRole(opened.account, name, [trust('lambda.amazonaws.com')]);
    provideRole(opened.account, 'ForTasks', [trust('ecs-tasks.amazonaws.com')]);
    const give = (name: string): Promise<client.UpdateFunctionConfigurationCommandOutput> =>
      opened.api.send(new client.UpdateFunctionConfigurationCommand({ FunctionName: 'f', Role: roleArn(name) }));
    assert.deepEqual(await failureOf(give('Forbidden')), [
      'AccessDeniedException',
      `User: arn:aws:sts::000000000000:assumed-role/Deployer/x is not authorized to perform: iam:PassRole on resource: ${roleArn('Forbidden')} because no identity-based policy allows the iam:PassRole action`,
    ]);
    assert.deepEqual(await failureOf(give('ForTasks')), [
      'InvalidParameterValueException',
      'The role defined for the function cannot be assumed by Lambda.',
    ]);
    assert.equal((await give('ForLambda')).Role, roleArn('ForLambda'));
  });
});
