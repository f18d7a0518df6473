import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { listener } from '../../../src/services/elasticloadbalancingv2/listener.ts';
import { listenerRule } from '../../../src/services/elasticloadbalancingv2/listener-rule.ts';
import { loadBalancer } from '../../../src/services/elasticloadbalancingv2/load-balancer.ts';
import { ResourceFailure, type Properties } from '../../../src/services/resource-type.ts';
import { applicationBench, attributesOf, forwardTo, path, registerServer } from './application-bench.ts';

test('a rule forwards to its group, and the target learns who asked (NLB-074)', async (t) => {
  const it = await applicationBench(t);
  const group = await it.groupOf('Web');
  await it.ruleOf([path('/web/*')], forwardTo(group));
  await registerServer(t, it, group, (request, response) => {
    response.setHeader('X-Own', 'yes');
    response.statusCode = 201;
    response.end(JSON.stringify({ url: request.url, headers: request.headers }));
  });
  const { status, headers, body } = await it.ask('/web/a?b=c', {
    headers: { Host: 'shop.example.com', 'X-Forwarded-For': '198.51.100.7', Connection: 'X-Drop', 'X-Drop': '1' },
  });
  assert.equal(status, 201);
  assert.equal(headers['x-own'], 'yes');
  const seen = JSON.parse(body) as { url: string; headers: Record<string, string> };
  assert.equal(seen.url, '/web/a?b=c');
  assert.equal(seen.headers['host'], 'shop.example.com');
  assert.equal(seen.headers['x-forwarded-for'], '198.51.100.7, 127.0.0.1');
  assert.deepEqual([seen.headers['x-forwarded-proto'], seen.headers['x-forwarded-port']], ['http', '80']);
  assert.match(seen.headers['x-amzn-trace-id'] ?? '', /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
  assert.equal(seen.headers['x-drop'], undefined);
  assert.deepEqual(await it.ask('/else').then((answer) => [answer.status, answer.body]), [404, 'no rule']);
});

test('bodies go both ways as they are', async (t) => {
  const it = await applicationBench(t);
  const group = await it.groupOf('Web');
  await it.ruleOf([path('/*')], forwardTo(group));
  await registerServer(t, it, group, (request, response) => request.pipe(response));
  const body = 'x'.repeat(300_000);
  assert.equal((await it.ask('/', { method: 'POST', body })).body, body);
});

for (const [title, conditions, hits, misses] of [
  [
    'host-header, in any case',
    [{ Field: 'host-header', HostHeaderConfig: { Values: ['*.example.com'] } }],
    [{ headers: { Host: 'A.Example.com:80' } }],
    [{ headers: { Host: 'example.com' } }],
  ],
  [
    'path-pattern, with case',
    [{ Field: 'path-pattern', Values: ['/a?c/*'] }],
    [{ path: '/abc/d' }],
    [{ path: '/ABC/d' }, { path: '/ac/d' }],
  ],
  [
    'http-header',
    [{ Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-Version', Values: ['2*'] } }],
    [{ headers: { 'x-version': '2.1' } }],
    [{ headers: { 'x-version': '1' } }, {}],
  ],
  [
    'http-request-method',
    [{ Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['PUT'] } }],
    [{ method: 'PUT' }],
    [{ method: 'GET' }],
  ],
  [
    'query-string',
    [{ Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'v', Value: '1' }, { Value: 'any*' }] } }],
    [{ path: '/?v=1' }, { path: '/?x=anything' }],
    [{ path: '/?v=2' }],
  ],
  ['source-ip', [{ Field: 'source-ip', SourceIpConfig: { Values: ['127.0.0.0/8'] } }], [{}], []],
  ['source-ip of elsewhere', [{ Field: 'source-ip', SourceIpConfig: { Values: ['10.0.0.0/8'] } }], [], [{}]],
  [
    'all of several',
    [
      { Field: 'path-pattern', Values: ['/a'] },
      { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['GET'] } },
    ],
    [{ path: '/a' }],
    [{ path: '/b' }, { path: '/a', method: 'PUT' }],
  ],
] as const) {
  test(`a rule's condition: ${title}`, async (t) => {
    const it = await applicationBench(t);
    await it.ruleOf(conditions, {
      Type: 'fixed-response',
      FixedResponseConfig: { StatusCode: '200', MessageBody: 'hit' },
    });
    const status = async (asked: { path?: string; method?: string; headers?: Record<string, string> }): Promise<number> =>
      (await it.ask(asked.path ?? '/', asked)).status;
    for (const hit of hits) assert.equal(await status(hit), 200, JSON.stringify(hit));
    for (const miss of misses) assert.equal(await status(miss), 404, JSON.stringify(miss));
  });
}

test('the lowest priority that matches decides, and a rule that is deleted no longer does', async (t) => {
  const it = await applicationBench(t);
  const answer = (text: string): Properties => ({ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200', MessageBody: text } });
  const first = await it.ruleOf([path('/*')], answer('first'));
  await it.ruleOf([path('/*')], answer('second'));
  assert.equal((await it.ask('/')).body, 'first');
  await first.delete();
  assert.equal((await it.ask('/')).body, 'second');
  await assert.rejects(
    it.make(listenerRule, 'Again', { ListenerArn: it.front.ref, Priority: 2, Conditions: [path('/*')], Actions: [answer('third')] }),
    (error: unknown) => error instanceof ResourceFailure && error.message === "Priority '2' is currently in use",
  );
});

test('a redirect is put together from its own parts and those of the request', async (t) => {
  const it = await applicationBench(t);
  await it.ruleOf([path('/old/*')], {
    Type: 'redirect',
    RedirectConfig: { StatusCode: 'HTTP_301', Protocol: 'HTTPS', Port: '443', Path: '/new/#{path}' },
  });
  const { status, headers, body } = await it.ask('/old/x?q=1', { headers: { Host: 'example.com' } });
  assert.equal(status, 301);
  assert.equal(headers['location'], 'https://example.com:443/new/old/x?q=1');
  assert.equal(headers['server'], 'awselb/2.0');
  assert.match(body, /<center><h1>301 Moved Permanently<\/h1><\/center>/);
});

test('weights share requests out, a group of weight 0 gets none, and a client may stay with its group', async (t) => {
  const it = await applicationBench(t);
  const [blue, green, never] = await Promise.all(['Blue', 'Green', 'Never'].map((name) => it.groupOf(name)));
  await it.ruleOf([path('/*')], {
    Type: 'forward',
    ForwardConfig: {
      TargetGroups: [
        { TargetGroupArn: blue!.ref, Weight: 3 },
        { TargetGroupArn: green!.ref, Weight: 1 },
        { TargetGroupArn: never!.ref, Weight: 0 },
      ],
      TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 },
    },
  });
  await registerServer(t, it, blue!, (_request, response) => void response.end('blue'));
  await registerServer(t, it, green!, (_request, response) => void response.end('green'));
  const answers = await Promise.all(Array.from({ length: 200 }, () => it.ask('/')));
  const blues = answers.filter(({ body }) => body === 'blue').length;
  assert.ok(answers.every(({ status }) => status === 200));
  assert.ok(blues > 110 && blues < 190, `${blues} of 200`);
  const counted = it.account.directory.find('targetGroup', blue!.ref)!.requests;
  assert.equal(counted, blues, 'each request is counted, for the metric ALBRequestCountPerTarget (ECS-097)');
  const green1 = answers.find(({ body }) => body === 'green')!;
  const cookie = green1.headers['set-cookie']!.find((line) => line.startsWith('AWSALBTG='))!.split(';')[0]!;
  for (let count = 0; count < 20; count++) assert.equal((await it.ask('/', { headers: { Cookie: cookie } })).body, 'green');
});

test("a client stays with its target by the balancer's cookie, or by the application's own", async (t) => {
  const it = await applicationBench(t);
  const sticky = (type: string, more: Record<string, string> = {}): Properties => ({
    TargetGroupAttributes: attributesOf({ 'stickiness.enabled': 'true', 'stickiness.type': type, ...more }),
  });
  const own = await it.groupOf('Own', sticky('lb_cookie'));
  const application = await it.groupOf('App', sticky('app_cookie', { 'stickiness.app_cookie.cookie_name': 'session' }));
  await it.ruleOf([path('/own')], forwardTo(own));
  await it.ruleOf([path('/app')], forwardTo(application));
  for (const group of [own, application]) {
    for (const name of ['one', 'two']) {
      await registerServer(t, it, group, (_request, response) => {
        response.setHeader('Set-Cookie', 'session=s; Path=/');
        response.end(name);
      });
    }
  }
  for (const [place, name] of [
    ['/own', 'AWSALB'],
    ['/app', 'AWSALBAPP-0'],
  ] as const) {
    const first = await it.ask(place);
    const cookie = first.headers['set-cookie']!.find((line) => line.startsWith(`${name}=`))!.split(';')[0]!;
    for (let count = 0; count < 6; count++) assert.equal((await it.ask(place, { headers: { Cookie: cookie } })).body, first.body);
  }
});

test('without a registered target 503, when it breaks off or answers nonsense 502, when it is silent 504 (NLB-070 to NLB-072)', async (t) => {
  const it = await applicationBench(t, { balancer: { LoadBalancerAttributes: [{ Key: 'idle_timeout.timeout_seconds', Value: '1' }] } });
  const [empty, broken, silent] = await Promise.all(['Empty', 'Broken', 'Silent'].map((name) => it.groupOf(name)));
  await it.ruleOf([path('/empty')], forwardTo(empty!));
  await it.ruleOf([path('/broken')], forwardTo(broken!));
  await it.ruleOf([path('/silent')], forwardTo(silent!));
  await registerServer(t, it, broken!, ({ socket }) => void socket.end('nonsense\r\n\r\n'));
  await registerServer(t, it, silent!, () => {});
  const none = await it.ask('/empty');
  assert.deepEqual([none.status, none.headers['server'], none.headers['content-type']], [503, 'awselb/2.0', 'text/html']);
  assert.equal(
    none.body,
    '<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n<body>\r\n<center><h1>503 Service Temporarily Unavailable</h1></center>\r\n</body>\r\n</html>\r\n',
  );
  assert.equal((await it.ask('/broken')).status, 502);
  assert.equal((await it.ask('/silent')).status, 504);
  assert.equal((await it.ask('/', { method: 'TRACE' })).status, 405); // NLB-073
});

test('who the security group does not let in hears nothing, and the missing rule is told', async (t) => {
  const it = await applicationBench(t, { ingress: false });
  await assert.rejects(it.ask('/'), /socket hang up/);
  const notices = it.account.events.filter((event) => event.event === 'notice').map(({ message }) => message);
  assert.equal(notices.length, 1);
  assert.match(
    notices[0]!,
    /^the internet cannot reach ALB node of Alb .* on port 80: no ingress rule of sg-nlb .*To open it, add to sg-nlb .*: ingress tcp 80 from 0\.0\.0\.0\/0$/,
  );
});

test('an unhealthy target tells the status that its checks got (NLB-039, NLB-040)', async (t) => {
  const it = await applicationBench(t);
  const group = await it.groupOf('Web', { UnhealthyThresholdCount: 2, HealthCheckPath: '/health', Matcher: { HttpCode: '204' } });
  await it.ruleOf([path('/*')], forwardTo(group));
  const targets = it.account.directory.find('targetGroup', group.ref)!;
  const unhealthy = new Promise<string | undefined>((resolve) => {
    targets.onHealthChange(({ health }) => {
      if (health.state === 'unhealthy') resolve(`${health.reason}: ${health.description}`);
    });
  });
  const server = createServer((_request, response) => response.end('ok')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const task = it.small.task({
    accept: async () => {
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
      await once(socket, 'connect');
      return socket;
    },
  });
  targets.register({ address: task.address, port: 8080, zone: task.zone });
  assert.equal(await unhealthy, 'Target.ResponseCodeMismatch: Health checks failed with these codes: [200]');
});

test('what AWS refuses of application balancers is refused in its words', async (t) => {
  const it = await applicationBench(t);
  const refused = (make: Promise<unknown>, message: RegExp): Promise<void> =>
    assert.rejects(make, (error: unknown) => error instanceof ResourceFailure && message.test(error.message));
  await refused(
    it.make(loadBalancer, 'One', { Subnets: ['subnet-1'], SecurityGroups: ['sg-nlb'] }),
    /^At least two subnets in two different Availability Zones must be specified$/,
  );
  await refused(
    it.make(listener, 'Tcp', { LoadBalancerArn: it.balancer.ref, Port: 81, Protocol: 'TCP', DefaultActions: [] }),
    /^Listener protocol 'TCP' must be one of 'HTTP, HTTPS'$/,
  );
  await refused(
    it.make(listener, 'Twice', {
      LoadBalancerArn: it.balancer.ref,
      Port: 80,
      Protocol: 'HTTP',
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200' } }],
    }),
    /^A listener with the specified port already exists\.$/,
  );
  const findings = listener.check!(
    { LoadBalancerArn: 'a', Port: 80, Protocol: 'HTTP', DefaultActions: [{ Type: 'authenticate-oidc' }] },
    {},
  );
  assert.deepEqual(
    findings.map(({ kind, property }) => [kind, property]),
    [['unsupported', 'DefaultActions[0].Type']],
  );
});
