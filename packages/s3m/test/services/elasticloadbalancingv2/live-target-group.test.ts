import assert from 'node:assert/strict';
import { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { scaledClock } from '../../../src/clock/scaled-clock.ts';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import type { Network } from '../../../src/network/network.ts';
import type { Flow } from '../../../src/services/elasticloadbalancingv2/network/flow-hash.ts';
import type { Properties } from '../../../src/services/resource-type.ts';
import { LiveTargetGroup } from '../../../src/services/elasticloadbalancingv2/live-target-group.ts';
import { readTargetGroupSettings } from '../../../src/services/elasticloadbalancingv2/target-group-settings.ts';
import { fakeAccount } from '../fake-account.ts';

const target = { address: '10.0.0.5', port: 8080, zone: 'us-east-1a' };
const node = { interfaceId: 'eni-1', address: '10.0.0.4', zone: 'us-east-1a', listenerPort: 80 };

/** What a connection to a target meets, changed by the test as it goes. */
type Server = () => Promise<Socket>;

const listens: Server = () => Promise.resolve(socket());
const refuses: Server = () => Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));

/** A connection that nobody sends on; closed by `destroy`. */
function socket(): Socket {
  return new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() }) as Socket;
}

/** A target group in use, on virtual time at `scale`; its targets meet `world.server`. */
async function groupOf(scale: number, properties: Properties = {}) {
  const clock = new VirtualClock();
  const world = { server: listens };
  const network = {
    dial: async () => ({ socket: await world.server(), hop: { from: '', to: '', port: 8080, allowed: true, rule: '' } }),
  } as unknown as Network;
  const account = await fakeAccount({ clock, schedule: scaledClock(clock, scale), network });
  const settings = readTargetGroupSettings({ Protocol: 'TCP', Port: 8080, ...properties });
  const group = new LiveTargetGroup('arn:group', 'group', settings, account);
  group.use('arn:listener', { checkingNodes: () => [node], crossesZones: () => true });
  const state = (): string | undefined => group.describe()[0]?.health.state;
  return { account, clock, world, group, state, [Symbol.asyncDispose]: () => account[Symbol.asyncDispose]() };
}

const delayOf = (seconds: number): Properties => ({
  TargetGroupAttributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: String(seconds) }],
});

test('a new target is healthy after one passed check (NLB-037)', async () => {
  await using it = await groupOf(1);
  it.group.register(target);
  assert.equal(it.state(), 'initial');
  await it.clock.advance(0);
  assert.equal(it.state(), 'healthy');
});

test('a group that no listener sends to does not check its targets (NLB-034)', async () => {
  await using it = await groupOf(1);
  const idle = new LiveTargetGroup('arn:idle', 'idle', readTargetGroupSettings({ Protocol: 'TCP', Port: 8080 }), it.account);
  idle.register(target);
  await it.clock.advance(100_000);
  assert.deepEqual(idle.describe()[0]?.health.reason, 'Target.NotInUse');
});

test('a healthy target is unhealthy after two failed checks, and healthy again after five passed ones (NLB-028)', async () => {
  await using it = await groupOf(1);
  it.group.register(target);
  await it.clock.advance(0);
  it.world.server = refuses;
  await it.clock.advance(30_000);
  assert.equal(it.state(), 'healthy');
  await it.clock.advance(30_000);
  assert.equal(it.state(), 'unhealthy');
  it.world.server = listens;
  await it.clock.advance(4 * 30_000);
  assert.equal(it.state(), 'unhealthy');
  await it.clock.advance(30_000);
  assert.equal(it.state(), 'healthy');
});

test('at a quick pace a target that refuses connections is still starting for two seconds of real time', async () => {
  await using it = await groupOf(0.02, { HealthCheckIntervalSeconds: 5 });
  it.world.server = refuses;
  it.group.register(target);
  await it.clock.advance(1_900);
  assert.equal(it.state(), 'initial');
  it.world.server = listens;
  await it.clock.advance(100);
  assert.equal(it.state(), 'healthy');
});

test('a target that refuses connections for longer is unhealthy, with what the check saw', async () => {
  await using it = await groupOf(0.02, { HealthCheckIntervalSeconds: 5 });
  it.world.server = refuses;
  it.group.register(target);
  await it.clock.advance(2_200);
  assert.equal(it.state(), 'unhealthy');
  assert.equal(it.group.describe()[0]?.detail, 'connection refused on port 8080');
});

test('requests go to healthy targets in turn, and to all of them when none is healthy (NLB-023, NLB-024)', async () => {
  await using it = await groupOf(1);
  const other = { ...target, address: '10.0.0.6' };
  it.group.register(target);
  it.group.register(other);
  await it.clock.advance(0);
  const picks = (count: number): string[] => Array.from({ length: count }, () => it.group.pick()!.target.address).sort();
  assert.deepEqual(picks(4), ['10.0.0.5', '10.0.0.5', '10.0.0.6', '10.0.0.6']);
  void it.group.deregister(other);
  assert.deepEqual(picks(2), ['10.0.0.5', '10.0.0.5']);
  it.world.server = refuses;
  await it.clock.advance(60_000);
  assert.equal(it.state(), 'unhealthy');
  assert.deepEqual(picks(1), ['10.0.0.5']);
});

/** From a client's port to the node, with a first packet of that sequence number. */
const flowOf = (port: number, sequence: number): Flow => ({
  source: { address: '10.0.9.9', port },
  destination: { address: node.address, port: node.listenerPort },
  sequence,
});

test('a flow goes where the hash of its ends and its sequence number says, and flows spread over all targets (NLB-017)', async () => {
  await using it = await groupOf(1);
  for (let host = 10; host < 15; host++) it.group.register({ ...target, address: `10.0.0.${host}` });
  await it.clock.advance(0);
  const pick = (flow: Flow): string => it.group.pick({ flow })!.target.address;
  for (const flows of [
    Array.from({ length: 1000 }, (_, index) => flowOf(1024 + index, 1)),
    Array.from({ length: 1000 }, (_, index) => flowOf(1024, index)),
  ]) {
    const counts = Map.groupBy(flows, pick);
    assert.equal(counts.size, 5);
    for (const [address, { length }] of counts) assert.ok(Math.abs(length - 200) < 60, `${address}: ${length} of 1000`);
    for (const flow of flows.slice(0, 100)) assert.equal(pick(flow), pick(flow));
  }
});

test('flows go to the other targets while one is unhealthy (NLB-017, NLB-024)', async () => {
  await using it = await groupOf(1);
  const { other } = await halfFailed(it);
  const reached = Array.from({ length: 50 }, (_, index) => it.group.pick({ flow: flowOf(2000 + index, index) })!.target.address);
  assert.ok(!reached.includes(other.address));
});

test('a target without open connections is unused after the delay at the engine pace (NLB-044)', async () => {
  await using it = await groupOf(0.02, delayOf(5));
  it.group.register(target);
  await it.clock.advance(0);
  let gone = false;
  void it.group.deregister(target).then(() => (gone = true));
  await it.clock.advance(99);
  assert.equal(gone, false);
  await it.clock.advance(1);
  assert.equal(gone, true);
});

test('at a quick pace a drain waits for a request in flight, and for one whose connection is only being made', async () => {
  await using it = await groupOf(0.02, delayOf(5));
  it.group.register(target);
  await it.clock.advance(0);
  const { flows } = it.group.pick()!;
  const dialled = Promise.withResolvers<{ socket: Socket }>();
  const opening = flows.open(() => dialled.promise);
  let gone = false;
  void it.group.deregister(target).then(() => (gone = true));
  await it.clock.advance(1_000);
  assert.equal(gone, false, 'the connection is being made');
  dialled.resolve({ socket: socket() });
  const connection = await opening;
  await it.clock.advance(1_000);
  assert.equal(gone, false, 'the request is in flight');
  connection.socket.destroy();
  await it.clock.advance(0);
  assert.equal(gone, true);
});

test('a drain never lasts longer than the delay at the pace of AWS', async () => {
  await using it = await groupOf(0.02, delayOf(5));
  it.group.register(target);
  await it.clock.advance(0);
  await it.group.pick()!.flows.open(async () => ({ socket: socket() }));
  let gone = false;
  void it.group.deregister(target).then(() => (gone = true));
  await it.clock.advance(4_999);
  assert.equal(gone, false);
  await it.clock.advance(1);
  assert.equal(gone, true);
});

test('who holds an idle connection is told at once that its target drains', async () => {
  await using it = await groupOf(1);
  it.group.register(target);
  await it.clock.advance(0);
  const { flows } = it.group.pick()!;
  const { socket: held } = await flows.open(async () => ({ socket: socket() }));
  let told = false;
  flows.onDraining(held, () => (told = true));
  void it.group.deregister(target);
  await it.clock.advance(0);
  assert.equal(told, true);
  assert.equal(flows.draining, true);
});

test('a group that is closed says nothing more, and keeps nobody waiting for a drain', async () => {
  await using it = await groupOf(1, delayOf(300));
  it.group.register(target);
  await it.clock.advance(0);
  let gone = false;
  void it.group.deregister(target).then(() => (gone = true));
  it.group.close();
  const told = it.account.events.length;
  await it.clock.advance(0);
  assert.ok(gone);
  await it.clock.advance(600_000);
  assert.equal(it.account.events.length, told);
});

const attributes = (values: Record<string, string>): Properties => ({
  TargetGroupAttributes: Object.entries(values).map(([Key, Value]) => ({ Key, Value })),
});

/** Two healthy targets, of which the second has then failed. */
async function halfFailed(it: Awaited<ReturnType<typeof groupOf>>) {
  const other = { ...target, address: '10.0.0.6' };
  it.world.server = listens;
  it.group.register(target);
  await it.clock.advance(0);
  it.world.server = refuses;
  it.group.register(other);
  await it.clock.advance(0);
  const { flows } = it.group.pickWhere((each) => each.target.address === other.address) ?? {};
  return { other, flows };
}

test('with fewer healthy targets than the threshold, all get traffic (NLB-025)', async () => {
  const picked = async (values: Record<string, string>): Promise<string[]> => {
    await using it = await groupOf(1, attributes(values));
    await halfFailed(it);
    return [it.group.pick()!.target.address, it.group.pick()!.target.address].sort();
  };
  const routing = 'target_group_health.unhealthy_state_routing.minimum_healthy_targets';
  assert.deepEqual(await picked({}), ['10.0.0.5', '10.0.0.5']);
  assert.deepEqual(await picked({ [`${routing}.count`]: '2' }), ['10.0.0.5', '10.0.0.6']);
  assert.deepEqual(await picked({ [`${routing}.percentage`]: '51' }), ['10.0.0.5', '10.0.0.6']);
  assert.deepEqual(await picked({ [`${routing}.percentage`]: '50' }), ['10.0.0.5', '10.0.0.5']);
});

test('DNS names a zone while enough of its targets are healthy; off means always (NLB-021, NLB-025)', async () => {
  const served = async (values: Record<string, string>): Promise<boolean> => {
    await using it = await groupOf(1, attributes(values));
    await halfFailed(it);
    return it.group.isServed(node.zone);
  };
  const dns = 'target_group_health.dns_failover.minimum_healthy_targets.count';
  assert.equal(await served({}), true);
  assert.equal(await served({ [dns]: '2' }), false);
  assert.equal(await served({ [dns]: 'off' }), true);
});

/** A target with an open connection that gets unhealthy; beside one that stays healthy, or alone. */
async function failing(values: Record<string, string>, alone = false) {
  const it = await groupOf(1, attributes(values));
  let failed = false;
  it.world.server = listens;
  it.group.register(target);
  await it.clock.advance(0);
  const held = await it.group.pick()!.flows.open(async () => ({ socket: socket() }));
  if (!alone) {
    it.group.register({ ...target, address: '10.0.0.6' });
    await it.clock.advance(0);
  }
  // Checks of the first come first, each round.
  it.world.server = () => {
    failed = alone || !failed;
    return failed ? refuses() : listens();
  };
  await it.clock.advance(60_000);
  return { it, socket: held.socket };
}

test('the connections of a target that gets unhealthy are cut, but not while the group fails open (NLB-041)', async () => {
  const beside = await failing({});
  await using one = beside.it;
  assert.deepEqual([one.state(), beside.socket.destroyed], ['unhealthy', true]);
  const last = await failing({}, true);
  await using two = last.it;
  assert.deepEqual([two.state(), last.socket.destroyed], ['unhealthy', false]);
});

test('without termination an unhealthy target drains for its interval and keeps its connections (NLB-041)', async () => {
  const { it: group, socket: held } = await failing({
    'target_health_state.unhealthy.connection_termination.enabled': 'false',
    'target_health_state.unhealthy.draining_interval_seconds': '20',
  });
  await using it = group;
  assert.equal(it.state(), 'unhealthy.draining');
  await it.clock.advance(20_000);
  assert.deepEqual([it.state(), held.destroyed], ['unhealthy', false]);
});

test('clients that stay by source address have one target each, others other ones (NLB-027)', async () => {
  await using it = await groupOf(1, attributes({ 'stickiness.enabled': 'true', 'stickiness.type': 'source_ip' }));
  for (let host = 10; host < 14; host++) it.group.register({ ...target, address: `10.0.0.${host}` });
  await it.clock.advance(0);
  const pick = (client: string): string => it.group.pick({ client })!.target.address;
  const clients = Array.from({ length: 100 }, (_, index) => `10.0.1.${index}`);
  for (const client of clients) assert.equal(pick(client), pick(client));
  const counts = Map.groupBy(clients, pick);
  assert.equal(counts.size, 4);
  for (const { length } of counts.values()) assert.ok(length > 10, `${length} of 100`);
});

test('least_outstanding_requests prefers the target that has fewest requests', async () => {
  const properties = { Protocol: 'HTTP', ...attributes({ 'load_balancing.algorithm.type': 'least_outstanding_requests' }) };
  await using it = await groupOf(1, { ...properties, HealthCheckProtocol: 'TCP' });
  it.group.register(target);
  it.group.register({ ...target, address: '10.0.0.6' });
  await it.clock.advance(0);
  const busy = it.group.pick()!;
  const answer = Promise.withResolvers<void>();
  const request = busy.flows.during(answer.promise);
  const others = new Set(Array.from({ length: 4 }, () => it.group.pick()!.target.address));
  assert.deepEqual([others.size, others.has(busy.target.address)], [1, false]);
  answer.resolve();
  await request;
  assert.equal(new Set(Array.from({ length: 4 }, () => it.group.pick()!.target.address)).size, 2);
});

test('connections that are open when the delay is over are cut only where the group says so (NLB-045)', async () => {
  const cut = async (values: Record<string, string>): Promise<boolean> => {
    await using it = await groupOf(1, attributes({ 'deregistration_delay.timeout_seconds': '30', ...values }));
    it.group.register(target);
    await it.clock.advance(0);
    const held = await it.group.pick()!.flows.open(async () => ({ socket: socket() }));
    const gone = it.group.deregister(target);
    await it.clock.advance(29_000);
    assert.equal(held.socket.destroyed, false);
    await it.clock.advance(1000);
    await gone;
    return held.socket.destroyed;
  };
  assert.equal(await cut({}), false);
  assert.equal(await cut({ 'deregistration_delay.connection_termination.enabled': 'true' }), true);
});

test('an address may be registered with several ports, and each is deregistered by its own (NLB-014, NLB-015)', async () => {
  await using it = await groupOf(1, delayOf(0));
  it.group.register(target);
  it.group.register({ ...target, port: 8081 });
  await it.clock.advance(0);
  assert.deepEqual([it.group.pick()?.target.port, it.group.pick()?.target.port], [8080, 8081]);
  await it.group.deregister({ ...target, port: 9999 });
  const gone = it.group.deregister({ ...target, port: 8081 });
  await it.clock.advance(0);
  await gone;
  assert.deepEqual(
    it.group.describe().map(({ port, health }) => [port, health.state]),
    [[8080, 'healthy']],
  );
});

for (const [properties, seconds] of [
  [{ Protocol: 'TCP' }, 10],
  [{ Protocol: 'TLS' }, 10],
  [{ Protocol: 'TCP', HealthCheckProtocol: 'HTTPS' }, 10],
  [{ Protocol: 'TCP', HealthCheckProtocol: 'HTTP' }, 6],
  [{ Protocol: 'TCP', TargetType: 'alb' }, 6],
  [{ Protocol: 'TCP', HealthCheckProtocol: 'HTTP', HealthCheckTimeoutSeconds: 2 }, 2],
] as const) {
  test(`a check of ${JSON.stringify(properties)} waits ${seconds} s (NLB-029)`, () => {
    assert.equal(readTargetGroupSettings({ Port: 80, ...properties }).healthCheck.timeoutMs, seconds * 1000);
  });
}

test('with slow start, a target that has become healthy gets more and more, and its full share when the time is over', async () => {
  await using it = await groupOf(1, { Protocol: 'HTTP', ...attributes({ 'slow_start.duration_seconds': '30' }) });
  const ofNew = (): number =>
    Array.from({ length: 200 }, () => it.group.pick()!.target.address).filter((address) => address === '10.0.0.6').length;
  it.world.server = answers200;
  it.group.register(target);
  await it.clock.advance(60_000);
  it.group.register({ ...target, address: '10.0.0.6' });
  await it.clock.advance(3000);
  const begun = ofNew();
  await it.clock.advance(15_000);
  const later = ofNew();
  await it.clock.advance(15_000);
  assert.ok(begun > 0 && begun < 30, `${begun} of 200 after a tenth of the time`);
  assert.ok(later > begun + 20 && later < 90, `${later} of 200 after more than half of it`);
  assert.equal(ofNew(), 100);
});

/** A server that answers each check with 200. */
function answers200(): Promise<Socket> {
  const server: Duplex = new Duplex({
    read: () => {},
    write: (_chunk, _encoding, done) => {
      server.push('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      done();
    },
  });
  return Promise.resolve(server as Socket);
}
