import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { DialFailure } from '../../../src/capabilities/connection.ts';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import { NetworkRefusal } from '../../../src/network/network.ts';
import { listener } from '../../../src/services/elasticloadbalancingv2/listener.ts';
import { loadBalancer } from '../../../src/services/elasticloadbalancingv2/load-balancer.ts';
import { targetGroup } from '../../../src/services/elasticloadbalancingv2/target-group.ts';
import { tcp, to, type SmallNetwork } from '../../network/small-network.ts';
import { createContext } from '../fake-account.ts';
import { balancerOf, link, open, register, serverOf, type PrivateBalancer, listening } from './private-balancer.ts';

const bothZones = { Subnets: ['subnet-1', 'subnet-2'] };
const attribute = (Key: string, Value: string) => ({ Key, Value });
const groupAttribute = (key: string, value: string) => ({ TargetGroupAttributes: [attribute(key, value)] });
const refusal = (kind: string, text: RegExp) => (error: unknown) =>
  error instanceof DialFailure && error.kind === kind && text.test(error.message);

/** Which targets as many connections reached. */
async function reached(it: PrivateBalancer, count: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let each = 0; each < count; each++) {
    const { socket, route } = await it.dialled.dial({ port: 80, source: link });
    socket.destroy();
    counts[route.target!] = (counts[route.target!] ?? 0) + 1;
  }
  return counts;
}

/** Two tasks in zone a and one in zone b. */
async function unevenTargets(t: TestContext, it: PrivateBalancer) {
  const { accept } = await serverOf(t, 'hello');
  const tasks = ['subnet-1', 'subnet-1', 'subnet-2'].map((subnetId) => it.small.task({ subnetId, accept }));
  for (const task of tasks) await register(it, task, 'healthy');
  return tasks.map(({ address }) => `${address}:8080`) as [string, string, string];
}

test('with cross-zone off, the default, each zone gets its share whatever it has of targets (NLB-020, NLB-021)', async (t) => {
  const it = await balancerOf(t, { balancer: bothZones });
  await assertZonesShare(it, await unevenTargets(t, it));
});

/** Half of the connections for each zone, of which its targets get shares by the hash. */
async function assertZonesShare(it: PrivateBalancer, [first, second, alone]: readonly [string, string, string]): Promise<void> {
  const counts = await reached(it, 200);
  assert.equal(counts[alone], 100);
  assertEven(counts, [first, second], 50);
}

/** By a seed, so these are always the same numbers. */
function assertEven(counts: Record<string, number>, targets: readonly string[], share: number): void {
  for (const target of targets)
    assert.ok(Math.abs(counts[target]! - share) < share / 3, `${target}: ${counts[target]}, a share is ${share}`);
}

test('with cross-zone on, all targets get about the same, and the attribute of the group wins (NLB-020)', async (t) => {
  const on = [attribute('load_balancing.cross_zone.enabled', 'true')];
  const it = await balancerOf(t, { balancer: { ...bothZones, LoadBalancerAttributes: on } });
  const targets = await unevenTargets(t, it);
  assertEven(await reached(it, 240), targets, 80);
  const changed = {
    Port: 8080,
    Protocol: 'TCP',
    TargetType: 'ip',
    VpcId: 'vpc-1',
    ...groupAttribute('load_balancing.cross_zone.enabled', 'false'),
  };
  await it.group.update!(createContext(it.account, targetGroup, { logicalId: 'Targets', properties: changed }));
  await assertZonesShare(it, targets);
});

test('with cross-zone on, what closes the subnet of another node keeps a target from being healthy, with it off it does not (NLB-033)', async (t) => {
  const closed = ({ network: { model } }: SmallNetwork): void => {
    model.acls.add({ id: 'acl-closed', name: 'Closed', vpcId: 'vpc-1' });
    model.acls.associate({ id: 'subnet-1', vpcId: 'vpc-1' }, 'acl-closed');
  };
  const { accept } = await serverOf(t, 'hello');
  const on = { LoadBalancerAttributes: [attribute('load_balancing.cross_zone.enabled', 'true')] };
  const crossing = await balancerOf(t, { balancer: { ...bothZones, ...on }, prepare: closed });
  const seen = await register(crossing, crossing.small.task({ subnetId: 'subnet-2', accept }), 'unhealthy');
  assert.match(seen ?? '', /^from 1 of 2 nodes: no answer: .*network ACL acl-closed.*To open it, .* from 10\.0\.2\.0\/24$/);
  const zonal = await balancerOf(t, { balancer: bothZones, prepare: closed });
  await register(zonal, zonal.small.task({ subnetId: 'subnet-2', accept }), 'healthy');
});

test('a zone without a healthy target is out of DNS, and comes back when none has one (NLB-010, NLB-023)', async (t) => {
  const it = await balancerOf(t, { balancer: bothZones });
  const { accept } = await serverOf(t, 'hello');
  const task = it.small.task({ subnetId: 'subnet-2', accept });
  await register(it, task, 'healthy');
  assert.deepEqual(await reached(it, 4), { [`${task.address}:8080`]: 4 });
});

/** Notices so far. */
const notices = (it: PrivateBalancer): string[] => it.account.events.flatMap((each) => (each.event === 'notice' ? [each.message] : []));

test('a VPC link to a balancer that has a zone without a healthy target is told of once, unless cross-zone is on (NLB-026)', async (t) => {
  const told = async (crossZone: string, subnets: readonly string[]): Promise<string[]> => {
    const balancer = { ...bothZones, LoadBalancerAttributes: [attribute('load_balancing.cross_zone.enabled', crossZone)] };
    const it = await balancerOf(t, { balancer });
    const { accept } = await serverOf(t, 'hello');
    for (const subnetId of subnets) await register(it, it.small.task({ subnetId, accept }), 'healthy');
    await reached(it, 3);
    return notices(it);
  };
  const [message = '', ...more] = await told('false', ['subnet-2']);
  assert.match(
    message,
    /^Target group ".+" has no healthy target in us-east-1a, .*"PrivateNlb" is off: .* 504 .*load_balancing\.cross_zone\.enabled/,
  );
  assert.deepEqual(more, []);
  assert.deepEqual(await told('false', ['subnet-1', 'subnet-2']), []);
  assert.deepEqual(await told('true', ['subnet-2']), []);
});

test('who comes to the address of a node whose zone has no target is told that cross-zone is off (NLB-021)', async (t) => {
  const it = await balancerOf(t, { balancer: bothZones, rules: { ...open, balancer: { ingress: [tcp(80, '0.0.0.0/0')] } } });
  const { accept } = await serverOf(t, 'hello');
  await register(it, it.small.task({ subnetId: 'subnet-2', accept }), 'healthy');
  const caller = { kind: 'interface', interfaceId: it.small.task({ name: 'caller' }).id } as const;
  const [nodeA, nodeB] = it.dialled.nodeAddresses;
  await assert.rejects(it.account.network.dial(caller, { address: nodeA!, port: 80 }), /us-east-1a, and cross-zone load balancing is off/);
  const { socket } = await it.account.network.dial(caller, { address: nodeB!, port: 80 });
  socket.write('anything');
  assert.equal(String((await once(socket, 'data'))[0]), 'hello');
});

test('a port without a listener is silent for who is in the network (NLB-019)', async (t) => {
  const it = await balancerOf(t, { rules: { ...open, balancer: { ingress: [tcp([1, 65_535], '0.0.0.0/0')] } } });
  const caller = { kind: 'interface', interfaceId: it.small.task({ name: 'caller' }).id } as const;
  const dialled = it.account.network.dial(caller, { address: it.dialled.nodeAddresses[0]!, port: 81 });
  await assert.rejects(dialled, (error) => error instanceof NetworkRefusal && /no listener on port 81/.test(error.message));
});

test('the target sees the address of the node, or with preservation that of the client, but never through PrivateLink (NLB-047)', async (t) => {
  // The task lets the balancer's addresses in, and nobody else.
  const rules = { balancer: open.balancer, task: { ingress: [tcp(8080, '10.0.2.0/24')] } };
  const { accept } = await serverOf(t, 'hello');
  const caller = (it: PrivateBalancer) => ({ kind: 'interface', interfaceId: it.small.task({ name: 'caller' }).id }) as const;

  const plain = await balancerOf(t, { rules });
  await register(plain, plain.small.task({ subnetId: 'subnet-2', accept }), 'healthy');
  (await plain.dialled.dial({ port: 80, source: caller(plain) })).socket.destroy();

  const preserving = await balancerOf(t, { rules, group: groupAttribute('preserve_client_ip.enabled', 'true') });
  await register(preserving, preserving.small.task({ subnetId: 'subnet-2', accept }), 'healthy');
  await assert.rejects(
    preserving.dialled.dial({ port: 80, source: caller(preserving) }),
    refusal('blocked-by-network', /WeatherSecurityGroup/),
  );
  (await preserving.dialled.dial({ port: 80, source: link })).socket.destroy();
});

test('a rule for the group of the balancer admits preserved clients too (NLB-055)', async (t) => {
  const it = await balancerOf(t, { group: groupAttribute('preserve_client_ip.enabled', 'true') });
  const { accept } = await serverOf(t, 'hello');
  await register(it, it.small.task({ subnetId: 'subnet-2', accept }), 'healthy');
  const source = { kind: 'interface', interfaceId: it.small.task({ name: 'caller' }).id } as const;
  (await it.dialled.dial({ port: 80, source })).socket.destroy();
});

test('a target that comes back to itself with its own address on the way waits for nothing (NLB-048)', async (t) => {
  const it = await balancerOf(t, { group: groupAttribute('preserve_client_ip.enabled', 'true') });
  const { accept } = await serverOf(t, 'hello');
  const task = it.small.task({ subnetId: 'subnet-2', accept });
  await register(it, task, 'healthy');
  const dialled = it.dialled.dial({ port: 80, source: { kind: 'interface', interfaceId: task.id } });
  await assert.rejects(dialled, refusal('timed-out', /preserve_client_ip\.enabled/));
});

test('with proxy protocol v2 a header comes first, with the endpoint of a VPC link, and a bare one on health checks (NLB-049)', async (t) => {
  const it = await balancerOf(t, { group: groupAttribute('proxy_protocol_v2.enabled', 'true') });
  const received: Buffer[] = [];
  const server = createServer((socket) => socket.on('data', (chunk: Buffer) => received.push(chunk)).on('error', () => {}));
  const accept = await listening(t, server);
  await register(it, it.small.task({ subnetId: 'subnet-2', accept }), 'healthy');
  const { socket } = await it.dialled.dial({ port: 80, source: link });
  socket.write('GET / HTTP/1.1');
  while (!Buffer.concat(received).includes('GET / HTTP/1.1')) await new Promise((resolve) => void setImmediate(resolve));
  socket.destroy();
  const header = Buffer.concat(received).toString('hex');
  assert.match(header, /515549540a20000000/, 'a health check is LOCAL');
  assert.match(header, /515549540a21110054.{24}030004.{8}ea001701767063652d.{34}040024(?:00){36}474554/);
});

test('a connection on which nothing is sent for the idle time ends; 350 s by default (NLB-050)', async (t) => {
  const clock = new VirtualClock();
  const it = await balancerOf(t, { clock });
  const { accept } = await serverOf(t, 'hello');
  await register(it, it.small.task({ subnetId: 'subnet-2', accept }), 'healthy');
  const { socket } = await it.dialled.dial({ port: 80, source: link });
  await clock.advance(340_000);
  assert.equal(socket.destroyed, false);
  await clock.advance(10_000);
  assert.equal(socket.destroyed, true);
});

/** An internet-facing balancer in zone a, whose listener answers at a port of this machine. */
async function publicBalancer(t: TestContext, options: { readonly clock?: VirtualClock; readonly open?: boolean } = {}) {
  const rules = { balancer: { ingress: options.open === false ? [] : [tcp(80, '0.0.0.0/0')] }, task: open.task };
  const it = await balancerOf(t, {
    rules,
    balancer: { Scheme: 'internet-facing', Subnets: ['subnet-1'] },
    ...(options.clock === undefined ? {} : { clock: options.clock }),
    prepare: ({ network: { model } }) => {
      model.addInternetGateway('igw-1', 'Igw');
      model.attachInternetGateway('igw-1', 'vpc-1');
      model.addRoute('rtb-main', { destination: to('0.0.0.0/0'), target: { kind: 'internet-gateway', id: 'igw-1' } });
    },
  });
  const url = new URL(it.first.addresses![0]!.local);
  const call = (): Socket => connect({ port: Number(url.port), host: '127.0.0.1', allowHalfOpen: true });
  return { ...it, call };
}

/** A task that sends back what it gets, and closes when its client does. */
async function echoTask(t: TestContext, it: Awaited<ReturnType<typeof publicBalancer>>): Promise<void> {
  const server = createServer({ allowHalfOpen: true }, (socket) => socket.on('error', () => {}).pipe(socket));
  const accept = await listening(t, server);
  await register(it, it.small.task({ accept }), 'healthy');
}

test('a client of an internet-facing listener is passed on byte for byte, to a half-closed end (NLB-018)', async (t) => {
  const it = await publicBalancer(t);
  await echoTask(t, it);
  const sent = Buffer.alloc(3_000_000, 'stream of bytes ');
  const client = it.call();
  client.end(sent);
  const chunks: Buffer[] = [];
  for await (const chunk of client as AsyncIterable<Buffer>) chunks.push(chunk);
  assert.ok(Buffer.concat(chunks).equals(sent));
});

test('data after the idle time is answered with a reset (NLB-050)', async (t) => {
  const clock = new VirtualClock();
  const it = await publicBalancer(t, { clock });
  await echoTask(t, it);
  const client = it.call();
  client.write('in time');
  await once(client, 'data');
  await clock.advance(351_000);
  client.write('too late');
  const [error] = (await once(client, 'error')) as [NodeJS.ErrnoException];
  assert.equal(error.code, 'ECONNRESET');
});

test('without a target a client is accepted and closed without a byte (NLB-059)', async (t) => {
  const it = await publicBalancer(t);
  const client = it.call();
  client.resume();
  await once(client, 'end');
  assert.equal(client.bytesRead, 0);
  client.destroy();
});

test('whom the security group keeps out hears nothing, and the notice says why (NLB-057)', async (t) => {
  const it = await publicBalancer(t, { open: false });
  await echoTask(t, it);
  const client = it.call();
  client.write('anything');
  await once(client, 'close').catch(() => {});
  assert.equal(client.bytesRead, 0);
  assert.ok(it.account.events.some((event) => event.event === 'notice' && /NlbSecurityGroup/.test(event.message)));
});

test('a group of type alb leads to the nodes of an application load balancer, with a notice where only that crosses zones (NLB-004, NLB-076)', async (t) => {
  const small = { balancer: { ingress: [tcp([80, 81], '0.0.0.0/0')] }, task: open.task };
  const it = await balancerOf(t, { rules: small, balancer: bothZones });
  const alb = await it.make(loadBalancer, 'Alb', {
    Type: 'application',
    Scheme: 'internal',
    Subnets: ['subnet-1', 'subnet-2'],
    SecurityGroups: ['sg-nlb'],
  });
  const properties = { Port: 80, Protocol: 'TCP', TargetType: 'alb', VpcId: 'vpc-1', Targets: [{ Id: alb.ref, Port: 80 }] };
  await assert.rejects(it.make(targetGroup, 'TooEarly', properties), /has no listener on the target group's port 80/);
  const answers = {
    Type: 'fixed-response',
    FixedResponseConfig: { StatusCode: '200', ContentType: 'text/plain', MessageBody: 'from the alb' },
  };
  const http = await it.make(listener, 'Http', { LoadBalancerArn: alb.ref, Port: 80, Protocol: 'HTTP', DefaultActions: [answers] });
  t.after(() => http.stopNow!());
  const group = await it.make(targetGroup, 'Albs', properties);
  t.after(() => group.delete());
  const targets = it.account.directory.find('targetGroup', group.ref)!;
  const healthy = new Promise<void>((resolve) => targets.onHealthChange(({ health }) => health.state === 'healthy' && resolve()));
  await it.listen(81, 'Front', { DefaultActions: [{ Type: 'forward', TargetGroupArn: group.ref }] });
  await healthy;
  assert.match(notices(it).join('\n'), /has an Application Load Balancer, .* "PrivateNlb" is off: .* 503 /);
  const { socket } = await it.dialled.dial({ port: 81, source: link });
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  assert.match(String((await once(socket, 'data'))[0]), /^HTTP\/1\.1 200 OK\r\n/);
  socket.destroy();
});

test('a group of instances may be empty; an instance that there is not is refused in the words of AWS (NLB-004)', async (t) => {
  const it = await balancerOf(t);
  const groupOf = (logicalId: string, ...ids: readonly string[]) =>
    it.make(targetGroup, logicalId, { Port: 80, Protocol: 'TCP', VpcId: 'vpc-1', Targets: ids.map((Id) => ({ Id })) });
  const empty = await groupOf('Empty');
  const { targetType } = it.account.directory.find('targetGroup', empty.ref)!;
  assert.equal(targetType, 'instance');
  await assert.rejects(groupOf('Gone', 'i-0123456789abcdef0', 'i-01234567'), {
    message: "The following instances do not exist: 'i-0123456789abcdef0', 'i-01234567'",
  });
  await assert.rejects(groupOf('Wrong', '10.0.0.5'), { message: "Instance ID '10.0.0.5' is not valid" });
});
