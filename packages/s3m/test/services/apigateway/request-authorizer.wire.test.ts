import assert from 'node:assert/strict';
import test from 'node:test';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import { authorizer } from '../../../src/services/apigateway/authorizer.ts';
import type { RequestEvent } from '../../../src/services/apigateway/authorizers/request-event.ts';
import {
  addAuthorizer,
  allow,
  mock,
  openGateway,
  unsignedIdentity,
  type FakeFunction,
  type Gateway,
  type SendOptions,
} from './gateway-fixture.ts';

type Guarded = Gateway & { readonly lambda: FakeFunction; get(path: string, headers?: SendOptions['headers']): Promise<number> };

async function guarded(
  properties: Parameters<typeof addAuthorizer>[1],
  { clock = new VirtualClock(), variables = {} }: { readonly clock?: VirtualClock; readonly variables?: Record<string, string> } = {},
): Promise<Guarded> {
  const gateway = await openGateway({ clock });
  const { lambda, guard } = await addAuthorizer(gateway, { Type: 'REQUEST', ...properties });
  lambda.handler = () => allow('*');
  await gateway.method('GET', '/pets/{id}', { ...mock(), ...guard });
  await gateway.method('ANY', '/', { ...mock(), ...guard });
  await gateway.deploy(variables);
  const get: Guarded['get'] = async (path, headers = {}) => (await gateway.send(path, { headers })).status;
  return Object.assign(gateway, { lambda, get });
}

const event = (gateway: Guarded, index = 0): RequestEvent => gateway.lambda.events[index] as unknown as RequestEvent;

const both = { IdentitySource: 'method.request.header.X-Key , method.request.querystring.user' };

test('The event has what AWS sends: everything but the body (AG-094 to AG-100)', async () => {
  await using gateway = await guarded(both, { variables: { color: 'blue' } });
  const answer = await gateway.send('/prod/pets/a%20b?user=ann&tag=1&tag=a+b', {
    headers: { 'x-KEY': 'k', 'User-Agent': 'probe', 'X-Api-Key': 'abc', Accept: ['a', 'b'], Connection: 'close' },
  });
  assert.equal(answer.status, 200);
  const { headers, multiValueHeaders, requestContext, ...rest } = event(gateway);
  const arn = `arn:aws:execute-api:us-east-1:000000000000:${gateway.api.id}/prod/GET/pets/a%20b`;
  assert.deepEqual(rest, {
    type: 'REQUEST',
    methodArn: arn,
    resource: '/pets/{id}',
    path: '/pets/a%20b',
    httpMethod: 'GET',
    queryStringParameters: { user: 'ann', tag: 'a b' },
    multiValueQueryStringParameters: { user: ['ann'], tag: ['1', 'a b'] },
    pathParameters: { id: 'a%20b' },
    stageVariables: { color: 'blue' },
  });
  assert.equal(
    Object.keys(event(gateway)).join(),
    'type,methodArn,resource,path,httpMethod,headers,multiValueHeaders,queryStringParameters,' +
      'multiValueQueryStringParameters,pathParameters,stageVariables,requestContext',
  );
  assert.deepEqual([headers['x-KEY'], headers['Accept'], multiValueHeaders['Accept']], ['k', 'b', ['a', 'b']]);
  assert.deepEqual([headers['X-Forwarded-Port'], headers['X-Forwarded-Proto'], headers['Connection']], ['443', 'https', undefined]);
  assert.match(headers['X-Amzn-Trace-Id']!, /^Root=1-/);
  const { identity, requestTime, requestTimeEpoch, resourceId, ...context } = requestContext;
  assert.deepEqual(context, {
    resourcePath: '/pets/{id}',
    httpMethod: 'GET',
    extendedRequestId: answer.header('x-amz-apigw-id'),
    path: '/prod/pets/a%20b',
    accountId: '000000000000',
    protocol: 'HTTP/1.1',
    stage: 'prod',
    domainPrefix: gateway.api.id,
    requestId: answer.header('x-amzn-RequestId'),
    domainName: `${gateway.api.id}.execute-api.us-east-1.amazonaws.com`,
    deploymentId: gateway.api.servedBy('prod'),
    apiId: gateway.api.id,
  });
  assert.match(String(requestTime), /^14\/Nov\/2023:22:13:20 \+0000$/);
  assert.equal(requestTimeEpoch, 1_700_000_000_000);
  assert.match(String(resourceId), /^[0-9a-z]+$/);
  assert.deepEqual(identity, { ...unsignedIdentity, userAgent: 'probe', apiKey: 'abc' });
});

test('Maps without entries are {}, and the root has the path / (AG-097)', async () => {
  await using gateway = await guarded({ IdentitySource: '', AuthorizerResultTtlInSeconds: 0 });
  assert.equal(await gateway.get('/prod'), 200);
  const { queryStringParameters, multiValueQueryStringParameters, pathParameters, stageVariables, path, methodArn } = event(gateway);
  assert.deepEqual([queryStringParameters, multiValueQueryStringParameters, pathParameters, stageVariables, path], [{}, {}, {}, {}, '/']);
  assert.match(methodArn, /\/prod\/GET\/$/);
});

for (const AuthorizerResultTtlInSeconds of [300, 0]) {
  test(`A source that is missing or empty is 401 and nobody is asked, with a lifetime of ${AuthorizerResultTtlInSeconds} (AG-104, AG-905)`, async () => {
    await using gateway = await guarded({ ...both, AuthorizerResultTtlInSeconds });
    for (const [path, headers] of [
      ['/prod/pets/1', {}],
      ['/prod/pets/1', { 'X-Key': 'k' }],
      ['/prod/pets/1?user=', { 'X-Key': 'k' }],
      ['/prod/pets/1?user', { 'X-Key': 'k' }],
      ['/prod/pets/1?User=ann', { 'X-Key': 'k' }],
      ['/prod/pets/1?user=ann', { 'X-Key': '' }],
      ['/prod/pets/1?user=ann', {}],
    ] as const) {
      const answer = await gateway.send(path, { headers });
      assert.deepEqual([answer.status, answer.body], [401, '{"message":"Unauthorized"}'], path);
    }
    assert.equal(gateway.lambda.events.length, 0);
    assert.equal(await gateway.get('/prod/pets/1?user=ann', { 'X-Key': 'k' }), 200);
    assert.equal(gateway.lambda.events.length, 1);
  });
}

test("A source that has two values is 401: which one would count is anybody's guess", async () => {
  await using gateway = await guarded(both);
  assert.equal(await gateway.get('/prod/pets/1?user=ann&user=bob', { 'X-Key': 'k' }), 401);
  assert.equal(await gateway.get('/prod/pets/1?user=ann', { 'X-Key': ['k', 'k'] }), 401);
  assert.equal(gateway.lambda.events.length, 0);
});

test('With a lifetime of 0 and without sources everybody is asked about, also without credentials (AG-106)', async () => {
  await using gateway = await guarded({ IdentitySource: '', AuthorizerResultTtlInSeconds: 0 });
  assert.deepEqual([await gateway.get('/prod/pets/1'), await gateway.get('/prod/pets/1')], [200, 200]);
  assert.equal(gateway.lambda.events.length, 2);
});

test('Results are kept by the values of all sources in their order, and by nothing else, the path neither (AG-110, AG-111)', async () => {
  await using gateway = await guarded(both);
  const calls: [string, string][] = [
    ['/prod/pets/1?user=b', 'a'],
    ['/prod/pets/2?user=b&more=1', 'a'],
    ['/prod?user=b', 'a'],
  ];
  for (const [path, key] of calls) assert.equal(await gateway.get(path, { 'X-Key': key }), 200);
  assert.equal(gateway.lambda.events.length, 1);
  // The same values in other places, and values that run together alike, are other callers.
  for (const [user, key] of [
    ['a', 'b'],
    ['%22,%22', 'a'],
    ['', 'a","b'],
    ['\u00e9', 'a'],
    ['%C4%80', 'a'],
    ['%00', 'a'],
  ] as const) {
    await gateway.get(`/prod/pets/1?user=${encodeURI(decodeURIComponent(user))}`, { 'X-Key': key });
  }
  assert.equal(gateway.lambda.events.length, 6);
});

test('Stage variables and context variables can be sources (AG-101)', async () => {
  await using gateway = await guarded(
    { IdentitySource: 'stageVariables.tenant, context.identity.sourceIp, context.resourcePath' },
    { variables: { tenant: 'blue' } },
  );
  assert.equal(await gateway.get('/prod/pets/1'), 200);
  assert.equal(await gateway.get('/prod/pets/2'), 200);
  assert.equal(gateway.lambda.events.length, 1);
  assert.equal(await gateway.get('/prod'), 200);
  assert.equal(gateway.lambda.events.length, 2);
  await gateway.deploy({});
  assert.equal(await gateway.get('/prod'), 401);
});

test('A cookie is a source as a whole (AG-107)', async () => {
  await using gateway = await guarded({ IdentitySource: 'method.request.header.Cookie' });
  assert.equal(await gateway.get('/prod', { Cookie: 'a=1; b=2' }), 200);
  assert.equal(await gateway.get('/prod', { Cookie: 'a=1' }), 200);
  assert.equal(gateway.lambda.events.length, 2);
});

test('A validation expression plays no part for REQUEST (AG-085)', async () => {
  await using gateway = await guarded({ IdentitySource: 'method.request.header.X-Key', IdentityValidationExpression: '[0-9]+' });
  assert.equal(await gateway.get('/prod', { 'X-Key': 'abc' }), 200);
});

test('Path parameters, unknown places and a cache without sources are refused at load (AG-102, AG-103)', () => {
  const check = (properties: object): unknown[] =>
    authorizer.check!({ Type: 'REQUEST', AuthorizerUri: '${stageVariables.uri}', ...properties }, {}).map(({ property, kind }) => [
      property,
      kind,
    ]);
  const wrong = [['IdentitySource', 'invalid']];
  for (const IdentitySource of ['method.request.path.id', 'Authorization', 'context.nosuch', 'context.authorizer.x', 'method.request.body'])
    assert.deepEqual(check({ IdentitySource }), wrong, IdentitySource);
  assert.deepEqual(check({}), wrong);
  assert.deepEqual(check({ AuthorizerResultTtlInSeconds: 60 }), wrong);
  assert.deepEqual(check({ AuthorizerResultTtlInSeconds: 0 }), []);
  assert.deepEqual(check({ IdentitySource: 'method.request.header.A,stageVariables.b,context.accountId' }), []);
});

test('No secret of the request is in the trace: of header values only harmless ones are told', async () => {
  await using gateway = await guarded(both);
  gateway.lambda.handler = () => ({ ...(allow('*') as object), context: { echoed: 'canary-key-1234' } });
  const answer = await gateway.send('/prod/pets/1?user=canary-user-1234&token=canary-token', {
    headers: { 'X-Key': 'canary-key-1234', Cookie: 'canary-cookie', 'X-Api-Key': 'canary-api-key', Accept: 'text/html' },
  });
  assert.equal(answer.status, 200);
  const text = JSON.stringify(gateway.trace(answer));
  assert.doesNotMatch(text, /canary/);
  assert.match(text, /text\/html/);
});

test('AuthorizerCredentials make a role of the account call the function, whose own permission then does not count (AG-120)', async () => {
  const role = 'arn:aws:iam::000000000000:role/invoke';
  await using gateway = await guarded({ ...both, AuthorizerCredentials: role });
  assert.equal(await gateway.get('/prod?user=a', { 'X-Key': 'k' }), 200);
  assert.deepEqual(gateway.lambda.invokers, [{ principal: role }]);
});

test('A gateway response of a denial may print what the authorizer returned (AG-150), and the log names a policy that cannot be read (AG-912)', async () => {
  await using gateway = await guarded(both);
  gateway.lambda.handler = () => '{}';
  const failed = await gateway.send('/prod?user=a', { headers: { 'X-Key': 'k' } });
  assert.equal(failed.body, '{"message":null}');
  assert.ok(gateway.trace(failed).logs.includes('Execution failed due to configuration error: Could not parse policy'));
  gateway.api.draft.putResponse({
    type: 'ACCESS_DENIED',
    logicalId: 'Denied',
    parameters: {},
    templates: { 'application/json': '{"why":"$context.authorizer.why"}' },
  });
  await gateway.deploy();
  gateway.lambda.handler = ({ methodArn }) => allow(methodArn, { why: 'no role' }, 'Deny');
  const denied = await gateway.send('/prod?user=a', { headers: { 'X-Key': 'k' } });
  assert.deepEqual([denied.status, denied.body], [403, '{"why":"no role"}']);
});
