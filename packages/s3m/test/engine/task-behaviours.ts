import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Engine } from '../../src/engine/engine.ts';
import { until } from '../containers/task-fixture.ts';
import { getHello } from './docker-project.ts';
import type { SmallSystemOptions } from './small-system.ts';

/** A system that runs its tasks in one of the ways. */
export interface TaskSystem extends AsyncDisposable {
  readonly engine: Engine;
  write(options: SmallSystemOptions): void;
  /** Kills what a task runs as, as `s3m ps` names it. */
  kill(local: readonly string[]): void;
}

/** What a task finds around itself, as it tells it. */
interface Told {
  readonly version: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly credentials: { readonly AccessKeyId?: string; readonly RoleArn?: string };
  readonly task: { readonly Family?: string; readonly Containers?: readonly { readonly Name: string }[] };
  /** Status of an unsigned call of the AWS endpoint. */
  readonly endpoint: number;
  /** `closed` for a port that no outlet leads to. */
  readonly elsewhere: string;
}

/** A server that answers what it finds around itself. */
function tellingServer(version: string): string {
  return `import { createServer } from 'node:http';
const { env } = process;
const json = (url) => fetch(url).then((answer) => answer.json());
const tell = async () => ({
  version: ${JSON.stringify(version)},
  environment: env,
  credentials: await json('http://169.254.170.2' + env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI),
  task: await json(env.ECS_CONTAINER_METADATA_URI_V4 + '/task'),
  endpoint: await fetch(env.AWS_ENDPOINT_URL, { method: 'POST', body: '{}', headers: { 'x-amz-target': 'DynamoDB_20120810.ListTables' } }).then(({ status }) => status),
  elsewhere: await fetch('http://127.0.0.1:1').then(() => 'open', () => 'closed'),
});
const server = createServer((request, response) => {
  if (request.url === '/health') return void response.end('ok');
  tell().then((told) => response.end(JSON.stringify(told)), (error) => { response.statusCode = 500; response.end(String(error.stack)); });
});
server.listen(8080, '0.0.0.0', () => console.log('says version ${version}'));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
`;
}

const failing = `console.error('no such column'); process.exit(4);\n`;
const allow = (Action: readonly string[]): object => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

/** What the task definition refers to, besides its image. */
const surroundings: Readonly<Record<string, unknown>> = {
  Parameter: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Name: '/weather/unit', Value: 'celsius' } },
  Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { SecretString: '{"password":"winter"}' } },
  Lines: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/weather/tasks' } },
  TaskRole: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'WeatherTask', AssumeRolePolicyDocument: trust } },
  Execution: {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: trust,
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy'],
      Policies: [{ PolicyName: 'secrets', PolicyDocument: allow(['ssm:GetParameters', 'secretsmanager:GetSecretValue']) }],
    },
  },
};

/** Added to the container and the definition of the small system. */
const definition: Partial<SmallSystemOptions> = {
  resources: surroundings,
  container: {
    Environment: [{ Name: 'UNIT_NAME', Value: 'degree' }],
    Secrets: [
      { Name: 'UNIT', ValueFrom: { Ref: 'Parameter' } },
      { Name: 'PASSWORD', ValueFrom: { 'Fn::Join': ['', [{ Ref: 'Secret' }, ':password::']] } },
    ],
    LogConfiguration: {
      LogDriver: 'awslogs',
      Options: { 'awslogs-group': { Ref: 'Lines' }, 'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'weather' },
    },
  },
  task: { TaskRoleArn: { 'Fn::GetAtt': ['TaskRole', 'Arn'] } },
};
const breaker = { DeploymentCircuitBreaker: { Enable: true, Rollback: true } };

export function systemOf(server: string = tellingServer('one')): SmallSystemOptions {
  return { ...definition, server, desired: 2, deploymentConfiguration: breaker };
}

/** What holds of a service's tasks whatever they run as, in one system that goes through it. */
export function describeTasks(how: string, skip: string | false, open: () => Promise<TaskSystem>): void {
  test(`tasks ${how}`, { skip }, async (t) => {
    let left: () => readonly string[] = () => [];
    {
      await using system = await open();
      const { engine } = system;
      const ask = async (): Promise<Told> => {
        const { status, body } = await getHello(engine);
        assert.equal(status, 200, body);
        return JSON.parse(body) as Told;
      };
      const tasks = (): readonly { readonly id: string; readonly lastStatus: string; readonly local: readonly string[] }[] =>
        engine.account.directory.list('service').flatMap(([, service]) => service.tasks);
      const running = (): ReturnType<typeof tasks> => tasks().filter(({ lastStatus }) => lastStatus === 'RUNNING');
      left = () => running().map(({ id }) => id);

      await t.test('have their environment, secrets and parameters, and nothing of the engine (ECS-020)', async () => {
        const { environment } = await ask();
        assert.deepEqual(
          [environment['UNIT_NAME'], environment['UNIT'], environment['PASSWORD'], environment['AWS_REGION']],
          ['degree', 'celsius', 'winter', 'us-east-1'],
        );
        assert.equal(environment['S3M_TEST_OF_ENGINE'], undefined);
      });
      await t.test("have their role's credentials and their metadata at the addresses of Fargate (ECS-092)", async () => {
        const { credentials, task } = await ask();
        assert.match(credentials.AccessKeyId!, /^ASIA/);
        assert.match(credentials.RoleArn!, /:role\/WeatherTask$/);
        assert.equal(task.Family, 'hello');
        assert.deepEqual(
          task.Containers!.map(({ Name }) => Name),
          ['hello'],
        );
      });
      await t.test('reach the AWS endpoint, which wants a signature, and nothing of this machine', async () => {
        const { endpoint, elsewhere } = await ask();
        assert.equal(endpoint, 400);
        assert.equal(elsewhere, 'closed');
      });
      await t.test('write to their log group, each to a stream of its own (ECS-056)', async () => {
        const group = engine.account.directory.list('logGroup').find(([, { name }]) => name === '/weather/tasks')![1];
        const streams = (): readonly string[] =>
          group
            .tail(100)
            .filter(({ message }) => message === 'says version one')
            .map(({ stream }) => stream)
            .toSorted();
        await until(() => streams().length === 2, 'both lines');
        assert.deepEqual(
          streams(),
          left()
            .map((id) => `weather/hello/${id}`)
            .toSorted(),
        );
      });
      await t.test('are replaced when they are killed, and lose no later request', async () => {
        const [victim] = running();
        system.kill(victim!.local);
        const healthy = (): number =>
          engine.account.directory
            .list('targetGroup')
            .flatMap(([, group]) => group.describe())
            .filter(({ health }) => health.state === 'healthy').length;
        await until(() => running().length === 2 && running().every(({ id }) => id !== victim!.id) && healthy() === 2, 'another task');
        assert.equal((await ask()).version, 'one');
        const stopped = tasks().find(({ id }) => id === victim!.id);
        assert.ok(stopped === undefined || stopped.lastStatus !== 'RUNNING');
      });
      await t.test('whose new version ends at once are rolled back, and the former one answers all along (ECS-079, ECS-080)', async () => {
        const before = left();
        const answers = new Set<string>();
        const over = new AbortController();
        const client = (async () => {
          while (!over.signal.aborted) answers.add((await ask()).version);
        })();
        system.write(systemOf(failing));
        await assert.rejects(engine.update(), /exits before it is healthy: container "hello" \(exit code 4\)[^]*no such column/);
        over.abort();
        await client;
        assert.deepEqual([...answers], ['one']);
        assert.deepEqual(left(), before);
      });
      await t.test('are rolled to a new version without a request lost', async () => {
        const before = left();
        const answers = new Set<string>();
        const over = new AbortController();
        const clients = Promise.all(
          [1, 2].map(async () => {
            while (!over.signal.aborted) answers.add((await ask()).version);
          }),
        );
        system.write(systemOf(tellingServer('two')));
        await engine.update();
        over.abort();
        await clients;
        assert.deepEqual([...answers].toSorted().join(), 'one,two');
        assert.equal((await ask()).version, 'two');
        assert.deepEqual(
          left().filter((id) => before.includes(id)),
          [],
        );
      });
    }
    assert.deepEqual(left(), []);
  });
}
