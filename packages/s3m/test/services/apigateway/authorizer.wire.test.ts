import assert from 'node:assert/strict';
import test from 'node:test';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import {
  addAuthorizer,
  allow,
  type FakeFunction,
  functionArn,
  mock,
  openGateway,
  proxy,
  type Gateway,
  type RawAnswer,
} from './gateway-fixture.ts';

const token = 'Bearer eyJhbGciOiJub25lIn0.canary-canary-canary.x';

function get(gateway: Gateway, path = '/prod/weather', authorization: string | undefined = token): Promise<RawAnswer> {
  return gateway.send(path, { headers: authorization === undefined ? {} : { Authorization: authorization } });
}

async function guarded(properties = {}, clock = new VirtualClock()): Promise<Gateway & { readonly lambda: FakeFunction }> {
  const gateway = await openGateway({ clock });
  const { lambda, guard } = await addAuthorizer(gateway, properties);
  await gateway.method('GET', '/weather', { ...mock(), ...guard });
  await gateway.method('GET', '/values', { ...mock(), ...guard });
  await gateway.method('GET', '/', { ...mock(), ...guard });
  await gateway.deploy();
  return Object.assign(gateway, { lambda });
}

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

test('The header name is found whatever its case (AG-079)', async () => {
  await using gateway = await guarded();
  assert.equal((await gateway.send('/prod/weather', { headers: { aUTHORIZATION: token } })).status, 200);
});

test('An explicit deny is 403 with the key Message and its text (AG-901)', async () => {
  await using gateway = await guarded();
  gateway.lambda.handler = ({ methodArn }) => allow(methodArn, {}, 'Deny');
  const answer = await get(gateway);
  assert.equal(answer.status, 403);
  assert.equal(
    answer.body,
    '{"Message":"User is not authorized to access this resource with an explicit deny in an identity-based policy"}',
  );
  assert.equal(answer.header('x-amzn-ErrorType'), 'AccessDeniedException');
});

test('A policy that says nothing about the method is 403 with a text of its own (AG-901)', async () => {
  await using gateway = await guarded();
  gateway.lambda.handler = ({ methodArn }) => allow(methodArn.replace('/GET/', '/DELETE/'));
  const answer = await get(gateway);
  assert.equal(answer.status, 403);
  assert.equal(
    answer.body,
    '{"Message":"User is not authorized to access this resource because no identity-based policy allows the execute-api:Invoke action"}',
  );
  assert.match(String(gateway.trace(answer).authorizer!.nearMiss), /DELETE\/weather" does not cover .*GET\/weather$/);
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

test('Whatever else an authorizer does wrong is 500 {"message":null} in 16 bytes, never an Allow, and not kept (AG-127 to AG-129, AG-132, AG-133, AG-167, AG-912)', async () => {
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

test('What is kept is a policy, not a decision: one for the first path alone denies the second with the same token (AG-109, AG-112)', async () => {
  await using gateway = await guarded();
  assert.equal((await get(gateway, '/prod/weather')).status, 200);
  const second = await get(gateway, '/prod/values');
  assert.equal(second.status, 403);
  assert.equal((await get(gateway, '/prod/weather')).status, 200);
  assert.equal(gateway.lambda.events.length, 1);
  assert.equal(gateway.trace(second).authorizer!.cache, 'hit');
});

test('A result is kept for 300 seconds from when it came, however often it is used (AG-108, AG-118); denials too (AG-116)', async () => {
  const clock = new VirtualClock();
  await using gateway = await guarded({}, clock);
  gateway.lambda.handler = ({ methodArn, authorizationToken }) => allow(methodArn, {}, authorizationToken === 'no' ? 'Deny' : 'Allow');
  for (const value of ['yes', 'no', 'yes', 'no']) await get(gateway, '/prod/weather', value);
  assert.equal(gateway.lambda.events.length, 2);
  await clock.advance(299_999);
  await get(gateway, '/prod/weather', 'yes');
  assert.equal(gateway.lambda.events.length, 2);
  await clock.advance(1);
  await get(gateway, '/prod/weather', 'yes');
  assert.equal(gateway.lambda.events.length, 3);
});

test('A lifetime of 0 turns the cache off (AG-108)', async () => {
  await using gateway = await guarded({ AuthorizerResultTtlInSeconds: 0 });
  const first = await get(gateway);
  await get(gateway);
  assert.equal(gateway.lambda.events.length, 2);
  assert.equal(gateway.trace(first).authorizer!.cache, 'none');
});

test('A flush empties the cache of its stage and says how much there was; what was asked before it is not kept after it (AG-114)', async () => {
  await using gateway = await guarded();
  await get(gateway, '/prod/weather', 'a');
  await get(gateway, '/prod/weather', 'b');
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  gateway.lambda.handler = async ({ methodArn }) => {
    ask();
    await released;
    return allow(methodArn);
  };
  const slow = get(gateway, '/prod/weather', 'c');
  await asked;
  assert.equal(gateway.api.flushAuthorizers('prod'), 2);
  release();
  assert.equal((await slow).status, 200);
  assert.equal(gateway.api.flushAuthorizers('prod'), 0);
  assert.equal(gateway.api.flushAuthorizers('nosuch'), 0);
  await get(gateway, '/prod/weather', 'a');
  assert.equal(gateway.lambda.events.length, 4);
});

test('Requests that find nothing kept each ask for themselves, with their own ARN (AG-119)', async () => {
  await using gateway = await guarded();
  const { promise: both, resolve } = Promise.withResolvers<void>();
  gateway.lambda.handler = async ({ methodArn }) => {
    if (gateway.lambda.events.length === 2) resolve();
    await both;
    return allow(methodArn);
  };
  const answers = await Promise.all([get(gateway, '/prod/weather'), get(gateway, '/prod/values')]);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200],
  );
  assert.equal(gateway.lambda.events.length, 2);
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

test('A policy may be of either version, without Version, and of any number of statements; an empty one is an implicit deny (AG-164, AG-165, AG-168)', async () => {
  await using gateway = await guarded({ AuthorizerResultTtlInSeconds: 0 });
  const statement = (Resource: string): object => ({ Effect: 'Allow', Action: 'execute-api:Invoke', Resource });
  const answerWith = async (policyDocument: (arn: string) => object): Promise<number> => {
    gateway.lambda.handler = ({ methodArn }) => ({ principalId: 'user', policyDocument: policyDocument(methodArn) });
    return (await get(gateway)).status;
  };
  assert.equal(await answerWith((arn) => ({ Version: '2008-10-17', Statement: statement(arn) })), 200);
  assert.equal(await answerWith((arn) => ({ Statement: [statement(arn)] })), 200);
  assert.equal(await answerWith((arn) => ({ Statement: [...Array.from({ length: 2000 }, () => statement('no')), statement(arn)] })), 200);
  assert.equal(await answerWith(() => ({ Version: '2012-10-17', Statement: [] })), 403);
  assert.equal(await answerWith(() => ({ Version: '2013-01-01', Statement: [] })), 500);
});

test('The ARN that is matched is the one that the function was told, escapes as they were sent (AG-090, AG-166)', async () => {
  await using gateway = await openGateway();
  const { lambda, guard } = await addAuthorizer(gateway);
  await gateway.method('GET', '/{proxy+}', { ...mock(), ...guard });
  await gateway.deploy();
  for (const path of ['a%2Fb', 'a//b', 'a/', 'caf%C3%A9', '%2A']) {
    assert.equal((await get(gateway, `/prod/${path}`, path)).status, 200, path);
    assert.ok(lambda.events.at(-1)!.methodArn.endsWith(`/prod/GET/${path}`));
  }
  lambda.handler = ({ methodArn }) => allow(decodeURIComponent(methodArn));
  assert.equal((await get(gateway, '/prod/a%2Fb', 'other')).status, 403);
});

test("The method's ARN may have 1,600 bytes; beyond that it is 414 (AG-091, AG-433)", async () => {
  await using gateway = await openGateway();
  const { lambda, guard } = await addAuthorizer(gateway);
  lambda.handler = () => allow('*');
  await gateway.method('GET', '/{proxy+}', { ...mock(), ...guard });
  await gateway.deploy();
  const rest = 1600 - `arn:aws:execute-api:us-east-1:000000000000:${gateway.api.id}/prod/GET/`.length;
  assert.equal((await get(gateway, `/prod/${'a'.repeat(rest)}`)).status, 200);
  const long = await get(gateway, `/prod/${'a'.repeat(rest + 1)}`);
  assert.deepEqual([long.status, long.body], [414, '{"message":"Request URI too long"}']);
});

test('An Allow whose Resource has more than 512 characters denies (AG-149)', async () => {
  await using gateway = await guarded();
  gateway.lambda.handler = ({ methodArn }) => allow(`${methodArn}${'*'.repeat(513)}`);
  assert.equal((await get(gateway)).status, 403);
});

test('The token is in no trace: not in event, result, near miss, function log or path', async () => {
  await using gateway = await guarded();
  const bare = token.slice('Bearer '.length);
  gateway.lambda.handler = ({ methodArn }) => allow(`${methodArn}/${bare}`, { echoed: `got ${token}`, bare, deep: 1 });
  const denied = await get(gateway, `/prod/weather?access_token=${bare}`);
  assert.equal(denied.status, 403);
  const again = await get(gateway, `/prod/weather?access_token=${bare}`);
  for (const answer of [denied, again]) {
    const text = JSON.stringify(gateway.trace(answer));
    assert.doesNotMatch(text, /canary/);
    assert.match(text, /Bearer \(sha256 [0-9a-f]{12}\)/);
  }
  gateway.lambda.handler = () => {
    throw new Error(`cannot verify ${bare}`);
  };
  gateway.api.flushAuthorizers('prod');
  const failed = await get(gateway);
  assert.equal(failed.status, 500);
  assert.doesNotMatch(JSON.stringify(gateway.trace(failed)), /canary/);
});

test('The context reaches the backend as mapped, principalId from the result itself; what the client sends under these names never does (AG-142, AG-144, AG-145, AG-330, T5)', async () => {
  await using gateway = await openGateway();
  const backend = await gateway.backend();
  const { lambda, guard } = await addAuthorizer(gateway);
  lambda.handler = ({ methodArn }) => allow(methodArn, { subject: 'user-1', level: 7, admin: false, nothing: null, principalId: 'forged' });
  const parameters = Object.fromEntries(
    ['subject', 'level', 'admin', 'nothing', 'absent', 'principalId'].map((key) => [
      `integration.request.header.x-s3m-${key}`,
      `context.authorizer.${key}`,
    ]),
  );
  await gateway.method('GET', '/weather', { ...proxy('http://nlb.internal/', { RequestParameters: parameters }), ...guard });
  await gateway.deploy();
  const forged = {
    'x-s3m-subject': ['admin', 'root'],
    'X-S3M-Subject': 'admin',
    x_s3m_subject: 'admin',
    'X-S3m_Subject': 'admin',
    'x-s3m-absent': 'admin',
    X_S3M_ADMIN: 'true',
    'x-s3m-nothing': 'admin',
  };
  const answer = await gateway.send('/prod/weather', { headers: { ...forged, Authorization: token } });
  assert.equal(answer.status, 200);
  const seen = backend.seen[0]!.headers.filter(([name]) => /^x[-_]s3m/i.test(name));
  assert.deepEqual(seen, [
    ['x-s3m-subject', 'user-1'],
    ['x-s3m-level', '7'],
    ['x-s3m-admin', 'false'],
    ['x-s3m-principalId', 'user'],
  ]);
});

test('A context value that could break out of its header is 500, and nothing is dialled (T32)', async () => {
  for (const value of ['x\r\nX-Role: admin', 'x\nadmin', 'nul\u0000', 'del\u007f', 'Zürich', '日本']) {
    await using gateway = await openGateway();
    const backend = await gateway.backend();
    const { lambda, guard } = await addAuthorizer(gateway);
    lambda.handler = ({ methodArn }) => allow(methodArn, { name: value });
    const parameters = { 'integration.request.header.x-name': 'context.authorizer.name' };
    await gateway.method('GET', '/weather', { ...proxy('http://nlb.internal/', { RequestParameters: parameters }), ...guard });
    await gateway.deploy();
    const answer = await get(gateway);
    assert.deepEqual([answer.status, answer.body], [500, '{"message": "Internal server error"}']);
    assert.equal(backend.dialled, 0);
  }
});
