import assert from 'node:assert/strict';
import test from 'node:test';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import type { Properties } from '../../../src/services/resource-type.ts';
import type { RawAnswer } from '../apigateway/gateway-fixture.ts';
import { addAuthorizer, addLambda, openHttpApi, type FakeLambda, type HttpApiUnderTest } from './http-api-fixture.ts';

interface Guarded extends AsyncDisposable {
  readonly api: HttpApiUnderTest;
  readonly clock: VirtualClock;
  readonly auth: FakeLambda;
  readonly backend: FakeLambda;
  readonly authorizerId: string;
  call(path?: string, token?: string): Promise<RawAnswer>;
}

async function openGuarded(properties: Properties = {}, version = '2.0'): Promise<Guarded> {
  const clock = new VirtualClock();
  const api = await openHttpApi({ clock });
  const auth = addLambda(api, 'auth');
  const backend = addLambda(api, 'backend');
  const { guard, id } = await addAuthorizer(api, {
    AuthorizerType: 'REQUEST',
    AuthorizerUri: auth.uri,
    AuthorizerPayloadFormatVersion: version,
    IdentitySource: ['$request.header.Authorization'],
    ...properties,
  });
  await api.route('GET /a/{id}', backend.integration(version), guard);
  await api.route('GET /b', backend.integration(version), guard);
  return {
    api,
    clock,
    auth,
    backend,
    authorizerId: id,
    call: (path = '/a/1', token = 'token-of-ada') => api.send(path, { headers: token === '' ? {} : { Authorization: token } }),
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  };
}

function policy(effect: string, resource: unknown, context: unknown = {}): unknown {
  const Statement = [{ Effect: effect, Action: 'execute-api:Invoke', Resource: resource }];
  return { principalId: 'ada', policyDocument: { Version: '2012-10-17', Statement }, context };
}

test('A simple response decides, and its context reaches the function as it is (AG-570, AG-574)', async () => {
  await using guarded = await openGuarded({ EnableSimpleResponses: true });
  const context = { text: 'x', number: 1, yes: true, list: ['a'], map: { b: 'c' } };
  guarded.auth.handler = () => ({ isAuthorized: true, context });
  const answer = await guarded.call();
  assert.equal(answer.status, 200);
  assert.deepEqual(guarded.backend.events[0].requestContext.authorizer, { lambda: context });
  guarded.auth.handler = () => ({ isAuthorized: false });
  const refused = await guarded.call();
  assert.equal(refused.status, 403);
  assert.equal(refused.body, '{"message":"Forbidden"}');
  assert.ok(!JSON.stringify([guarded.api.trace(answer), guarded.api.trace(refused)]).includes('token-of-ada'));
});

test('The authorizer is asked in format 2.0 (AG-568), by the principal that its permission names (LMB-062)', async () => {
  await using guarded = await openGuarded({ EnableSimpleResponses: true });
  guarded.auth.handler = () => ({ isAuthorized: true });
  await guarded.call('/a/1?x=1');
  const [event] = guarded.auth.events;
  assert.deepEqual(Object.keys(event), [
    'version',
    'type',
    'routeArn',
    'identitySource',
    'routeKey',
    'rawPath',
    'rawQueryString',
    'headers',
    'queryStringParameters',
    'requestContext',
    'pathParameters',
  ]);
  const arn = `arn:aws:execute-api:us-east-1:000000000000:${guarded.api.api.id}`;
  assert.equal(event.routeArn, `${arn}/$default/GET/a/1`);
  assert.deepEqual(event.identitySource, ['token-of-ada']);
  assert.deepEqual(guarded.auth.invokers[0], {
    principal: 'apigateway.amazonaws.com',
    sourceArn: `${arn}/authorizers/${guarded.authorizerId}`,
    sourceAccount: '000000000000',
  });
});

test('The authorizer is asked in format 1.0 (AG-568), and its context, without the reserved claims, reaches a function of format 1.0 (AG-576)', async () => {
  await using guarded = await openGuarded({}, '1.0');
  guarded.auth.handler = ({ methodArn }) => policy('Allow', methodArn, { tier: 'gold', claims: 'reserved' });
  assert.equal((await guarded.call()).status, 200);
  const [event] = guarded.auth.events;
  assert.equal(event.type, 'REQUEST');
  assert.equal(event.identitySource, 'token-of-ada');
  assert.equal(event.authorizationToken, 'token-of-ada');
  assert.equal(event.resource, '/a/{id}');
  assert.deepEqual(event.pathParameters, { id: '1' });
  assert.deepEqual(event.queryStringParameters, {});
  assert.deepEqual(guarded.backend.events[0].requestContext.authorizer, { tier: 'gold', principalId: 'ada' }); // AG-576
});

test('A policy is evaluated for the route that is called (AG-571)', async () => {
  await using guarded = await openGuarded();
  guarded.auth.handler = ({ routeArn }) => policy('Allow', routeArn);
  assert.equal((await guarded.call()).status, 200);
  guarded.auth.handler = ({ routeArn }) => policy('Deny', routeArn);
  assert.equal((await guarded.call()).status, 403);
  guarded.auth.handler = ({ routeArn }) => policy('Allow', `${routeArn}/other`);
  const refused = await guarded.call();
  assert.equal(refused.status, 403);
  assert.notEqual(guarded.api.trace(refused).authorizer!.nearMiss, undefined);
});

test('A missing identity is 401, and nothing is invoked (AG-571)', async () => {
  await using guarded = await openGuarded({ IdentitySource: ['$request.header.Authorization', '$request.querystring.key'] });
  guarded.auth.handler = ({ routeArn }) => policy('Allow', routeArn);
  const answer = await guarded.call('/a/1?key=', 'x');
  assert.equal(answer.status, 401);
  assert.equal(answer.body, '{"message":"Unauthorized"}');
  assert.equal((await guarded.call('/a/1?key=k', '')).status, 401);
  assert.equal(guarded.auth.events.length, 0);
  assert.equal((await guarded.call('/a/1?key=k', 'x')).status, 200);
  assert.deepEqual(guarded.auth.events[0].identitySource, ['x', 'k']);
});

test('An authorizer that fails or answers nonsense lets nobody in: 500 (AG-572)', async () => {
  await using guarded = await openGuarded({ EnableSimpleResponses: true });
  const failures: (() => unknown)[] = [
    () => {
      throw new Error('boom');
    },
    () => {
      throw new Error('Unauthorized');
    },
    () => 'not json',
    () => null,
    () => ({}),
    () => ({ isAuthorized: 'true' }),
    () => ({ isAuthorized: true, context: 'text' }),
    () => policy('Allow', '*'),
    () => ({ kind: 'refused', status: 403, code: 'AccessDeniedException', message: 'no permission' }),
  ];
  for (const handler of failures) {
    guarded.auth.handler = handler;
    const answer = await guarded.call();
    assert.equal(answer.status, 500);
    assert.equal(answer.body, '{"message":"Internal Server Error"}');
  }
  assert.equal(guarded.backend.events.length, 0);
});

test('In format 1.0 an exception that says Unauthorized is 401 (AG-572)', async () => {
  await using guarded = await openGuarded({}, '1.0');
  guarded.auth.handler = () => {
    throw new Error('Unauthorized');
  };
  assert.equal((await guarded.call()).body, '{"message":"Unauthorized"}');
});

test('An authorizer that takes ten seconds is 500 (AG-573)', async () => {
  await using guarded = await openGuarded();
  guarded.auth.handler = () => new Promise(() => {});
  const pending = guarded.call();
  while (guarded.auth.events.length === 0) await new Promise(setImmediate);
  await guarded.clock.advance(10_000);
  assert.equal((await pending).status, 500);
});

test('Nothing is cached unless a time is set (AG-575)', async () => {
  await using guarded = await openGuarded();
  guarded.auth.handler = ({ routeArn }) => policy('Allow', routeArn);
  await guarded.call();
  await guarded.call();
  assert.equal(guarded.auth.events.length, 2);
});

test('A result is kept for all routes by its identity: a policy for one route denies the other (AG-575)', async () => {
  await using guarded = await openGuarded({ AuthorizerResultTtlInSeconds: 60 });
  guarded.auth.handler = ({ routeArn }) => policy('Allow', routeArn);
  assert.equal((await guarded.call('/a/1')).status, 200);
  assert.equal((await guarded.call('/b')).status, 403);
  assert.equal(guarded.auth.events.length, 1);
  assert.equal((await guarded.call('/b', 'token-of-bob')).status, 200);
  await guarded.clock.advance(60_000);
  assert.equal((await guarded.call('/b')).status, 200);
  assert.equal(guarded.auth.events.length, 3);
});

test('$context.routeKey as an identity source separates the routes (AG-575)', async () => {
  await using guarded = await openGuarded({
    AuthorizerResultTtlInSeconds: 60,
    IdentitySource: ['$request.header.Authorization', '$context.routeKey'],
  });
  guarded.auth.handler = ({ routeArn }) => policy('Allow', routeArn);
  assert.equal((await guarded.call('/a/1')).status, 200);
  assert.equal((await guarded.call('/b')).status, 200);
  assert.equal((await guarded.call('/b')).status, 200);
  assert.equal(guarded.auth.events.length, 2);
});

test('A simple response that is kept allows, or denies, every route (AG-575); failures are not kept', async () => {
  await using guarded = await openGuarded({ AuthorizerResultTtlInSeconds: 60, EnableSimpleResponses: true });
  guarded.auth.handler = () => {
    throw new Error('boom');
  };
  assert.equal((await guarded.call()).status, 500);
  guarded.auth.handler = () => ({ isAuthorized: false });
  assert.equal((await guarded.call('/a/1')).status, 403);
  guarded.auth.handler = () => ({ isAuthorized: true });
  assert.equal((await guarded.call('/b')).status, 403);
  assert.equal(guarded.auth.events.length, 2);
});

test('A kept result is not found by a caller whose name differs in the upper half of a character (AG-575)', async () => {
  await using guarded = await openGuarded({
    EnableSimpleResponses: true,
    IdentitySource: ['$request.querystring.user'],
    AuthorizerResultTtlInSeconds: 300,
  });
  guarded.auth.handler = ({ queryStringParameters }) => ({ isAuthorized: queryStringParameters.user !== 'Admin' });
  assert.equal((await guarded.call('/a/1?user=%C5%81dmin')).status, 200);
  assert.equal((await guarded.call('/a/1?user=Admin')).status, 403);
});

test('What a function logs of a credential is masked in the trace', async () => {
  await using guarded = await openGuarded({ EnableSimpleResponses: true });
  guarded.auth.handler = () => ({ isAuthorized: true });
  const logs = ['got {"authorization":"token-of-ada"}'];
  guarded.backend.handler = () => ({ kind: 'success', requestId: 'r', durationMs: 1, logs, payload: '{}' });
  const answer = await guarded.call();
  assert.equal(answer.status, 200);
  const told = JSON.stringify(guarded.api.trace(answer).logs);
  assert.match(told, /got .*sha256/);
  assert.ok(!told.includes('token-of-ada'));
});

test('What an authorizer returns cannot break out of a mapped header of the answer: it is left out', async () => {
  await using guarded = await openGuarded({ EnableSimpleResponses: true });
  guarded.auth.handler = () => ({ isAuthorized: true, context: { role: 'x\r\nX-Role: admin', wide: '\u0141', good: 'y' } });
  const mappings = ['role', 'wide', 'good'].map((name) => ({
    Destination: `overwrite:header.x-${name}`,
    Source: `$context.authorizer.${name}`,
  }));
  const integration = { ...guarded.backend.integration(), ResponseParameters: { '200': { ResponseParameters: mappings } } };
  const { AuthorizationType, AuthorizerId } = { AuthorizationType: 'CUSTOM', AuthorizerId: guarded.authorizerId };
  await guarded.api.route('GET /mapped', integration, { AuthorizationType, AuthorizerId });
  const answer = await guarded.call('/mapped');
  assert.deepEqual(
    [answer.status, answer.header('x-role'), answer.header('x-wide'), answer.header('x-good')],
    [200, undefined, undefined, 'y'],
  );
});
