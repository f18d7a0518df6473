import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { askEngine } from '../../src/engine/control-client.ts';
import { Command, freePorts, projectOf, runCommand } from './command.ts';

const template = JSON.stringify({
  Resources: {
    Notes: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      },
      Metadata: { S3M: { seed: [{ id: 'first' }] } },
    },
    Level: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/level', Type: 'String', Value: 'info' } },
    Login: { Type: 'AWS::SecretsManager::Secret', Properties: { GenerateSecretString: {} } },
  },
});
const up = ['up', '--template', 'template.json', '--persist', '--json', '--no-watch', ...freePorts];
const files = {
  'template.json': template,
  'seed.yaml': 'tables: {Notes: [{id: a}, {id: b}]}\nparameters: {Level: debug}\nsecrets: {Login: {user: ada}}\n',
};

test('s3m seed puts a file into the running system, s3m reset takes it back, and what was put survives a kill until then', async () => {
  using project = projectOf(files);
  {
    await using first = new Command(project.path, up);
    await first.ready();
    const seeded = await runCommand(project.path, ['seed', 'seed.yaml']);
    assert.deepEqual([seeded.code, seeded.stdout], [0, 'put 2 items into 1 table, 1 parameter, 1 secret\n']);
    first.child.kill('SIGKILL');
    await first.ended;
  }
  await using second = new Command(project.path, up);
  const { endpoints } = await second.ready();
  const environment = await askEngine(join(project.path, '.s3m'), 'environment');
  const client = new SSMClient({
    endpoint: endpoints.aws,
    region: 'us-east-1',
    credentials: {
      accessKeyId: environment['AWS_ACCESS_KEY_ID']!,
      secretAccessKey: environment['AWS_SECRET_ACCESS_KEY']!,
      sessionToken: environment['AWS_SESSION_TOKEN']!,
    },
  });
  const level = async (): Promise<string | undefined> => (await client.send(new GetParameterCommand({ Name: '/level' }))).Parameter?.Value;
  assert.equal(await level(), 'debug');
  const reset = await runCommand(project.path, ['reset']);
  assert.equal(reset.code, 0, reset.stderr);
  assert.equal(reset.stdout, 'removed 3 items, 1 parameter, 1 secret\n3 resources of the template as in the beginning\n');
  assert.equal(await level(), 'info');
  client.destroy();
  const again = await runCommand(project.path, ['reset', '--json']);
  assert.deepEqual(JSON.parse(again.stdout), {
    removed: { items: 1, objects: 0, parameters: 1, secrets: 1, events: 0 },
    deleted: [],
    restored: 3,
  });
});

test('a seed with a mistake ends with code 1 and says where it is; no file, or none to ask, is wrong usage or not running', async () => {
  using project = projectOf({ ...files, 'seed.yaml': 'tables:\n  Notes:\n    - {idd: a}\n' });
  assert.equal((await runCommand(project.path, ['seed'])).code, 3);
  assert.match((await runCommand(project.path, ['seed', 'seed.yaml'])).stderr, /S3M does not run in /);
  await using running = new Command(project.path, up);
  await running.ready();
  const { code, stderr } = await runCommand(project.path, ['seed', 'seed.yaml']);
  assert.equal(code, 1);
  assert.match(stderr, /^error tables\.Notes\[0\]: .*Missing the key id in the item \[InvalidSeed\]\n {6}at seed\.yaml:3\n/);
});

test('up --seed puts the file before the system is ready, once where it is kept', async () => {
  using project = projectOf({ ...files, 'seed.yaml': 'parameters: {/mine: one}\n' });
  const seeded = [...up, '--seed', 'seed.yaml'];
  {
    await using first = new Command(project.path, seeded);
    await first.ready();
    assert.equal(
      first.events.some((event) => event.event === 'progress' && event.message === 'Put the data of seed.yaml'),
      true,
    );
  }
  await using second = new Command(project.path, seeded);
  await second.ready();
  await second.event('progress', ({ message }) => message === 'seed.yaml was put at an earlier start; what is kept stays as it is');
});

test('s3m reset where nothing runs deletes what is kept, with --yes or after a question', async () => {
  using project = projectOf(files);
  const nothing = await runCommand(project.path, ['reset', '--yes']);
  assert.deepEqual([nothing.code, nothing.stderr], [0, `Nothing is kept in ${join(project.path, '.s3m')}, and nothing runs here\n`]);
  await (async () => {
    await using running = new Command(project.path, up);
    await running.ready();
    assert.ok((await askEngine(join(project.path, '.s3m'), 'describe')).event === 'ready');
  })();
  const state = join(project.path, '.s3m', 'state');
  assert.ok(existsSync(state));
  const unasked = await runCommand(project.path, ['reset']);
  assert.equal(unasked.code, 3);
  assert.match(unasked.stderr, /nobody can be asked here: give --yes/);
  const { code, stdout } = await runCommand(project.path, ['reset', '--yes']);
  assert.equal(code, 0);
  assert.match(stdout, new RegExp(`^deleted ${state} \\(\\d+ kB\\)\n$`));
  assert.ok(!existsSync(state));
});
