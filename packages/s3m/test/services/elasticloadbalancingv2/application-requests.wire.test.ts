import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest, Agent, type IncomingMessage } from 'node:http';
import { connect, createServer as createTcpServer, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import { loadBalancer } from '../../../src/services/elasticloadbalancingv2/load-balancer.ts';
import { createContext } from '../fake-account.ts';
import { applicationBench, attributesOf, forwardTo, path, registerServer, type Bench } from './application-bench.ts';
import { listening } from './private-balancer.ts';

/** A balancer in front of a server that tells what it was asked. */
async function mirrored(t: TestContext, attributes: Readonly<Record<string, string>> = {}, port = 80) {
  const it = await applicationBench(t, { balancer: { LoadBalancerAttributes: attributesOf(attributes) }, listener: { Port: port } });
  const group = await it.groupOf('Web');
  await it.ruleOf([path('/*')], forwardTo(group));
  await registerServer(t, it, group, (request, response) => response.end(JSON.stringify(request.headers)));
  const seen = async (headers: Record<string, string> = {}): Promise<Record<string, string>> =>
    JSON.parse((await it.ask('/', { headers })).body) as Record<string, string>;
  return { ...it, seen };
}

/** Sends bytes as they are, and answers all that comes until the balancer closes. */
async function raw({ url }: Pick<Bench, 'url'>, text: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.write(text);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

test('400 for a header line of more than 16 K, 405 for TRACE, 463 for more than 30 addresses, 501 for codings (NLB-073)', async (t) => {
  const it = await applicationBench(t);
  const status = async (more: Parameters<typeof it.ask>[1]): Promise<number> => (await it.ask('/', more)).status;
  assert.equal(await status({ headers: { 'X-Long': 'x'.repeat(16_000) } }), 404, 'it reaches the default action');
  assert.equal(await status({ headers: { 'X-Long': 'x'.repeat(16_384) } }), 400);
  const many = Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`X-${index}`, 'x'.repeat(12_000)]));
  assert.equal(await status({ headers: many }), 400, '64 K in all');
  assert.equal(await status({ method: 'TRACE' }), 405);
  const addresses = (count: number): string => Array.from({ length: count }, (_, index) => `198.51.100.${index}`).join(', ');
  assert.equal(await status({ headers: { 'X-Forwarded-For': addresses(30) } }), 404);
  assert.equal(await status({ headers: { 'X-Forwarded-For': addresses(31) } }), 463);
  assert.match(
    await raw(it, `GET /${'x'.repeat(17_000)} HTTP/1.1\r\nHost: a\r\n\r\n`),
    /^HTTP\/1\.1 400 Bad Request\r\nServer: awselb\/2\.0\r\n/,
  );
  assert.match(
    await raw(it, 'GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n'),
    /^HTTP\/1\.1 501 Not Implemented\r\n/,
  );
});

test('a client that stops in the middle gets 408 when the idle time is over, one without a request is closed (NLB-073)', async (t) => {
  const it = await applicationBench(t, { balancer: { LoadBalancerAttributes: attributesOf({ 'idle_timeout.timeout_seconds': '1' }) } });
  const [slow, idle] = await Promise.all([raw(it, 'GET / HTTP/1.1\r\nHost: a\r\nX-'), raw(it, '')]);
  assert.match(slow, /^HTTP\/1\.1 408 Request Timeout\r\nServer: awselb\/2\.0\r\n[^]*<center><h1>408 Request Time-out<\/h1><\/center>/);
  assert.equal(idle, '');
});

test('a request whose client goes away is given up at its target, too: AWS logs 460 (NLB-073)', async (t) => {
  const it = await applicationBench(t);
  const group = await it.groupOf('Web');
  await it.ruleOf([path('/*')], forwardTo(group));
  const gone = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  await registerServer(t, it, group, (request) => {
    request.socket.once('close', () => gone.resolve());
    asked.resolve();
  });
  const request = httpRequest(it.url);
  request.on('error', () => {});
  request.end();
  await asked.promise;
  request.destroy();
  await gone.promise;
});

test('502 for a refused connection, a break in the middle, nonsense, and headers of more than 32 K (NLB-071)', async (t) => {
  const it = await applicationBench(t);
  const behind = async (name: string, handle: (socket: Socket) => void): Promise<void> => {
    const group = await it.groupOf(name, { HealthCheckProtocol: 'HTTP' });
    await it.ruleOf([path(`/${name}`)], forwardTo(group));
    const server = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => handle(socket));
    });
    // One that is the only target gets traffic in whatever state it is (NLB-069).
    const task = it.small.task({ name, accept: await listening(t, server) });
    it.account.directory.find('targetGroup', group.ref)!.register({ address: task.address, port: 8080, zone: task.zone });
  };
  await behind('reset', (socket) => void socket.resetAndDestroy());
  await behind('closed', (socket) => void socket.end());
  await behind('nonsense', (socket) => void socket.end('no answer of HTTP\r\n\r\n'));
  await behind('large', (socket) => void socket.end(`HTTP/1.1 200 OK\r\nX-Large: ${'x'.repeat(33_000)}\r\nContent-Length: 0\r\n\r\n`));
  await behind('fits', (socket) => void socket.end(`HTTP/1.1 200 OK\r\nX-Large: ${'x'.repeat(31_000)}\r\nContent-Length: 0\r\n\r\n`));
  const refused = await it.groupOf('refused');
  await it.ruleOf([path('/refused')], forwardTo(refused));
  const task = it.small.task({
    name: 'refusing',
    accept: () => Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })),
  });
  it.account.directory.find('targetGroup', refused.ref)!.register({ address: task.address, port: 8080, zone: task.zone });
  for (const name of ['reset', 'closed', 'nonsense', 'large', 'refused']) {
    const { status, headers } = await it.ask(`/${name}`);
    assert.deepEqual([status, headers['server']], [502, 'awselb/2.0'], name);
  }
  assert.equal((await it.ask('/fits')).status, 200);
});

test('names with other characters than letters, digits and hyphens go on to targets, unless they are to be dropped (NLB-075)', async (t) => {
  const kept = await mirrored(t);
  assert.equal((await kept.seen({ X_Odd: '1', 'X-Even': '2' }))['x_odd'], '1');
  const dropped = await mirrored(t, { 'routing.http.drop_invalid_header_fields.enabled': 'true' });
  const seen = await dropped.seen({ X_Odd: '1', 'X-Even': '2' });
  assert.deepEqual([seen['x_odd'], seen['x-even']], [undefined, '2']);
});

for (const [mode, withHeader, without] of [
  ['append', /^198\.51\.100\.7, 127\.0\.0\.1$/, /^127\.0\.0\.1$/],
  ['preserve', /^198\.51\.100\.7$/, undefined],
  ['remove', undefined, undefined],
] as const) {
  test(`X-Forwarded-For, processed by ${mode} (NLB-074)`, async (t) => {
    const it = await mirrored(t, { 'routing.http.xff_header_processing.mode': mode });
    const check = (value: string | undefined, expected: RegExp | undefined): void =>
      expected === undefined ? assert.equal(value, undefined) : assert.match(value ?? '', expected);
    check((await it.seen({ 'X-Forwarded-For': '198.51.100.7' }))['x-forwarded-for'], withHeader);
    const bare = await it.seen();
    check(bare['x-forwarded-for'], without);
    assert.deepEqual([bare['x-forwarded-proto'], bare['x-forwarded-port']], ['http', '80']);
  });
}

test("the client's port stands in X-Forwarded-For where it is asked for (NLB-074)", async (t) => {
  const it = await mirrored(t, { 'routing.http.xff_client_port.enabled': 'true' });
  assert.match((await it.seen())['x-forwarded-for'] ?? '', /^127\.0\.0\.1:\d{4,5}$/);
});

test('Host loses its port behind the usual ports, gets the port behind others, and stays as it is when it is preserved (NLB-074)', async (t) => {
  const usual = await mirrored(t);
  assert.equal((await usual.seen({ Host: 'shop.example.com:8000' }))['host'], 'shop.example.com');
  const other = await mirrored(t, {}, 8081);
  assert.equal((await other.seen({ Host: 'shop.example.com' }))['host'], 'shop.example.com:8081');
  assert.equal((await other.seen({ Host: 'shop.example.com:1' }))['host'], 'shop.example.com:1');
  const preserved = await mirrored(t, { 'routing.http.preserve_host_header.enabled': 'true' }, 8081);
  assert.equal((await preserved.seen({ Host: 'shop.example.com' }))['host'], 'shop.example.com');
});

test('the listener adds headers to every answer, in place of those of targets, and keeps its own name to itself', async (t) => {
  const it = await applicationBench(t, {
    listener: {
      ListenerAttributes: attributesOf({
        'routing.http.response.server.enabled': 'false',
        'routing.http.response.strict_transport_security.header_value': 'max-age=31536000',
        'routing.http.response.x_frame_options.header_value': 'DENY',
      }),
    },
  });
  const group = await it.groupOf('Web');
  await it.ruleOf([path('/web')], forwardTo(group));
  await registerServer(t, it, group, (_request, response) => {
    response.setHeader('X-Frame-Options', 'SAMEORIGIN');
    response.setHeader('Server', 'own');
    response.end();
  });
  for (const [place, server] of [
    ['/web', 'own'],
    ['/none', undefined],
  ] as const) {
    const { headers } = await it.ask(place);
    assert.deepEqual(
      [headers['server'], headers['strict-transport-security'], headers['x-frame-options']],
      [server, 'max-age=31536000', 'DENY'],
    );
  }
  assert.doesNotMatch(await raw(it, 'nonsense\r\n\r\n'), /awselb/, 'not even in what refuses a request');
});

test('a connection of a client is kept for an hour, or as long as it is told; the answer after that is its last (NLB-075)', async (t) => {
  const clock = new VirtualClock();
  const it = await applicationBench(t, {
    clock,
    balancer: { LoadBalancerAttributes: attributesOf({ 'client_keep_alive.seconds': '60' }) },
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  const connection = async (): Promise<string | undefined> => {
    const request = httpRequest(it.url, { agent }).end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    return response.headers.connection;
  };
  assert.equal(await connection(), 'keep-alive');
  await clock.advance(59_000);
  assert.equal(await connection(), 'keep-alive');
  await clock.advance(2000);
  assert.equal(await connection(), 'close');
});

test('attributes of a balancer can be changed in place', async (t) => {
  const it = await mirrored(t);
  const properties = {
    Type: 'application',
    Scheme: 'internet-facing',
    Subnets: ['subnet-1', 'subnet-2'],
    SecurityGroups: ['sg-nlb'],
    LoadBalancerAttributes: attributesOf({ 'routing.http.xff_header_processing.mode': 'remove' }),
  };
  await it.balancer.update!(createContext(it.account, loadBalancer, { logicalId: 'Alb', properties }));
  assert.equal((await it.seen())['x-forwarded-for'], undefined);
});

test('checks of a target group of HTTP: GET / expecting 200, every 30 s within 5 s, five and two to change, one to begin with (NLB-069)', async (t) => {
  const it = await applicationBench(t);
  const group = await it.groupOf('Web', { HealthCheckIntervalSeconds: null });
  const { settings } = it.account.directory.find('targetGroup', group.ref) as unknown as {
    settings: { healthCheck: Record<string, unknown> };
  };
  const { matches, mostTls, proxyProtocol, ...check } = settings.healthCheck;
  assert.ok(typeof matches === 'function' && mostTls !== undefined && proxyProtocol === false);
  assert.deepEqual(check, {
    protocol: 'HTTP',
    port: undefined,
    path: '/',
    intervalMs: 30_000,
    timeoutMs: 5000,
    healthyThreshold: 5,
    unhealthyThreshold: 2,
    matcher: '200',
  });
});

test('when all targets are unhealthy, requests go to all of them (NLB-069)', async (t) => {
  const it = await applicationBench(t);
  const group = await it.groupOf('Web', { Matcher: { HttpCode: '204' } });
  await it.ruleOf([path('/*')], forwardTo(group));
  const targets = it.account.directory.find('targetGroup', group.ref)!;
  const unhealthy = new Promise<void>((resolve) => {
    targets.onHealthChange(({ health }) => {
      if (health.state === 'unhealthy') resolve();
    });
  });
  // It never gets healthy: its checks are answered 200.
  void registerServer(t, it, group, (_request, response) => void response.end('all the same'));
  await unhealthy;
  assert.equal((await it.ask('/')).body, 'all the same');
});
