import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import type { DeployedResource } from '../../../src/engine/deployed-stack.ts';
import { EngineFailure } from '../../../src/engine/problem.ts';
import { resetData } from '../../../src/engine/reset-data.ts';
import { seedEngine, seedOnce } from '../../../src/engine/seed/seed-engine.ts';
import { bucketDeployment } from '../../../src/services/cdk/bucket-deployment.ts';
import { dynamoDbOf } from '../../../src/services/dynamodb/dynamodb-service.ts';
import { table } from '../../../src/services/dynamodb/table.ts';
import { bucket } from '../../../src/services/s3/bucket.ts';
import { secret } from '../../../src/services/secretsmanager/secret.ts';
import { secretsOf } from '../../../src/services/secretsmanager/secret-store.ts';
import { parameter } from '../../../src/services/ssm/parameter.ts';
import { parametersOf } from '../../../src/services/ssm/parameter-store.ts';
import { findSecret } from '../../../src/services/stored-values.ts';
import { openSqliteState } from '../../../src/state/sqlite-state.ts';
import type { ResourceType } from '../../../src/services/resource-type.ts';
import { stateDirectory } from '../../state/state-directory.ts';
import { createContext, fakeAccount, type FakeAccount, type FakeResource } from '../../services/fake-account.ts';

/** A table with roles, a bucket with a site, a parameter and a secret. */
async function deploy(account: FakeAccount): Promise<readonly DeployedResource[]> {
  const site = join(account.stateDirectory, 'site');
  mkdirSync(site, { recursive: true });
  writeFileSync(join(site, 'index.html'), 'site');
  const make = async (type: ResourceType, resource: FakeResource): Promise<DeployedResource> => {
    const context = createContext(account, type, resource);
    const { name, properties, local, metadata } = context;
    return {
      name,
      type,
      properties,
      local,
      metadata,
      generation: 0,
      resource: await type.create(context),
      content: '',
      dependsOn: [],
      retain: false,
      retainReplaced: false,
      madeAt: 0,
      changedAt: 0,
    };
  };
  return [
    await make(table, {
      logicalId: 'Roles',
      properties: {
        AttributeDefinitions: [{ AttributeName: 'subject', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'subject', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      },
      metadata: { S3M: { seed: [{ subject: 'first' }], roles: { subject: 'subject', roles: 'roles' } } },
    }),
    await make(bucket, { logicalId: 'Site', properties: { BucketName: 'site' } }),
    await make(bucketDeployment, {
      logicalId: 'Deploy',
      properties: { SourceBucketNames: ['assets'], SourceObjectKeys: ['site.zip'], DestinationBucketName: 'site' },
      assets: { 'assets/site.zip': { path: site, packaging: 'zip', hash: 'x' } },
    }),
    await make(parameter, {
      logicalId: 'Level',
      properties: { Name: '/app/level', Type: 'String', Value: 'info', AllowedPattern: '[a-z]+' },
    }),
    await make(secret, { logicalId: 'Login', properties: { Name: 'login', SecretString: 'secret' } }),
  ];
}

function write(account: FakeAccount, name: string, content: string | Buffer): string {
  const file = join(account.stateDirectory, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

const whole = `
tables:
  Roles:
    - {subject: ada, roles: [admin, user], level: 3}
    - {subject: {S: bob}, tags: {SS: [a]}}
buckets:
  Site:
    hello.txt: hello
    img/logo.png: {file: pictures/logo.png, metadata: {by: ada}}
  site:
    raw: {base64: AAEC, contentType: application/x-raw}
parameters:
  Level: debug
  /app/new: {value: "a,b", type: StringList}
  /app/number: 7
secrets:
  Login: {user: ada, password: hush}
  other: text
`;

test('a seed of YAML puts items, objects, parameters and secrets, by logical id or by name', async () => {
  await using account = await fakeAccount();
  const resources = await deploy(account);
  write(account, 'pictures/logo.png', Buffer.from([1, 2, 3]));
  const counts = await seedEngine(account, resources, write(account, 'seed.yaml', whole));
  assert.deepEqual(counts, { tables: 1, items: 2, buckets: 2, objects: 3, parameters: 3, secrets: 2 });
  const items = await account.directory.find('table', resources[0]!.resource.ref)!.scan();
  assert.deepEqual(
    items.toSorted((one, other) => String(one['subject']?.['S']).localeCompare(String(other['subject']?.['S']))),
    [
      { subject: { S: 'ada' }, roles: { SS: ['admin', 'user'] }, level: { N: '3' } },
      { subject: { S: 'bob' }, tags: { SS: ['a'] } },
      { subject: { S: 'first' } },
    ],
  );
  const site = account.directory.find('bucket', 'site')!;
  assert.equal(String(site.get('hello.txt')?.body), 'hello');
  assert.deepEqual(site.get('img/logo.png')?.body, Buffer.from([1, 2, 3]));
  assert.deepEqual([site.get('img/logo.png')?.contentType, site.get('img/logo.png')?.userMetadata], ['image/png', { by: 'ada' }]);
  assert.deepEqual([site.get('raw')?.body, site.get('raw')?.contentType], [Buffer.from([0, 1, 2]), 'application/x-raw']);
  const parameters = parametersOf(account);
  assert.equal(parameters.find('/app/level')?.value(), 'debug');
  assert.deepEqual([parameters.find('/app/new')?.latest.type, parameters.find('/app/number')?.value()], ['StringList', '7']);
  assert.equal(findSecret(account.directory, 'login')?.value(), '{"user":"ada","password":"hush"}');
  assert.equal(findSecret(account.directory, 'other')?.value(), 'text');
});

test('everything that is wrong is told at once, with line and what is allowed, and nothing is written', async () => {
  await using account = await fakeAccount();
  const resources = await deploy(account);
  const wrong = `tables:
  Rolls: []
  Roles:
    - {subject: good}
    - {roles: [admin]}
    - 7
    - {subject: 7}
bukets: {}
buckets:
  Site:
    a: {text: x, file: y}
    b: {file: missing.png}
    c: {base64: "%%%"}
    d: 7
    e: {txt: x}
parameters:
  Level: WARNING
  aws-mine: x
  /empty: ""
  /kind: {value: a, type: Strings}
secrets:
  Login: 7
  Other:
    - 7
`;
  const file = write(account, 'seed.yaml', wrong);
  await assert.rejects(seedEngine(account, resources, file), (error: unknown) => {
    assert.ok(error instanceof EngineFailure);
    assert.ok(error.problems.every((problem) => problem.code === 'InvalidSeed' && problem.fault === 'user' && problem.file === file));
    assert.deepEqual(
      error.problems.map(({ line, message }) => `${line} ${message.split('\n')[0]}`.replace(account.stateDirectory, '')),
      [
        '2 tables.Rolls: there is no table "Rolls"',
        '5 tables.Roles[1]: One or more parameter values were invalid: Missing the key subject in the item',
        '6 tables.Roles[2]: expected an object, got 7',
        '7 tables.Roles[3]: One or more parameter values were invalid: Type mismatch for key subject expected: S actual: N',
        '8 bukets: nothing is called so',
        '11 buckets.Site.a: it has text and file: one is enough',
        '12 buckets.Site.b: there is no file /missing.png',
        '13 buckets.Site.c: "%%%" is no base64',
        '14 buckets.Site.d: expected a text or an object, got 7',
        '15 buckets.Site.e: there is no member "txt"',
        '17 parameters.Level: Parameter value, cannot be validated against allowedPattern: [a-z]+',
        `18 parameters.aws-mine: Parameter name: can't be prefixed with "aws" or "ssm" (case-insensitive).`,
        '19 parameters["/empty"]: expected a text that is not empty, got ""',
        '20 parameters["/kind"]: there is no type "Strings"',
        '22 secrets.Login: expected a text of 1 to 65536 bytes, or an object',
        '23 secrets.Other: expected a text of 1 to 65536 bytes, or an object',
      ],
    );
    assert.equal(error.problems[0]?.fix, "Did you mean Roles? Allowed: Roles, or the name of a table on AWS's side.");
    assert.equal(error.problems[4]?.fix, 'Did you mean buckets? Allowed: tables, buckets, parameters, secrets.');
    return true;
  });
  assert.equal((await account.directory.find('table', resources[0]!.resource.ref)!.scan()).length, 1);
  assert.equal(parametersOf(account).find('/app/level')?.value(), 'info');
});

test('a seed that is no JSON and no YAML, no object, or not there is told', async () => {
  await using account = await fakeAccount();
  const message = async (file: string): Promise<string> => {
    const failure = await seedEngine(account, [], file).then(
      () => assert.fail('it was taken'),
      (error: unknown) => error as EngineFailure,
    );
    return failure.message;
  };
  assert.match(await message(write(account, 'a.json', '{"tables": {')), /^The seed is neither JSON nor YAML: /);
  assert.equal(await message(write(account, 'b.json', '[1]')), 'the seed: expected an object, got [1]');
  assert.match(await message(join(account.stateDirectory, 'none.json')), /^There is no seed at /);
  assert.deepEqual((await seedEngine(account, [], write(account, 'c.json', '{}'))).items, 0);
});

test('a seed of a start is put once where it is kept, and anew when it changes', async () => {
  using directory = stateDirectory();
  const state = await openSqliteState(directory.path);
  await using account = await fakeAccount({ state });
  const file = write(account, 'seed.json', '{"parameters": {"/a": "1"}}');
  assert.equal((await seedOnce(account, [], file))?.parameters, 1);
  await parametersOf(account).delete('/a');
  assert.equal(await seedOnce(account, [], file), undefined);
  assert.equal(parametersOf(account).find('/a'), undefined);
  write(account, 'seed.json', '{"parameters": {"/a": "2"}}');
  assert.equal((await seedOnce(account, [], file))?.parameters, 1);
  await state.close();
});

test("a reset takes data back to the template's seeds and deletes what calls had made", async () => {
  using directory = stateDirectory();
  const state = await openSqliteState(directory.path);
  await using account = await fakeAccount({ state });
  const resources = await deploy(account);
  write(account, 'pictures/logo.png', Buffer.from([1, 2, 3]));
  await seedEngine(account, resources, write(account, 'seed.yaml', whole));
  await dynamoDbOf(account).call('CreateTable', {
    TableName: 'Made',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  });
  while (
    ((await dynamoDbOf(account).call('DescribeTable', { TableName: 'Made' }))['Table'] as { TableStatus: string }).TableStatus !== 'ACTIVE'
  )
    await new Promise((resolve) => setImmediate(resolve));
  const { removed, deleted, restored } = await resetData(account, resources);
  assert.deepEqual(removed, { items: 3, objects: 4, parameters: 1, secrets: 1, events: 0 });
  assert.deepEqual(deleted, ['table Made', 'parameter /app/new', 'parameter /app/number', 'secret other']);
  assert.equal(restored, 5);
  assert.deepEqual(await account.directory.find('table', resources[0]!.resource.ref)!.scan(), [{ subject: { S: 'first' } }]);
  assert.deepEqual(account.directory.find('bucket', 'site')!.keys(), ['index.html']);
  assert.equal(parametersOf(account).find('/app/level')?.value(), 'info');
  assert.equal(secretsOf(account).find('login')?.value(), 'secret');
  await state.close();
});
