// An internet-facing Network Load Balancer in front of a port of this machine; prints its own port. `node balancer.ts PORT`
import { once } from 'node:events';
import { connect } from 'node:net';
import { systemClock } from '../../packages/s3m/src/clock/system-clock.ts';
import { listener } from '../../packages/s3m/src/services/elasticloadbalancingv2/listener.ts';
import { loadBalancer } from '../../packages/s3m/src/services/elasticloadbalancingv2/load-balancer.ts';
import { targetGroup } from '../../packages/s3m/src/services/elasticloadbalancingv2/target-group.ts';
import type { Properties, Resource, ResourceType } from '../../packages/s3m/src/services/resource-type.ts';
import { smallNetwork, tcp, to } from '../../packages/s3m/test/network/small-network.ts';
import { createContext, fakeAccount } from '../../packages/s3m/test/services/fake-account.ts';

const backend = Number(process.argv[2]);
const small = smallNetwork({ balancer: { ingress: [tcp(80, '0.0.0.0/0')] }, task: { ingress: [tcp(8080, 'sg-nlb')] } });
const { model } = small.network;
model.addInternetGateway('igw-1', 'Igw');
model.attachInternetGateway('igw-1', 'vpc-1');
model.addRoute('rtb-main', { destination: to('0.0.0.0/0'), target: { kind: 'internet-gateway', id: 'igw-1' } });
const account = await fakeAccount({ clock: systemClock, schedule: systemClock, network: small.network });
process.once('SIGTERM', () => void account[Symbol.asyncDispose]().then(() => process.exit(0)));

const make = (type: ResourceType, logicalId: string, properties: Properties): Promise<Resource> =>
  type.create(createContext(account, type, { logicalId, properties }));
const balancer = await make(loadBalancer, 'Nlb', { Type: 'network', Subnets: ['subnet-1'], SecurityGroups: ['sg-nlb'] });
const group = await make(targetGroup, 'Targets', { Port: 8080, Protocol: 'TCP', TargetType: 'ip', VpcId: 'vpc-1' });
const front = await make(listener, 'Listener', {
  LoadBalancerArn: balancer.ref,
  Port: 80,
  Protocol: 'TCP',
  DefaultActions: [{ Type: 'forward', TargetGroupArn: group.ref }],
});
const task = small.task({
  accept: async () => {
    const socket = connect({ port: backend, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return socket;
  },
});
const targets = account.directory.find('targetGroup', group.ref)!;
const healthy = new Promise<void>((resolve) => {
  targets.onHealthChange(({ health }) => {
    if (health.state === 'healthy') resolve();
  });
});
targets.register({ address: task.address, port: 8080, zone: task.zone });
await healthy;
process.stdout.write(new URL(front.addresses![0]!.local).port);
