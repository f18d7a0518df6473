import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import test from 'node:test';
import { DialFailure, type DialFailureKind } from '../../../src/capabilities/connection.ts';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import { connectTo, impatientClock, openGateway, proxy, type Gateway } from './gateway-fixture.ts';

const internal = { status: 500, body: '{"message": "Internal server error"}', length: '36' };
const network = { status: 504, body: '{"message": "Network error communicating with endpoint"}', length: '56' };
const late = { status: 504, body: '{"message": "Endpoint request timed out"}', length: '41' };

async function assertAnswer(gateway: Gateway, expected: typeof internal): Promise<void> {
  const answer = await gateway.send('/prod/weather');
  assert.deepEqual({ status: answer.status, body: answer.body, length: answer.header('Content-Length') }, expected);
  assert.equal(answer.header('x-amzn-ErrorType'), 'InternalServerErrorException');
  assert.equal(answer.header('Content-Type'), 'application/json');
  assert.equal(answer.header('X-Amzn-Trace-Id'), undefined); // AG-248, AG-915
}

/** A backend that speaks raw bytes. */
async function rawBackend(answer: string | undefined): Promise<Server & AsyncDisposable> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      if (answer === undefined) socket.destroy();
      else socket.end(answer, 'latin1');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const kinds: Readonly<Record<Exclude<DialFailureKind, 'blocked-by-network'>, typeof internal>> = {
  'no-link': internal, // AG-198
  'link-not-available': internal, // AG-193
  'no-load-balancer': internal, // AG-199
  'no-listener': internal, // NLB-067
  'no-target': internal, // NLB-059
  'refused-by-target': network, // AG-904
  'timed-out': late, // AG-194
};

for (const [kind, expected] of Object.entries(kinds)) {
  test(`A dial that ends with ${kind} is ${expected.status}, ${expected.length} bytes, and the trace says how far it got (AG-193, AG-199, AG-904, AG-915, NLB-065)`, async () => {
    await using gateway = await openGateway();
    const route = { loadBalancer: 'Nlb', listener: '80', hops: [] };
    await gateway.backend(undefined, () => Promise.reject(new DialFailure(kind as DialFailureKind, `why: ${kind}`, route)));
    await gateway.method('GET', '/weather', proxy());
    await gateway.deploy();
    await assertAnswer(gateway, expected);
    const [trace] = gateway.account.traces.recent(1);
    assert.equal(trace!.decision!.why, `why: ${kind}`);
    assert.equal(trace!.integration!.listener, '80');
    assert.match(trace!.logs[0]!, /^Execution failed due to /);
  });
}

test('A network that drops packets is a time-out, waited for on the scaled clock and not in 29 real seconds (AG-194)', async () => {
  const schedule = impatientClock();
  await using gateway = await openGateway({ clock: new VirtualClock(), schedule });
  await gateway.backend(undefined, () => Promise.reject(new DialFailure('blocked-by-network', 'no rule')));
  await gateway.method('GET', '/weather', proxy(undefined, { TimeoutInMillis: 5000 }));
  await gateway.deploy();
  await assertAnswer(gateway, late);
  assert.deepEqual(schedule.waited, [5000]);
});

test('A link that is gone, or not available, is 500 (AG-198, AG-193)', async () => {
  await using gateway = await openGateway();
  await gateway.method('GET', '/weather', proxy());
  await gateway.deploy();
  await assertAnswer(gateway, internal);
  gateway.account.directory.provide('vpcLink', 'link01', {
    id: 'link01',
    logicalId: 'Link',
    loadBalancerArn: 'arn:nlb',
    status: 'FAILED',
    statusMessage: 'gone',
    dial: () => Promise.reject(new Error('not to be dialled')),
  });
  await assertAnswer(gateway, internal);
  assert.equal(gateway.account.traces.recent(1)[0]!.decision!.why, 'VPC link "link01" is FAILED: gone');
});

test('A backend that does not answer is 504 after the integration’s own time, which is not scaled (AG-254, AG-255, NLB-068)', async () => {
  const clock = new VirtualClock();
  await using gateway = await openGateway({ clock, schedule: impatientClock() });
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  await gateway.backend(() => resolve());
  await gateway.method('GET', '/weather', proxy(undefined, { TimeoutInMillis: 3000 }));
  await gateway.deploy();
  const answer = assertAnswer(gateway, late);
  await asked;
  await clock.advance(2999);
  assert.equal(gateway.account.traces.recent(1).length, 0);
  await clock.advance(1);
  await answer;
});

test('The integration’s time covers the answer to its last byte (AG-255)', async () => {
  const clock = new VirtualClock();
  await using gateway = await openGateway({ clock });
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  await gateway.backend((_, response) => {
    response.write('begun', () => setImmediate(resolve));
  });
  await gateway.method('GET', '/weather', proxy(undefined, { TimeoutInMillis: 3000 }));
  await gateway.deploy();
  const answer = assertAnswer(gateway, late);
  await begun;
  await clock.advance(3000);
  await answer;
});

test('A connection closed before or within the answer is 504 Network error (AG-257, AG-904)', async () => {
  for (const text of [undefined, '', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc']) {
    await using gateway = await openGateway();
    await using server = await rawBackend(text);
    await gateway.backend(undefined, () => connectTo((server.address() as AddressInfo).port));
    await gateway.method('GET', '/weather', proxy());
    await gateway.deploy();
    await assertAnswer(gateway, network);
  }
});

test('An answer that breaks HTTP is 502 Internal server error (AG-260)', async () => {
  await using gateway = await openGateway();
  await using server = await rawBackend('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab');
  await gateway.backend(undefined, () => connectTo((server.address() as AddressInfo).port));
  await gateway.method('GET', '/weather', proxy());
  await gateway.deploy();
  await assertAnswer(gateway, { ...internal, status: 502 });
});

test('An answer of more than 10 MB is 500, told by its head or counted (AG-261, AG-434)', async () => {
  for (const declared of [true, false]) {
    await using gateway = await openGateway();
    await gateway.backend((_, response) => {
      response.on('error', () => {});
      if (declared) response.setHeader('Content-Length', 10_485_761);
      else response.flushHeaders();
      response.end(Buffer.alloc(10_485_761));
    });
    await gateway.method('GET', '/weather', proxy());
    await gateway.deploy();
    await assertAnswer(gateway, internal);
  }
});

test('A backend on the Internet is dialled directly; one that refuses is 504, a name that does not exist 500 (AG-177, AG-257, AG-259)', async () => {
  await using gateway = await openGateway();
  const backend = await gateway.backend();
  const free = await rawBackend('');
  const { port } = free.address() as AddressInfo;
  await free[Symbol.asyncDispose]();
  const uris = { '/up': `http://127.0.0.1:${backend.port}/x`, '/weather': `http://127.0.0.1:${port}/` };
  for (const [path, Uri] of Object.entries(uris)) {
    await gateway.method('GET', path, { Integration: { Type: 'HTTP_PROXY', IntegrationHttpMethod: 'GET', Uri } });
  }
  await gateway.deploy();
  assert.equal((await gateway.send('/prod/up')).body, 'hello');
  assert.deepEqual([backend.seen[0]!.target, backend.dialled], ['/x', 0]);
  await assertAnswer(gateway, network);
});
