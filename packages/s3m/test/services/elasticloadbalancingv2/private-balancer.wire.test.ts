import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { DialFailure } from '../../../src/capabilities/connection.ts';
import type { TargetDescription } from '../../../src/capabilities/target-group.ts';
import { addressTarget } from '../../../src/services/elasticloadbalancingv2/registered-by-template.ts';
import { loadBalancer } from '../../../src/services/elasticloadbalancingv2/load-balancer.ts';
import { ResourceFailure } from '../../../src/services/resource-type.ts';
import { tcp } from '../../network/small-network.ts';
import { createContext } from '../fake-account.ts';
import { balancerOf, link, listening, open, register, serverOf } from './private-balancer.ts';

const inZone = { subnetId: 'subnet-2' };
const refusal = (kind: string, text: RegExp) => (error: unknown) =>
  error instanceof DialFailure && error.kind === kind && text.test(error.message);

test('a connection to a listener reaches a healthy target, and the way it took is known', async (t) => {
  const it = await balancerOf(t);
  const server = await serverOf(t, 'hello');
  const task = it.small.task({ ...inZone, accept: server.accept });
  await register(it, task, 'healthy');
  const { socket, route } = await it.dialled.dial({ port: 80, source: link });
  socket.write('anything');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  assert.equal(answer.toString(), 'hello');
  assert.equal(route.target, `${task.address}:8080`);
  assert.deepEqual(
    route.hops.map(({ allowed, port }) => [allowed, port]),
    [
      [true, 80],
      [true, 8080],
    ],
  );
});

test('a port without a listener is told with the ports that have one (NLB-067)', async (t) => {
  const it = await balancerOf(t);
  await assert.rejects(
    it.dialled.dial({ port: 8080, source: link }),
    refusal('no-listener', /no listener on port 8080\. It listens on 80$/),
  );
});

test('a group without targets is told (NLB-059)', async (t) => {
  const it = await balancerOf(t);
  await assert.rejects(it.dialled.dial({ port: 80, source: link }), refusal('no-target', /has no registered target/));
});

test('HTTP checks ask with the node and listener as Host, and take the codes of the matcher (NLB-030, NLB-032)', async (t) => {
  const it = await balancerOf(t, { group: { HealthCheckProtocol: 'HTTP', HealthCheckPath: '/health', Matcher: { HttpCode: '204' } } });
  const good = await serverOf(t, 'HTTP/1.1 204 No Content\r\n\r\n');
  await register(it, it.small.task({ ...inZone, name: 'good', accept: good.accept }), 'healthy');
  assert.match(good.received[0] ?? '', /^GET \/health HTTP\/1\.1\r\nHost: 10\.0\.2\.\d+:80\r\n/);
  const bad = await serverOf(t, 'HTTP/1.1 404 Not Found\r\n\r\n');
  const seen = await register(it, it.small.task({ ...inZone, name: 'bad', accept: bad.accept }), 'unhealthy');
  assert.equal(seen, 'answered 404 on GET /health, expected 204');
});

test('checks leave by the outbound rules of the balancer (NLB-053): without one the target is unhealthy, and the rule is named', async (t) => {
  const it = await balancerOf(t, { rules: { ...open, balancer: { ingress: open.balancer.ingress!, egress: [] } } });
  const server = await serverOf(t, '');
  const seen = await register(it, it.small.task({ ...inZone, accept: server.accept }), 'unhealthy');
  assert.match(seen ?? '', /^no answer: .*NlbSecurityGroup.*egress tcp 8080 to sg-task/s);
});

test('a target whose group lets nobody in is unhealthy, with the rule that would open it (NLB-060)', async (t) => {
  const it = await balancerOf(t, { rules: { balancer: open.balancer } });
  const server = await serverOf(t, '');
  const seen = await register(it, it.small.task({ ...inZone, accept: server.accept }), 'unhealthy');
  assert.match(seen ?? '', /WeatherSecurityGroup.*ingress tcp 8080 from sg-nlb/s);
});

test('a VPC link is held against the inbound rules while enforcement is on, and not once it is off (NLB-054, NLB-056)', async (t) => {
  const it = await balancerOf(t, { rules: { ...open, balancer: { ingress: [tcp(80, '10.0.0.0/16')] } } });
  const server = await serverOf(t, '');
  await register(it, it.small.task({ ...inZone, accept: server.accept }), 'healthy');
  await assert.rejects(it.dialled.dial({ port: 80, source: link }), refusal('blocked-by-network', /ingress tcp 80 from 0\.0\.0\.0\/0/));
  const properties = {
    Type: 'network',
    Subnets: ['subnet-2'],
    SecurityGroups: ['sg-nlb'],
    EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: 'off',
  };
  await it.balancer.update!(createContext(it.account, loadBalancer, { logicalId: 'PrivateNlb', properties }));
  (await it.dialled.dial({ port: 80, source: link })).socket.destroy();
});

test('a target in a zone without a node is unused and gets nothing, not even when no other is there (NLB-022)', async (t) => {
  const it = await balancerOf(t);
  const server = await serverOf(t, '');
  const seen = await register(it, it.small.task({ subnetId: 'subnet-1', accept: server.accept }), 'unused');
  assert.equal(seen, 'Target is in an Availability Zone that is not enabled for the load balancer');
  await assert.rejects(it.dialled.dial({ port: 80, source: link }), refusal('no-target', /has no registered target/));
});

const fails = (message: RegExp, property: string) => (error: unknown) =>
  error instanceof ResourceFailure && message.test(error.message) && error.property === property;

test('a second listener on a port is refused in the words of AWS, and the first goes on (NLB-013)', async (t) => {
  const it = await balancerOf(t);
  await assert.rejects(it.listen(80, 'Again'), fails(/^A listener with the specified port already exists\.$/, 'Port'));
  assert.equal(it.dialled.listeners.length, 1);
});

test('a subnet that is not there, none, and two of one zone are refused, and no address stays taken (NLB-008)', async (t) => {
  const it = await balancerOf(t);
  const make = (Subnets: string[]) => it.make(loadBalancer, 'Other', { Type: 'network', Subnets });
  await assert.rejects(make(['subnet-9']), fails(/'subnet-9' does not exist/, 'Subnets'));
  await assert.rejects(make([]), fails(/At least one subnet/, 'Subnets'));
  await assert.rejects(make(['subnet-public', 'subnet-1']), fails(/same Availability Zone/, 'Subnets'));
  await (await make(['subnet-1', 'subnet-2'])).delete();
});

test('security groups can be changed, but not given to a balancer that was created without (NLB-051)', async (t) => {
  const it = await balancerOf(t, { balancer: { SecurityGroups: [] } });
  const properties = { Type: 'network', Subnets: ['subnet-2'], SecurityGroups: ['sg-nlb'] };
  await assert.rejects(
    it.balancer.update!(createContext(it.account, loadBalancer, { logicalId: 'PrivateNlb', properties })),
    fails(/only when it is created/, 'SecurityGroups'),
  );
});

test('a connection that a dying target refuses goes to another one', async (t) => {
  const it = await balancerOf(t);
  const server = await serverOf(t, 'hello');
  let dead = false;
  const refuse = (): Promise<Socket> => Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
  const dying = it.small.task({
    ...inZone,
    accept: () => {
      if (!dead) return server.accept();
      // What a killed task's service does a moment later.
      setImmediate(() => void it.targets.deregister({ address: dying.address, port: 8080, zone: dying.zone }));
      return refuse();
    },
  });
  await register(it, dying, 'healthy');
  const other = it.small.task({ ...inZone, accept: server.accept });
  await register(it, other, 'healthy');
  dead = true;
  for (let count = 0; count < 2; count++) {
    const { socket, route } = await it.dialled.dial({ port: 80, source: link });
    assert.equal(route.target, `${other.address}:8080`);
    socket.destroy();
  }
});

test('a connection that a target refuses which stays registered is refused', async (t) => {
  const it = await balancerOf(t, { group: { HealthCheckIntervalSeconds: 300 } });
  const server = await serverOf(t, 'hello');
  let dead = false;
  const task = it.small.task({
    ...inZone,
    accept: () => (dead ? Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })) : server.accept()),
  });
  await register(it, task, 'healthy');
  dead = true;
  await assert.rejects(
    it.dialled.dial({ port: 80, source: link }),
    refusal('refused-by-target', /refused the connection: connect ECONNREFUSED/),
  );
});

test('each zone has one node with an address of its subnet, which stays (NLB-009)', async (t) => {
  const it = await balancerOf(t, { balancer: { Subnets: ['subnet-1', 'subnet-2'] } });
  const before = it.dialled.nodeAddresses;
  assert.deepEqual(
    before.map((address) => /^10\.0\.[12]\./.exec(address)?.[0]),
    ['10.0.1.', '10.0.2.'],
  );
  await register(it, it.small.task({ ...inZone, accept: (await serverOf(t, '')).accept }), 'healthy');
  assert.deepEqual(it.dialled.nodeAddresses, before);
});

test('each check has a connection of its own, which is closed afterwards (NLB-033)', async (t) => {
  const it = await balancerOf(t, { group: { HealthCheckProtocol: 'HTTP' } });
  let [opened, closed] = [0, 0];
  let third = (): void => {};
  const enough = new Promise<void>((resolve) => (third = resolve));
  const accept = await listening(
    t,
    createServer((socket) => {
      opened++;
      socket.on('error', () => {});
      socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
      socket.on('close', () => {
        if (++closed === 3) third();
      });
    }),
  );
  await register(it, it.small.task({ ...inZone, accept }), 'healthy');
  await enough;
  assert.ok(opened - closed <= 1, `${opened} opened, ${closed} closed`);
});

test('a TCP check passes with the handshake; a closed port and silence fail it (NLB-036)', async (t) => {
  const it = await balancerOf(t);
  // It never sends a byte.
  const accept = await listening(
    t,
    createServer((socket) => void socket.on('error', () => {}).resume()),
  );
  await register(it, it.small.task({ ...inZone, name: 'mute', accept }), 'healthy');
  const closed = await register(it, it.small.task({ ...inZone, name: 'closed', accept: refused }), 'unhealthy');
  assert.equal(closed, 'connection refused on port 8080');
  const dropped = await balancerOf(t, { rules: { ...open, task: { ingress: [] } } });
  const silent = await register(dropped, dropped.small.task({ ...inZone, accept }), 'unhealthy');
  assert.match(silent ?? '', /^no answer: /);
});

test('a new flow meets what its target does: bytes, a refusal or silence; while another is healthy it goes there (NLB-058)', async (t) => {
  const it = await balancerOf(t);
  const dial = () => it.dialled.dial({ port: 80, source: link });
  // (b) and fail-open: the only target refuses.
  await register(it, it.small.task({ ...inZone, name: 'closed', accept: refused }), 'unhealthy');
  await assert.rejects(dial(), refusal('refused-by-target', /ECONNREFUSED/));
  // (e) and (a)
  const { accept } = await serverOf(t, 'hello');
  const good = it.small.task({ ...inZone, name: 'good', accept });
  await register(it, good, 'healthy');
  for (let each = 0; each < 4; each++) {
    const { socket, route } = await dial();
    assert.equal(route.target, `${good.address}:8080`);
    socket.write('anything');
    assert.equal(String((await once(socket, 'data'))[0]), 'hello');
  }
  // (c)
  const dropped = await balancerOf(t, { rules: { ...open, task: { ingress: [] } } });
  await register(dropped, dropped.small.task({ ...inZone, accept }), 'unhealthy');
  await assert.rejects(dropped.dialled.dial({ port: 80, source: link }), refusal('blocked-by-network', /./));
});

test('a connection stays with its target for life, while others of the client go to others (NLB-017)', async (t) => {
  const it = await balancerOf(t);
  const replying = async (name: string): Promise<void> => {
    const server = createServer((socket) => void socket.on('error', () => {}).on('data', () => socket.write(name)));
    await register(it, it.small.task({ ...inZone, name, accept: await listening(t, server) }), 'healthy');
  };
  await replying('one');
  await replying('other');
  const ask = async (socket: Socket): Promise<string> => {
    socket.write('who');
    return String((await once(socket, 'data'))[0]);
  };
  const { socket } = await it.dialled.dial({ port: 80, source: link });
  t.after(() => socket.destroy());
  const mine = await ask(socket);
  const others = new Set<string>();
  for (let each = 0; each < 16; each++) {
    const next = await it.dialled.dial({ port: 80, source: link });
    others.add(await ask(next.socket));
    next.socket.destroy();
    assert.equal(await ask(socket), mine);
  }
  assert.deepEqual([...others].sort(), ['one', 'other']);
});

test('a public address is refused as a target, a private one outside of the VPC, too (NLB-005)', async (t) => {
  const it = await balancerOf(t);
  const failure = (text: RegExp) => (error: unknown) => error instanceof ResourceFailure && text.test(error.message);
  assert.throws(
    () => addressTarget(it.account, { id: '54.230.1.1', port: 80 }, 'vpc-1'),
    failure(/^The IP address '54\.230\.1\.1' is not a valid target$/),
  );
  assert.throws(() => addressTarget(it.account, { id: 'a.example.com', port: 80 }, 'vpc-1'), failure(/is not a valid target$/));
  assert.throws(
    () => addressTarget(it.account, { id: '192.168.7.7', port: 80 }, 'vpc-1'),
    failure(/No network interface here has the address/),
  );
  const task = it.small.task(inZone);
  assert.equal(addressTarget(it.account, { id: task.address, port: 80 }, 'vpc-1').zone, task.zone);
});

test('an address of a subnet that nothing has is a target, in the zone of the subnet, and unhealthy (NLB-005)', async (t) => {
  const it = await balancerOf(t, { group: { Targets: [{ Id: '10.0.2.200' }] } });
  const seen = await new Promise<TargetDescription>((resolve) => {
    const look = (target: TargetDescription): void => void (target.health.state === 'unhealthy' && resolve(target));
    it.targets.onHealthChange(look);
    it.targets.describe().forEach(look);
  });
  assert.equal(seen.zone, it.small.task(inZone).zone);
  assert.equal(seen.health.reason, 'Target.FailedHealthChecks');
  assert.match(seen.detail ?? '', /no network interface has the address 10\.0\.2\.200/);
});

/** What a closed port does. */
function refused(): Promise<Socket> {
  return Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
}

test('the only target answers although it is unhealthy, as long as it listens (AG-195, NLB-023)', async (t) => {
  const it = await balancerOf(t, { group: { HealthCheckProtocol: 'HTTP', Matcher: { HttpCode: '204' } } });
  const { accept } = await serverOf(t, 'HTTP/1.1 404 Not Found\r\n\r\n');
  await register(it, it.small.task({ ...inZone, accept }), 'unhealthy');
  const { socket } = await it.dialled.dial({ port: 80, source: link });
  socket.write('anything');
  assert.match(String((await once(socket, 'data'))[0]), /^HTTP\/1\.1 404/);
});
