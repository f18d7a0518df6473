import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket, type Server } from 'node:net';
import type { TestContext } from 'node:test';
import type { LoadBalancer } from '../../../src/capabilities/load-balancer.ts';
import type { TargetGroup } from '../../../src/capabilities/target-group.ts';
import type { Clock } from '../../../src/clock/clock.ts';
import { scaledClock } from '../../../src/clock/scaled-clock.ts';
import { systemClock } from '../../../src/clock/system-clock.ts';
import type { NetworkSource } from '../../../src/network/network-source.ts';
import { listener } from '../../../src/services/elasticloadbalancingv2/listener.ts';
import { loadBalancer } from '../../../src/services/elasticloadbalancingv2/load-balancer.ts';
import { targetGroup } from '../../../src/services/elasticloadbalancingv2/target-group.ts';
import type { Properties, Resource, ResourceType } from '../../../src/services/resource-type.ts';
import { smallNetwork, tcp, type Rules, type SmallNetwork } from '../../network/small-network.ts';
import { createContext, fakeAccount, type FakeAccount } from '../fake-account.ts';

/** API Gateway's fleet. */
export const link: NetworkSource = { kind: 'private-link', vpcLinkId: 'link' };
/** Rules with which all goes well. */
export const open: { balancer: Rules; task: Rules } = {
  balancer: { ingress: [tcp(80, '0.0.0.0/0')] },
  task: { ingress: [tcp(8080, 'sg-nlb')] },
};

interface Options {
  readonly rules?: { readonly balancer?: Rules; readonly task?: Rules };
  readonly balancer?: Properties;
  readonly group?: Properties;
  readonly listener?: Properties;
  /** The account's own clock; the system's by default. */
  readonly clock?: Clock;
  /** Opens the AWS endpoint. */
  readonly sockets?: true;
  /** Changes the network before anything is in it. */
  readonly prepare?: (small: SmallNetwork) => void;
}

export interface PrivateBalancer {
  readonly account: FakeAccount;
  readonly small: SmallNetwork;
  readonly balancer: Resource;
  readonly group: Resource;
  readonly targets: TargetGroup;
  readonly dialled: LoadBalancer;
  /** The listener on port 80. */
  readonly first: Resource;
  make(type: ResourceType, logicalId: string, properties: Properties): Promise<Resource>;
  listen(port: number, logicalId?: string, more?: Properties): Promise<Resource>;
}

/** A balancer in private subnet 2 with a listener on 80 and a target group, on a real account's clocks at a quick pace. */
export async function balancerOf(t: TestContext, options: Options = {}): Promise<PrivateBalancer> {
  const small = smallNetwork(options.rules ?? open);
  options.prepare?.(small);
  const account = await fakeAccount({
    clock: options.clock ?? systemClock,
    schedule: scaledClock(systemClock, 0.01),
    network: small.network,
    sockets: options.sockets === true,
  });
  t.after(() => account[Symbol.asyncDispose]());
  const make = (type: ResourceType, logicalId: string, properties: Properties): Promise<Resource> =>
    type.create(createContext(account, type, { logicalId, properties }));
  const balancer = await make(loadBalancer, 'PrivateNlb', {
    Type: 'network',
    Scheme: 'internal',
    Subnets: ['subnet-2'],
    SecurityGroups: ['sg-nlb'],
    ...options.balancer,
  });
  const group = await make(targetGroup, 'Targets', {
    Port: 8080,
    Protocol: 'TCP',
    TargetType: 'ip',
    VpcId: 'vpc-1',
    HealthCheckIntervalSeconds: 5,
    ...options.group,
  });
  const listen = (port: number, logicalId = `Listener${port}`, more: Properties = {}): Promise<Resource> =>
    make(listener, logicalId, {
      LoadBalancerArn: balancer.ref,
      Port: port,
      Protocol: 'TCP',
      DefaultActions: [{ Type: 'forward', TargetGroupArn: group.ref }],
      ...more,
    });
  const first = await listen(80, 'Listener80', options.listener);
  t.after(() => first.delete());
  const targets = account.directory.find('targetGroup', group.ref)!;
  t.after(() => group.delete());
  return { account, small, balancer, group, targets, make, listen, first, dialled: account.directory.find('loadBalancer', balancer.ref)! };
}

/** A server on this machine that answers `answer` to whatever comes, and remembers it. */
export async function serverOf(t: TestContext, answer: string): Promise<{ accept: () => Promise<Socket>; received: string[] }> {
  const received: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (chunk) => {
      received.push(chunk.toString());
      socket.end(answer);
    });
  });
  return { accept: await listening(t, server), received };
}

/** Lets a server listen on this machine until the test ends, and answers what connects to it. */
export async function listening(t: TestContext, server: Server): Promise<() => Promise<Socket>> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return async () => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    await once(socket, 'connect');
    return socket;
  };
}

/** Registers the interface and waits for a state of its health. */
export function register(
  it: PrivateBalancer,
  task: { readonly address: string; readonly zone: string },
  state: string,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const stop = it.targets.onHealthChange((target) => {
      if (target.address !== task.address || target.health.state !== state) return;
      stop();
      resolve(target.detail ?? target.health.description);
    });
    it.targets.register({ address: task.address, port: 8080, zone: task.zone });
  });
}
