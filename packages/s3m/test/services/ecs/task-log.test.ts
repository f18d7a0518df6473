import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TaskStartFailure } from '../../../src/containers/task-runtime.ts';
import type { NetworkInterface } from '../../../src/network/network.ts';
import { readContainerDefinitions } from '../../../src/services/ecs/container-definition.ts';
import { executionRole } from '../../../src/services/ecs/execution-role.ts';
import { TaskLog } from '../../../src/services/ecs/task-log.ts';
import { role } from '../../../src/services/iam/role.ts';
import { ensureLogGroup } from '../../../src/services/log-groups.ts';
import { smallNetwork } from '../../network/small-network.ts';
import { createContext, fakeAccount } from '../fake-account.ts';

const task = '0123456789abcdef0123456789abcdef';

/** The log of a task with one container; `way` gives its subnet a way to CloudWatch. */
async function logOf({ way, createGroup = false }: { readonly way: boolean; readonly createGroup?: boolean }) {
  const small = smallNetwork();
  if (way) {
    small.network.model.addGatewayEndpoint({ id: 'vpce-1', name: 'All', vpcId: 'vpc-1', service: 'com.amazonaws.us-east-1.logs' });
    small.network.model.addRoute('rtb-main', {
      destination: { kind: 'service', service: 'com.amazonaws.us-east-1.logs' },
      target: { kind: 'gateway-endpoint', id: 'vpce-1' },
    });
  }
  const account = await fakeAccount({ network: small.network });
  const Options = {
    'awslogs-group': '/weather',
    'awslogs-region': 'us-east-1',
    'awslogs-stream-prefix': 'app',
    'awslogs-create-group': String(createGroup),
  };
  const properties = { ContainerDefinitions: [{ Name: 'main', Image: 'x', LogConfiguration: { LogDriver: 'awslogs', Options } }] };
  const containers = readContainerDefinitions({ properties, local: properties, metadata: {}, findAsset: () => undefined });
  const log = new TaskLog(account, 'Weather', task, containers);
  const attached: NetworkInterface = small.task();
  const open = (refused?: string) => (): void => log.open(attached, { owner: undefined, refuse: () => refused });
  /** By an execution role of the template that may do `Action`. */
  const openAs = async (Action: readonly string[], Resource = '*'): Promise<() => void> => {
    const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] };
    const trust = { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' };
    const properties = {
      RoleName: 'exec',
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [trust] },
      Policies: [{ PolicyName: 'p', PolicyDocument: document }],
    };
    const created = await role.create(createContext(account, role, { logicalId: 'Exec', properties }));
    return () => log.open(attached, executionRole(account, String(created.attributes['Arn']), task));
  };
  return { account, log, open, openAs, [Symbol.asyncDispose]: () => account[Symbol.asyncDispose]() };
}

const reason =
  (text: string) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof TaskStartFailure);
    assert.equal(error.stoppedReason, `ResourceInitializationError: failed to validate logger args: ${text}`);
    return true;
  };

test('a line is an event of the stream PREFIX/CONTAINER/TASK (ECS-012)', async () => {
  await using it = await logOf({ way: true });
  const group = ensureLogGroup(it.account.directory, '/weather');
  it.open()();
  it.log.write('main', 'hello');
  assert.deepEqual(
    group.tail(10).map(({ stream, message }) => [stream, message]),
    [[`app/main/${task}`, 'hello']],
  );
});

test('without a way to CloudWatch Logs the task does not start (ECS-055, VPC-022)', async () => {
  await using it = await logOf({ way: false });
  ensureLogGroup(it.account.directory, '/weather');
  const text =
    'The task cannot find the Amazon CloudWatch log group defined in the task definition. There is a connection issue between the task and Amazon CloudWatch. Check your network configuration. : signal: killed';
  assert.throws(it.open(), reason(text));
});

test('a log group that is not there is made only where the definition says so (ECS-013, ECS-054)', async () => {
  await using plain = await logOf({ way: true });
  const missing =
    'create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1';
  assert.throws(plain.open(), reason(missing));
  await using making = await logOf({ way: true, createGroup: true });
  making.open()();
  assert.ok(making.account.directory.find('logGroup', '/weather'));
});

test('it is not made when the execution role may not (ECS-056)', async () => {
  await using it = await logOf({ way: true, createGroup: true });
  const refused =
    'User: arn:x is not authorized to perform: logs:CreateLogGroup on resource: y because no identity-based policy allows the logs:CreateLogGroup action';
  const text = `create stream has been retried 1 times: failed to create Cloudwatch log group: AccessDeniedException: ${refused} : exit status 1`;
  assert.throws(it.open(refused), reason(text));
  assert.equal(it.account.directory.find('logGroup', '/weather'), undefined);
});

const group = 'arn:aws:logs:us-east-1:000000000000:log-group:/weather';

test('a task whose execution role may not make its log stream does not start, in the words of AWS (ECS-056, IAM-030)', async () => {
  await using it = await logOf({ way: true });
  ensureLogGroup(it.account.directory, '/weather');
  const refused = `User: arn:aws:sts::000000000000:assumed-role/exec/${task} is not authorized to perform: logs:CreateLogStream on resource: ${group}:log-stream:app/main/${task} because no identity-based policy allows the logs:CreateLogStream action`;
  const text = `create stream has been retried 1 times: failed to create Cloudwatch log stream: AccessDeniedException: ${refused} : exit status 1`;
  assert.throws(await it.openAs(['logs:PutLogEvents']), reason(text));
  const notices = it.account.events.flatMap((event) => (event.event === 'notice' ? [event.message] : []));
  assert.equal(notices.length, 1);
  assert.ok(notices[0]!.endsWith(`{"Effect":"Allow","Action":"logs:CreateLogStream","Resource":"${group}:*"}`), notices.join());
});

test('a task whose execution role may not put events runs, and its group has none of its lines', async () => {
  await using it = await logOf({ way: true });
  const kept = ensureLogGroup(it.account.directory, '/weather');
  (await it.openAs(['logs:CreateLogStream']))();
  it.log.write('main', 'unheard');
  assert.deepEqual(kept.tail(10), []);
  assert.deepEqual(it.log.lastLines, ['unheard']);
});

test("what CDK's awslogs driver grants on the group is enough", async () => {
  await using it = await logOf({ way: true });
  const kept = ensureLogGroup(it.account.directory, '/weather');
  (await it.openAs(['logs:CreateLogStream', 'logs:PutLogEvents'], `${group}:*`))();
  it.log.write('main', 'heard');
  assert.equal(kept.tail(10).length, 1);
});

test('a line of a task with several containers is of the service and the container, of one with a single container of the service', async () => {
  await using account = await fakeAccount({ network: smallNetwork().network });
  const sources = (...names: readonly string[]): unknown => {
    const properties = { ContainerDefinitions: names.map((Name) => ({ Name, Image: 'x' })) };
    const containers = readContainerDefinitions({ properties, local: properties, metadata: {}, findAsset: () => undefined });
    const before = account.events.length;
    new TaskLog(account, 'Weather', task, containers).write('main', 'hello');
    return account.events.slice(before).map((event) => (event.event === 'log' ? event.source : event.event));
  };
  assert.deepEqual(sources('main'), ['Weather']);
  assert.deepEqual(sources('main', 'side'), ['Weather/main']);
});
