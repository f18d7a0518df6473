import assert from 'node:assert/strict';
import test from 'node:test';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import { addAuthorizer, allow, functionArn, mock, openGateway, proxy } from './gateway-fixture.ts';
import { get, guarded, token } from './guarded-gateway.ts';

test('Without the header, and with an empty one, the answer is 401 in 26 bytes and nobody is asked (AG-080, AG-081, AG-902)', async () => {
  await using gateway = await guarded();
  for (const headers of [{}, { Authorization: '' }]) {
    const answer = await gateway.send('/prod/weather', { headers });
    assert.equal(answer.status, 401);
    assert.equal(answer.body, '{"message":"Unauthorized"}');
    assert.equal(answer.header('Content-Length'), '26');
    assert.equal(answer.header('x-amzn-ErrorType'), 'UnauthorizedException');
    assert.equal(answer.header('WWW-Authenticate'), undefined);
  }
  assert.equal(gateway.lambda.events.length, 0);
});

test('Two Authorization headers are 401: nobody can say which one counts', async () => {
  await using gateway = await guarded();
  const answer = await gateway.send('/prod/weather', { headers: { Authorization: [token, 'Bearer other'] } });
  assert.equal(answer.status, 401);
  assert.equal(gateway.lambda.events.length, 0);
});

test('A validation expression must match the whole value, or nobody is asked (AG-082 to AG-084)', async () => {
  await using gateway = await guarded({ IdentityValidationExpression: 'Bearer [a-z]+' });
  assert.equal((await get(gateway, '/prod/weather', 'Bearer abc')).status, 200);
  for (const value of ['Bearer ABC', 'xBearer abc', 'Bearer abc d', 'abc'])
    assert.equal((await get(gateway, '/prod/weather', value)).status, 401);
  assert.equal(gateway.lambda.events.length, 1);
});

test('A value that makes the validation expression run without end is refused, and holds nobody up', async () => {
  await using gateway = await guarded({ IdentityValidationExpression: '(a+)+b' });
  const began = performance.now();
  assert.equal((await get(gateway, '/prod/weather', 'a'.repeat(64))).status, 401);
  assert.ok(performance.now() - began < 5000);
  for (let time = 0; time < 2; time++) assert.equal((await get(gateway, '/prod/weather', 'aab')).status, 200);
});

test('The event has exactly three keys, with the actual verb and path (AG-087, AG-088), and the call names its source (AG-912)', async () => {
  await using gateway = await guarded();
  await get(gateway);
  await get(gateway, '/prod/', 'other');
  const arn = `arn:aws:execute-api:us-east-1:000000000000:${gateway.api.id}`;
  assert.deepEqual(gateway.lambda.events, [
    { type: 'TOKEN', authorizationToken: token, methodArn: `${arn}/prod/GET/weather` },
    { type: 'TOKEN', authorizationToken: 'other', methodArn: `${arn}/prod/GET/` },
  ]);
  const { principal, sourceArn, sourceAccount } = gateway.lambda.invokers[0]!;
  assert.deepEqual([principal, sourceAccount], ['apigateway.amazonaws.com', '000000000000']);
  assert.match(sourceArn!, new RegExp(`^${arn}/authorizers/[0-9a-z]{6}$`));
});

for (const [partition, region] of [
  ['aws-cn', 'cn-north-1'],
  ['aws-us-gov', 'us-gov-west-1'],
] as const) {
  test(`In ${region} the method's ARN begins with arn:${partition} (AG-093)`, async () => {
    await using gateway = await openGateway({ partition, region });
    const { lambda, guard } = await addAuthorizer(gateway);
    await gateway.method('GET', '/weather', { ...mock(), ...guard });
    await gateway.deploy();
    await gateway.send('/prod/weather', { headers: { Authorization: 'a' } });
    const [event] = lambda.events as { readonly methodArn: string }[];
    assert.equal(event!.methodArn, `arn:${partition}:execute-api:${region}:000000000000:${gateway.api.id}/prod/GET/weather`);
  });
}

test('The header name is found whatever its case (AG-079)', async () => {
  await using gateway = await guarded();
  assert.equal((await gateway.send('/prod/weather', { headers: { aUTHORIZATION: token } })).status, 200);
});

test('An authorizer that throws exactly "Unauthorized" is 401, and not kept (AG-130, AG-131, AG-117)', async () => {
  await using gateway = await guarded();
  gateway.lambda.handler = () => {
    throw new Error('Unauthorized');
  };
  const answer = await get(gateway);
  assert.deepEqual([answer.status, answer.body], [401, '{"message":"Unauthorized"}']);
  await get(gateway);
  assert.equal(gateway.lambda.events.length, 2);
});

test('Whatever else an authorizer does wrong is 500 {"message":null} in 16 bytes, never an Allow, and not kept (LMB-043, AG-127 to AG-129, AG-132, AG-133, AG-167, AG-912)', async () => {
  await using gateway = await guarded();
  const backend = await gateway.backend();
  const good = allow('*') as Record<string, unknown>;
  const policy = (statement: unknown): unknown => ({ ...good, policyDocument: { Version: '2012-10-17', Statement: statement } });
  const failing: (() => unknown)[] = [
    () => {
      throw new Error('unauthorized');
    },
    () => {
      throw new Error('Unauthorized: expired');
    },
    () => '',
    () => 'null',
    () => '"Allow"',
    () => '[]',
    () => '{}',
    () => 'not json',
    () => ({ ...good, principalId: undefined }),
    () => ({ ...good, principalId: 7 }),
    () => ({ ...good, policyDocument: undefined }),
    () => ({ ...good, policyDocument: 'Allow' }),
    () => ({ ...good, policyDocument: { Version: '2012-10-17' } }),
    () => policy({ Effect: 'Maybe', Action: '*', Resource: '*' }),
    () => policy({ Effect: 'Allow', Resource: '*' }),
    () => policy({ Effect: 'Allow', Action: '*', Resource: 5 }),
    () => ({ ...good, context: { a: { b: 1 } } }),
    () => ({ ...good, context: { a: [1] } }),
    () => ({ ...good, context: 'x' }),
    () => ({ kind: 'refused', status: 403, code: 'AccessDeniedException', message: 'no permission' }),
  ];
  for (const handler of failing) {
    gateway.lambda.handler = handler;
    const answer = await get(gateway);
    assert.equal(answer.status, 500, String(handler));
    assert.equal(answer.body, '{"message":null}');
    assert.equal(answer.header('Content-Length'), '16');
    assert.equal(answer.header('x-amzn-ErrorType'), 'AuthorizerConfigurationException');
  }
  assert.equal(gateway.lambda.events.length, failing.length);
  assert.equal(backend.dialled, 0);
});

test('A function that does not exist is 500 {"message":null} (AG-134)', async () => {
  await using gateway = await openGateway();
  const { guard } = await addAuthorizer(gateway, {
    AuthorizerUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}-gone/invocations`,
  });
  await gateway.method('GET', '/weather', { ...mock(), ...guard });
  await gateway.deploy();
  const answer = await get(gateway);
  assert.deepEqual([answer.status, answer.body], [500, '{"message":null}']);
  assert.match(gateway.trace(answer).decision!.why, /There is no function .*-gone$/);
});

test('An authorizer that does not answer is 500 after 29 seconds (AG-126)', async () => {
  const clock = new VirtualClock();
  await using gateway = await guarded({}, clock);
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  gateway.lambda.handler = () => {
    resolve();
    return new Promise(() => {});
  };
  const answer = get(gateway);
  await asked;
  await clock.advance(29_000);
  assert.equal((await answer).body, '{"message":null}');
});

test("The integration's time limit does not bound the authorizer (AG-125)", async () => {
  const clock = new VirtualClock();
  await using gateway = await openGateway({ clock });
  const backend = await gateway.backend();
  const { lambda, guard } = await addAuthorizer(gateway);
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  lambda.handler = async ({ methodArn }) => {
    ask();
    await released;
    return allow(methodArn);
  };
  await gateway.method('GET', '/weather', { ...proxy('http://nlb.internal/', { TimeoutInMillis: 3000 }), ...guard });
  await gateway.deploy();
  const answer = get(gateway);
  await asked;
  await clock.advance(4000);
  release();
  assert.equal((await answer).status, 200);
  assert.equal(backend.seen.length, 1);
});

test('What is refused without asking leaves no word of the authorizer in the log (AG-086)', async () => {
  await using gateway = await guarded();
  const refused = await gateway.send('/prod/weather');
  assert.deepEqual(gateway.trace(refused).logs, []);
  const asked = await get(gateway);
  assert.match(gateway.trace(asked).logs[0]!, /^Starting authorizer: [0-9a-z]{6} for request: /);
});
