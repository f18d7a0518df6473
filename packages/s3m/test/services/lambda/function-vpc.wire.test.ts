import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { test } from 'node:test';
import { scaledClock } from '../../../src/clock/scaled-clock.ts';
import { systemClock } from '../../../src/clock/system-clock.ts';
import type { InvokeResult } from '../../../src/capabilities/invocable.ts';
import { lambdaFunction } from '../../../src/services/lambda/function.ts';
import { checkFunction } from '../../../src/services/lambda/function-check.ts';
import { ALLOW_ALL } from '../../../src/network/security-rule.ts';
import { smallNetwork, tcp, to, type SmallNetwork } from '../../network/small-network.ts';
import { createContext, fakeAccount } from '../fake-account.ts';
import { runFunction, type RunningFunction } from './running-function.ts';

/** Connects to each `HOST:PORT` of the event, and answers what became of it. */
const DIALLER = `
const net = require('node:net');
exports.handler = async (event) => Promise.all(event.map((where) => new Promise((resolve) => {
  const [host, port] = where.split(':');
  const socket = net.connect({ host, port: Number(port) });
  socket.on('error', (error) => resolve(error.code));
  socket.on('data', (data) => { resolve(String(data)); socket.destroy(); });
})));
`;

const vpc = { VpcConfig: { SubnetIds: ['subnet-1', 'subnet-2'], SecurityGroupIds: ['sg-fn'] }, Timeout: 900 };

/** A network with a group for functions, and the answer of a server on this machine. */
async function surroundings() {
  const server = createServer((socket) => socket.end('hello'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const accept = async (): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return socket;
  };
  const small: SmallNetwork = smallNetwork({ task: { ingress: [tcp(8080, 'sg-fn')] } });
  small.network.model.addSecurityGroup({ id: 'sg-fn', name: 'Fn', vpcId: 'vpc-1', ingress: [], egress: [ALLOW_ALL] });
  return { small, port, accept, [Symbol.asyncDispose]: async () => void (await once(server.close(), 'close')) };
}

function runIn({ small }: { readonly small: SmallNetwork }): Promise<RunningFunction> {
  const quick = scaledClock(systemClock, 0.005);
  return runFunction(DIALLER, vpc, {}, { network: small.network, schedule: quick });
}

const answers = (result: InvokeResult): unknown => (result.kind === 'success' ? JSON.parse(result.payload) : result);

test('a function in a VPC has an interface in each subnet, without a public address, until it is deleted (LMB-055, VPC-010)', async () => {
  await using around = await surroundings();
  const { interfaces } = around.small.network;
  assert.equal(interfaces.length, 0);
  const running = await runIn(around);
  assert.deepEqual(
    around.small.network.interfaces.map(({ name, subnetId }) => [name, subnetId]),
    [
      ['function Authorizer', 'subnet-1'],
      ['function Authorizer', 'subnet-2'],
    ],
  );
  await running[Symbol.asyncDispose]();
  assert.equal(around.small.network.interfaces.length, 0);
});

test('it reaches what its groups let it: a task, by the rule of the task, and nothing listens elsewhere (LMB-057, VPC-050)', async () => {
  await using around = await surroundings();
  const task = around.small.task({ accept: around.accept });
  await using running = await runIn(around);
  const other = around.small.task({ name: 'task other/1' });
  assert.deepEqual(answers(await running.invoke([`${task.address}:8080`, `${task.address}:8081`, `${other.address}:8080`])), [
    'hello',
    'ETIMEDOUT',
    'ECONNREFUSED',
  ]);
  assert.match(
    running.notices.join('\n'),
    /Function Authorizer gets no answer: function Authorizer .* on port 8081: no ingress rule of sg-task/,
  );
});

test('without a NAT gateway or an endpoint it gets no answer from AWS and from the internet, and the reason is told (LMB-057, VPC-010, VPC-022)', async () => {
  await using around = await surroundings();
  await using running = await runIn(around);
  assert.deepEqual(answers(await running.invoke([`127.0.0.1:${around.port}`, '192.0.2.1:443'])), ['ETIMEDOUT', 'ETIMEDOUT']);
  assert.match(running.notices.join('\n'), /has no route to the internet.*to a NAT gateway/);
  assert.match(running.notices.join('\n'), /has no route to 192\.0\.2\.1/);
});

test('with a route to a NAT gateway it gets out (LMB-057, VPC-011)', async () => {
  await using around = await surroundings();
  const { model } = around.small.network;
  model.addInternetGateway('igw-1', 'Igw');
  model.attachInternetGateway('igw-1', 'vpc-1');
  model.addNatGateway({ id: 'nat-1', name: 'Nat', subnetId: 'subnet-public', connectivity: 'public' });
  for (const [id, subnetId, target] of [
    ['rtb-public', 'subnet-public', { kind: 'internet-gateway', id: 'igw-1' }],
    ['rtb-1', 'subnet-1', { kind: 'nat-gateway', id: 'nat-1' }],
    ['rtb-2', 'subnet-2', { kind: 'nat-gateway', id: 'nat-1' }],
  ] as const) {
    model.addRouteTable({ id, name: id, vpcId: 'vpc-1' });
    model.associateRouteTable(subnetId, id);
    model.addRoute(id, { destination: to('0.0.0.0/0'), target });
  }
  await using running = await runIn(around);
  assert.deepEqual(answers(await running.invoke([`127.0.0.1:${around.port}`])), ['hello']);
});

test('a subnet or a group that is not there is refused in the words of LMB-058', async () => {
  await using around = await surroundings();
  await using account = await fakeAccount({ network: around.small.network });
  const create = (VpcConfig: { SubnetIds: string[]; SecurityGroupIds: string[] }) =>
    lambdaFunction.create(
      createContext(account, lambdaFunction, {
        logicalId: 'Fn',
        properties: { Runtime: 'nodejs22.x', Handler: 'index.handler', Code: { ZipFile: DIALLER }, VpcConfig },
      }),
    );
  await assert.rejects(create({ SubnetIds: ['subnet-x'], SecurityGroupIds: ['sg-fn'] }), {
    message:
      "Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. EC2 Error Message: The subnet ID 'subnet-x' does not exist",
  });
  await assert.rejects(create({ SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-x'] }), {
    message:
      "Error occurred while DescribeSecurityGroups. EC2 Error Code: InvalidGroup.NotFound. EC2 Error Message: The security group 'sg-x' does not exist",
  });
  assert.equal(around.small.network.interfaces.length, 0);
});

test('a role that may not create network interfaces is refused (LMB-056)', async () => {
  await using around = await surroundings();
  await using account = await fakeAccount({ network: around.small.network });
  const properties = {
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Code: { ZipFile: DIALLER },
    Role: 'arn:aws:iam::000000000000:role/unknown',
    VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-fn'] },
  };
  await assert.rejects(lambdaFunction.create(createContext(account, lambdaFunction, { logicalId: 'Fn', properties })), {
    message: 'The provided execution role does not have permissions to call CreateNetworkInterface on EC2',
  });
});

test('subnets and groups come together, and only for Node.js functions (LMB-055)', () => {
  const kinds = (properties: Parameters<typeof checkFunction>[0]): unknown =>
    checkFunction(properties, {}).map(({ property, kind }) => [property, kind]);
  const full = { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] };
  assert.deepEqual(kinds({ Runtime: 'nodejs22.x', VpcConfig: full }), []);
  assert.deepEqual(kinds({ Runtime: 'nodejs22.x', VpcConfig: { SubnetIds: [], SecurityGroupIds: [] } }), []);
  assert.deepEqual(kinds({ Runtime: 'nodejs22.x', VpcConfig: { SubnetIds: ['subnet-1'] } }), [['VpcConfig', 'invalid']]);
  assert.deepEqual(kinds({ Runtime: 'provided.al2023', VpcConfig: full }), [['VpcConfig', 'unsupported']]);
});
