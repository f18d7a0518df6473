import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EngineFailure, type Problem } from '../../src/engine/problem.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { runSmallSystem, type RunningSystem } from './running-system.ts';
import { authorized, inlineFunction, serverOf, type SmallSystemOptions } from './small-system.ts';

const exits = "console.error('Error: no such column'); process.exit(4);\n";

const table = {
  Table: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    },
  },
};

/** A function that answers `word`, and a table. No task runs. */
const functionOf = (word: string, more: Readonly<Record<string, unknown>> = {}): SmallSystemOptions => ({
  desired: 0,
  resources: { ...table, ...inlineFunction(`exports.handler = async () => ${JSON.stringify(word)};`), ...more },
});

const allow = (context: string): string => `exports.handler = async ({ methodArn }) => ({
  principalId: ${JSON.stringify(context)},
  policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: methodArn }] },
});`;
const deny = allow('nobody').replace("'Allow'", "'Deny'");

async function invoke(engine: Engine): Promise<string> {
  const [[, target] = []] = engine.account.directory.list('function');
  const result = await target!.invoke({ event: '{}', invoker: { principal: 'arn:aws:iam::000000000000:root' } });
  return result.kind === 'success' ? (JSON.parse(result.payload) as string) : JSON.stringify(result);
}

/** The problems with which an update fails. */
async function failedUpdate(engine: Engine): Promise<readonly Problem[]> {
  try {
    await engine.update();
  } catch (error) {
    assert.ok(error instanceof EngineFailure);
    return error.problems;
  }
  throw new assert.AssertionError({ message: 'the update did not fail' });
}

const taskIds = ({ engine }: RunningSystem): string[] =>
  engine.account.directory
    .list('service')
    .flatMap(([, { tasks }]) => tasks.filter((task) => task.lastStatus === 'RUNNING').map(({ id }) => id));

describe('an update of the running system', { concurrency: 2 }, () => {
  test('new code of a function replaces that function only, and data stays', async () => {
    await using system = await runSmallSystem(functionOf('one'));
    const { engine } = system;
    const { developer } = engine.account;
    const client = new DynamoDBClient({
      endpoint: engine.account.endpoint.url,
      region: 'us-east-1',
      credentials: {
        accessKeyId: developer['AWS_ACCESS_KEY_ID']!,
        secretAccessKey: developer['AWS_SECRET_ACCESS_KEY']!,
        sessionToken: developer['AWS_SESSION_TOKEN']!,
      },
    });
    const [[, { name }] = [undefined, { name: '' }]] = engine.account.directory.list('table');
    await client.send(new PutItemCommand({ TableName: name, Item: { id: { S: 'kept' } } }));
    assert.equal(await invoke(engine), 'one');

    system.write(functionOf('two'));
    await engine.update();
    const { changes } = await system.event('updated');
    assert.deepEqual(changes, { updated: ['Small/Function'] });
    assert.equal(await invoke(engine), 'two');
    const { Item: item } = await client.send(new GetItemCommand({ TableName: name, Key: { id: { S: 'kept' } } }));
    assert.deepEqual(item, { id: { S: 'kept' } });
    client.destroy();
  });

  test('new code of a service rolls its tasks, and no request is refused meanwhile', async () => {
    await using system = await runSmallSystem({ desired: 2 });
    const before = taskIds(system);
    const answers: string[] = [];
    const over = new AbortController();
    const client = async (): Promise<void> => {
      while (!over.signal.aborted && answers.length < 2000) {
        const { status, body } = await system.get();
        answers.push(`${status} ${body}`);
      }
    };
    const clients = Promise.all([client(), client(), client()]);
    system.write({ desired: 2, server: serverOf('two') });
    await system.engine.update();
    over.abort();
    await clients;
    assert.deepEqual([...new Set(answers)].sort(), ['200 one', '200 two']);
    assert.equal((await system.get()).body, 'two');
    const after = taskIds(system);
    assert.equal(after.length, 2);
    assert.deepEqual(
      after.filter((id) => before.includes(id)),
      [],
    );
    const { changes } = await system.event('updated');
    assert.deepEqual(changes, { updated: ['Small/Service'], replaced: ['Small/Task'] });
  });

  test('a template that does not check changes nothing, and everything that is wrong is told', async () => {
    await using system = await runSmallSystem({});
    const before = taskIds(system);
    system.write({ server: serverOf('two'), resources: { Queue: { Type: 'AWS::SQS::Queue' }, Topic: { Type: 'AWS::SNS::Topic' } } });
    const problems = await failedUpdate(system.engine);
    assert.deepEqual(
      problems.map(({ code, logicalId }) => [code, logicalId]),
      [
        ['Unsupported', 'Queue'],
        ['Unsupported', 'Topic'],
      ],
    );
    writeFileSync(join(system.directory, 'cdk.out', 'Small.template.json'), '{ "Resources": ');
    assert.match((await failedUpdate(system.engine))[0]?.message ?? '', /JSON not well-formed/);
    assert.deepEqual(await system.get(), { status: 200, body: 'one' });
    assert.deepEqual(taskIds(system), before);
  });

  test('an update whose new tasks exit at once is rolled back: it says why, the former version answers all along, and the next one works', async () => {
    await using system = await runSmallSystem({ resources: table });
    const before = taskIds(system);
    const over = new AbortController();
    const answers = new Set<string>();
    const client = (async () => {
      while (!over.signal.aborted) answers.add((await system.get()).body);
    })();
    system.write({ server: exits, resources: { ...table, New: table.Table } });
    const [problem] = await failedUpdate(system.engine);
    over.abort();
    await client;
    assert.equal(problem?.logicalId, 'Service');
    assert.match(problem.message, /exits before it is healthy: container "hello" \(exit code 4\)[^]*\n {4}Error: no such column/);
    assert.deepEqual([...answers], ['one']);
    assert.deepEqual(taskIds(system), before);
    assert.equal(system.engine.account.directory.list('table').length, 1);

    system.write({ server: serverOf('three'), resources: table });
    await system.engine.update();
    assert.deepEqual(await system.get(), { status: 200, body: 'three' });
  });

  test('a resource that the template no longer has goes', async () => {
    await using system = await runSmallSystem(functionOf('one', { Second: table.Table }));
    assert.equal(system.engine.account.directory.list('table').length, 2);
    system.write(functionOf('one'));
    await system.engine.update();
    assert.equal(system.engine.account.directory.list('table').length, 1);
    assert.deepEqual((await system.event('updated')).changes, { deleted: ['Small/Second'] });
  });

  test("an authorizer's new code leaves its cache as it is, and the notice names the command that empties it", async () => {
    await using system = await runSmallSystem({ resources: authorized(allow('ada')) });
    const token = { Authorization: 'Bearer x' };
    assert.equal((await system.get(token)).status, 200);
    system.write({ resources: authorized(deny) });
    const since = system.events.length;
    await system.engine.update();
    const { message } = await system.event('problem', since);
    assert.equal(
      message,
      'Function has new code, but results of the former one stay cached until they expire, as on AWS. To drop them: s3m flush authorizer',
    );
    assert.equal((await system.get(token)).status, 200);
    for (const [, api] of system.engine.account.directory.list('api')) api.flushAuthorizers?.('prod');
    assert.equal((await system.get(token)).status, 403);
  });

  test('a saved assembly is taken up by itself; one that is broken is told, and the next good one is taken up again', async () => {
    await using system = await runSmallSystem(functionOf('one'), { watch: true });
    system.write(functionOf('two'));
    await system.event('updated');
    assert.equal(await invoke(system.engine), 'two');
    const since = system.events.length;
    system.write(functionOf('three', { Queue: { Type: 'AWS::SQS::Queue' } }));
    const { problems } = await system.event('update-failed', since);
    assert.equal(problems[0]?.message, 'Queue: resource type AWS::SQS::Queue is not supported');
    assert.equal(await invoke(system.engine), 'two');
    system.write(functionOf('four'));
    await system.event('updated', since);
    assert.equal(await invoke(system.engine), 'four');
  });

  test('a fault that is taken back is told to be gone, although nothing changes', async () => {
    await using system = await runSmallSystem(functionOf('one'), { watch: true });
    system.write(functionOf('one', { Queue: { Type: 'AWS::SQS::Queue' } }));
    await system.event('update-failed');
    const since = system.events.length;
    system.write(functionOf('one'));
    const { message } = await system.event('problem', since);
    assert.equal(message, 'The application is again what runs; nothing had to change');
    assert.equal(await invoke(system.engine), 'one');
  });

  test('an app that no longer synthesizes is told with its own words, and the former system runs on', async () => {
    const app = "import { cpSync } from 'node:fs';\ncpSync('made/cdk.out', process.env.CDK_OUTDIR, { recursive: true });\n";
    await using system = await runSmallSystem(functionOf('one'), {
      folder: 'made',
      files: { 'app.mjs': app },
      app: 'node app.mjs',
      watch: true,
    });
    system.write(functionOf('two'));
    system.save('app.mjs', 'throw new Error("no such service");\n');
    const { problems } = await system.event('update-failed');
    assert.equal(problems[0]?.code, 'SynthesisFailed');
    assert.match(problems[0].message, /^The app does not synthesize: "node app\.mjs" ended with exit code 1\n[^]*Error: no such service/);
    assert.equal(await invoke(system.engine), 'one');
    system.save('app.mjs', `${app}// mended\n`);
    await system.event('updated');
    assert.equal(await invoke(system.engine), 'two');
  });

  test('what is saved while the system starts is taken up as soon as it runs', async () => {
    const saved = Promise.withResolvers<void>();
    await using system = await runSmallSystem(functionOf('one'), {
      watch: true,
      onEvent: (event, write) => {
        if (event.event !== 'ready') return;
        write(functionOf('two'));
        saved.resolve();
      },
    });
    await saved.promise;
    await system.event('updated');
    assert.equal(await invoke(system.engine), 'two');
  });

  test('an engine that is closed in the middle of an update does not wait for it', async () => {
    const system = await runSmallSystem({});
    let update = Promise.resolve();
    try {
      system.write({ server: serverOf('two', 9090) });
      const since = system.events.length;
      update = assert.rejects(
        system.engine.update(),
        (error: unknown) => error instanceof EngineFailure && error.problems[0]?.code === 'Interrupted',
      );
      await system.event('task', since);
    } finally {
      await system[Symbol.asyncDispose]();
    }
    await update;
    assert.equal(system.events.at(-1)?.event, 'stopped');
  });
});
