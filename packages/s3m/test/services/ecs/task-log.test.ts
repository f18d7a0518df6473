import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TaskStartFailure } from '../../../src/containers/task-runtime.ts';
import type { NetworkInterface } from '../../../src/network/network.ts';
import { readContainerDefinitions } from '../../../src/services/ecs/container-definition.ts';
import { TaskLog } from '../../../src/services/ecs/task-log.ts';
import { ensureLogGroup } from '../../../src/services/log-groups.ts';
import { smallNetwork } from '../../network/small-network.ts';
import { fakeAccount } from '../fake-account.ts';

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
  const log = new TaskLog(account, 'Weather', task, readContainerDefinitions(properties, properties, {}));
  const attached: NetworkInterface = small.task();
  const open = (refused?: string) => (): void => log.open(attached, { owner: undefined, refuse: () => refused });
  return { account, log, open, [Symbol.asyncDispose]: () => account[Symbol.asyncDispose]() };
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
