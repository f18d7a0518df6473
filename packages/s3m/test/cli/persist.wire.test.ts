import assert from 'node:assert/strict';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { askEngine } from '../../src/engine/control-client.ts';
import { seededRandom } from '../seeded-random.ts';
import { Command, freePorts, projectOf, runCommand } from './command.ts';

const up = ['up', '--template', 'template.json', '--persist', '--json', '--no-watch', ...freePorts];

const table = (seed: readonly object[], more: object = {}): object => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  },
  Metadata: { S3M: { seed } },
  ...more,
});
const templateOf = (Resources: Readonly<Record<string, object>>): string =>
  JSON.stringify({ Resources, Outputs: Object.fromEntries(Object.keys(Resources).map((id) => [id, { Value: { Ref: id } }])) });

interface Running extends AsyncDisposable {
  readonly command: Command;
  readonly client: DynamoDBClient;
  readonly table: string;
  items(): Promise<readonly Record<string, AttributeValue>[]>;
}

async function start(directory: string, logicalId = 'Notes'): Promise<Running> {
  const command = new Command(directory, up);
  const ready = await command.ready();
  const environment = await askEngine(join(directory, '.s3m'), 'environment');
  const client = new DynamoDBClient({
    endpoint: ready.endpoints.aws,
    region: 'us-east-1',
    credentials: credentialsIn(environment),
    maxAttempts: 1,
  });
  const name = String(Object.values(ready.stacks)[0]!.outputs[logicalId]);
  return {
    command,
    client,
    table: name,
    items: async () => (await client.send(new ScanCommand({ TableName: name }))).Items ?? [],
    async [Symbol.asyncDispose]() {
      client.destroy();
      await command[Symbol.asyncDispose]();
    },
  };
}

function credentialsIn(environment: Readonly<Record<string, string>>): {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
} {
  return {
    accessKeyId: environment['AWS_ACCESS_KEY_ID']!,
    secretAccessKey: environment['AWS_SECRET_ACCESS_KEY']!,
    sessionToken: environment['AWS_SESSION_TOKEN']!,
  };
}

test('with --persist a table has its items after a restart, without it the state is not even looked at', async () => {
  using project = projectOf({ 'template.json': templateOf({ Notes: table([{ id: 'seed' }]) }) });
  {
    await using first = await start(project.path);
    await first.client.send(new PutItemCommand({ TableName: first.table, Item: { id: { S: 'mine' } } }));
    await first.client.send(new DeleteItemCommand({ TableName: first.table, Key: { id: { S: 'seed' } } }));
  }
  assert.equal(statSync(join(project.path, '.s3m', 'state')).mode & 0o777, 0o700);
  {
    await using second = await start(project.path);
    assert.deepEqual(await second.items(), [{ id: { S: 'mine' } }]);
  }
  const { code } = await runCommand(project.path, ['exec', '--template', 'template.json', ...freePorts, '--', process.execPath, '-e', '']);
  assert.equal(code, 0);
});

test('an engine that is killed while it writes has every acknowledged item when it starts again', async () => {
  using project = projectOf({ 'template.json': templateOf({ Notes: table([]) }) });
  const random = seededRandom(5);
  /** By id: the newest acknowledged number. */
  const acknowledged = new Map<string, number>();
  for (let round = 0; round < 5; round++) {
    await using running = await start(project.path);
    const kept = new Map((await running.items()).map(({ id, n }) => [id!.S, Number(n!.N)]));
    for (const [id, n] of acknowledged) assert.ok((kept.get(id) ?? -1) >= n, `${id}: ${kept.get(id)} instead of ${n}`);
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      const id = String(writer);
      for (let n = (acknowledged.get(id) ?? 0) + 1; ; n++) {
        const command =
          n % 2 === 0
            ? new PutItemCommand({ TableName: running.table, Item: { id: { S: id }, n: { N: String(n) } } })
            : new UpdateItemCommand({
                TableName: running.table,
                Key: { id: { S: id } },
                UpdateExpression: 'SET n = :n',
                ExpressionAttributeValues: { ':n': { N: String(n) } },
              });
        try {
          await running.client.send(command as PutItemCommand);
        } catch {
          return;
        }
        acknowledged.set(id, n);
      }
    });
    await new Promise((resolve) => setTimeout(resolve, 100 + random() * 300));
    running.command.child.kill('SIGKILL');
    await Promise.all(writers);
    await running.command.ended;
    running.client.destroy();
  }
  assert.ok(acknowledged.size === 8 && Math.max(...acknowledged.values()) > 5);
});

test('objects, also of buckets that the API made, are there after a kill', async () => {
  using project = projectOf({ 'template.json': templateOf({ Notes: { Type: 'AWS::S3::Bucket' } }) });
  const clientOf = async ({ command }: Running): Promise<S3Client> => {
    const environment = await askEngine(join(project.path, '.s3m'), 'environment');
    return new S3Client({
      endpoint: (await command.ready()).endpoints.aws,
      region: 'us-east-1',
      credentials: credentialsIn(environment),
      forcePathStyle: true,
    });
  };
  const objects = { template: 'x'.repeat(200_000), api: 'hello' };
  {
    await using first = await start(project.path);
    const client = await clientOf(first);
    await client.send(new CreateBucketCommand({ Bucket: 'made-by-hand' }));
    await client.send(new PutObjectCommand({ Bucket: first.table, Key: 'a', Body: objects.template }));
    await client.send(new PutObjectCommand({ Bucket: 'made-by-hand', Key: 'b', Body: objects.api, Metadata: { by: 'hand' } }));
    await client.send(new PutObjectCommand({ Bucket: 'made-by-hand', Key: 'c', Body: 'c' }));
    await client.send(new DeleteObjectCommand({ Bucket: 'made-by-hand', Key: 'c' }));
    first.command.child.kill('SIGKILL');
    await first.command.ended;
    client.destroy();
  }
  await using second = await start(project.path);
  const client = await clientOf(second);
  const read = async (Bucket: string, Key: string): Promise<string | undefined> =>
    (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
  assert.equal(await read(second.table, 'a'), objects.template);
  assert.equal(await read('made-by-hand', 'b'), objects.api);
  await assert.rejects(read('made-by-hand', 'c'), { name: 'NoSuchKey' });
  client.destroy();
});

test('what went from the template while nothing ran is deleted, what it retains stays until it is there again (CFN-008)', async () => {
  using project = projectOf();
  const write = (resources: Readonly<Record<string, object>>): void =>
    writeFileSync(join(project.path, 'template.json'), templateOf(resources));
  const put = async ({ client, table: name }: Running): Promise<void> =>
    void (await client.send(new PutItemCommand({ TableName: name, Item: { id: { S: 'x' } } })));
  const both = { Notes: table([]), Kept: table([], { DeletionPolicy: 'Retain' }) };
  write(both);
  {
    await using first = await start(project.path);
    await put(first);
  }
  {
    await using second = await start(project.path, 'Kept');
    await put(second);
  }
  write({ Other: table([]) });
  {
    await using third = await start(project.path, 'Other');
    await third.command.event('problem', ({ message }) => message === 'Deleted what was kept of resources that are gone: Notes');
  }
  write(both);
  await using fourth = await start(project.path);
  assert.deepEqual(await fourth.items(), []);
  const kept = String(Object.values((await fourth.command.ready()).stacks)[0]!.outputs['Kept']);
  assert.deepEqual((await fourth.client.send(new ScanCommand({ TableName: kept }))).Items, [{ id: { S: 'x' } }]);
});

test('a start that fails loses nothing of what is kept', async () => {
  using project = projectOf({ 'template.json': templateOf({ Notes: table([]) }) });
  {
    await using first = await start(project.path);
    await first.client.send(new PutItemCommand({ TableName: first.table, Item: { id: { S: 'mine' } } }));
  }
  const failing = table([{ wrong: 'no key' }], { DependsOn: 'Notes' });
  writeFileSync(join(project.path, 'template.json'), templateOf({ Notes: table([]), Failing: failing }));
  const { code, stdout } = await runCommand(project.path, up);
  assert.equal(code, 1);
  assert.match(stdout, /One of the required keys was not given a value|Missing the key id in the item/);
  writeFileSync(join(project.path, 'template.json'), templateOf({ Notes: table([]) }));
  await using again = await start(project.path);
  assert.deepEqual(await again.items(), [{ id: { S: 'mine' } }]);
});

test('a state of another application is refused and left as it is; its own application finds everything again', async () => {
  const own = templateOf({ Notes: table([]) });
  using project = projectOf({ 'template.json': own, 'other.json': own, 'folder/template.json': templateOf({ Others: table([]) }) });
  {
    await using first = await start(project.path);
    await first.client.send(new PutItemCommand({ TableName: first.table, Item: { id: { S: 'mine' } } }));
  }
  // Another stack; and one of the same name that has nothing of what is kept.
  for (const [template, stack] of [
    ['other.json', 'other'],
    ['folder/template.json', 'template'],
  ] as const) {
    const { code, stdout } = await runCommand(project.path, up.with(2, template));
    assert.equal(code, 1);
    const failed = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as FailedEvent)
      .find(({ event }) => event === 'failed');
    const [problem] = failed!.problems;
    assert.equal(problem!.code, 'StateOfAnotherApplication');
    assert.ok(
      problem!.message.includes(`belongs to another application: the stack template (template.json). This one has the stack ${stack}.`),
      problem!.message,
    );
    assert.match(problem!.fix, /another folder, or without --persist.*s3m reset/);
  }
  await using again = await start(project.path);
  assert.deepEqual(await again.items(), [{ id: { S: 'mine' } }]);
});

interface FailedEvent {
  readonly event: string;
  readonly problems: readonly { readonly code: string; readonly message: string; readonly fix: string }[];
}

test('a damaged state stops the start, says what to do and is left as it is', async () => {
  using project = projectOf({ 'template.json': templateOf({ Notes: table([]) }) });
  await (await start(project.path))[Symbol.asyncDispose]();
  writeFileSync(join(project.path, '.s3m', 'state', 'state.db'), 'this is no database, whatever its name says. '.repeat(200));
  const { code, stdout } = await runCommand(project.path, up);
  assert.equal(code, 1);
  assert.match(stdout, /"code":"StateDamaged","message":"What is kept in [^"]*\.s3m\/state is damaged: file is not a database"/);
});
