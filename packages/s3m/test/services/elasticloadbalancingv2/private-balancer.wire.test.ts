import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { DialFailure } from '../../../src/capabilities/connection.ts';
import { loadBalancer } from '../../../src/services/elasticloadbalancingv2/load-balancer.ts';
import { ResourceFailure } from '../../../src/services/resource-type.ts';
import { tcp } from '../../network/small-network.ts';
import { createContext } from '../fake-account.ts';
import { balancerOf, link, open, register, serverOf } from './private-balancer.ts';

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
