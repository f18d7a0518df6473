import assert from 'node:assert/strict';
import test from 'node:test';
import { token } from '../../../src/services/apigateway/authorizers/token.ts';
import { deployment } from '../../../src/services/apigateway/deployment.ts';
import { gatewayResponse } from '../../../src/services/apigateway/gateway-response.ts';
import { method } from '../../../src/services/apigateway/method.ts';
import { stage } from '../../../src/services/apigateway/stage.ts';
import { PropertyReader } from '../../../src/services/property-reader.ts';
import { createContext } from '../fake-account.ts';
import { addAuthorizer, allow, authorizerUri, mock, openGateway, proxy } from './gateway-fixture.ts';

test('A stage serves what was there at its deployment; a change needs another one, and staleness says so (AG-009, AG-123, AG-393, AG-524)', async () => {
  await using gateway = await openGateway();
  const first = await gateway.method('GET', '/weather', mock('one'));
  await gateway.deploy();
  assert.deepEqual(gateway.api.staleness(), []);
  const properties = {
    RestApiId: gateway.api.id,
    ResourceId: await gateway.path('/weather'),
    HttpMethod: 'GET',
    AuthorizationType: 'NONE',
    ...mock('two'),
  };
  await first.update!(createContext(gateway.account, method, { logicalId: 'M GET /weather', properties }));
  await gateway.method('GET', '/later', mock('later'));
  const { guard } = await addAuthorizer(gateway);
  assert.ok(guard);
  await gateway.create(gatewayResponse, 'Missing', {
    RestApiId: gateway.api.id,
    ResponseType: 'MISSING_AUTHENTICATION_TOKEN',
    StatusCode: 404,
  });
  assert.equal((await gateway.send('/prod/weather')).body, 'one');
  assert.equal((await gateway.send('/prod/later')).status, 403);
  const [sentence, ...more] = gateway.api.staleness();
  assert.deepEqual(more, []);
  assert.match(
    sentence!,
    /^Stage "prod" of API "Test" serves deployment [0-9a-z]{6}, which is older than method GET \/weather \(M GET \/weather\), method GET \/later/,
  );
  assert.match(sentence!, /AWS::ApiGateway::Deployment/);
  await gateway.deploy();
  assert.deepEqual(gateway.api.staleness(), []);
  assert.equal((await gateway.send('/prod/weather')).body, 'two');
  assert.equal((await gateway.send('/prod/later')).body, 'later');
  assert.equal((await gateway.send('/prod/nothing')).status, 404);
});

test('An update that changes nothing makes no stage stale', async () => {
  await using gateway = await openGateway();
  const made = await gateway.method('GET', '/weather', mock('one'));
  await gateway.deploy();
  const properties = {
    RestApiId: gateway.api.id,
    ResourceId: await gateway.path('/weather'),
    HttpMethod: 'GET',
    AuthorizationType: 'NONE',
    MethodResponses: [{ StatusCode: '200' }],
    ...mock('one'),
  };
  await made.update!(createContext(gateway.account, method, { logicalId: 'M GET /weather', properties }));
  assert.deepEqual(gateway.api.staleness(), []);
});

test('A method that is deleted is served until there is another deployment', async () => {
  await using gateway = await openGateway();
  const made = await gateway.method('GET', '/weather', mock('one'));
  await gateway.method('GET', '/other', mock());
  await gateway.deploy();
  await made.delete();
  assert.equal((await gateway.send('/prod/weather')).body, 'one');
  assert.match(gateway.api.staleness()[0]!, /GET \/weather \(M GET \/weather\), deleted/);
  await gateway.deploy();
  assert.equal((await gateway.send('/prod/weather')).status, 403);
});

test('Pointing a stage at another deployment drops no request: one under way ends as it began', async () => {
  await using gateway = await openGateway();
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  await gateway.backend((_, response) => {
    ask();
    void released.then(() => response.end('old'));
  });
  const made = await gateway.method('GET', '/weather', proxy());
  await gateway.deploy();
  const slow = gateway.send('/prod/weather');
  await asked;
  const properties = {
    RestApiId: gateway.api.id,
    ResourceId: await gateway.path('/weather'),
    HttpMethod: 'GET',
    AuthorizationType: 'NONE',
    ...mock('new'),
  };
  await made.update!(createContext(gateway.account, method, { logicalId: 'M GET /weather', properties }));
  await gateway.deploy();
  assert.equal((await gateway.send('/prod/weather')).body, 'new');
  release();
  assert.equal((await slow).body, 'old');
});

test('A deployment keeps what authorizers returned, unless the identity source changed (AG-115); other stages never share it (AG-113)', async () => {
  await using gateway = await openGateway();
  const { lambda, guard } = await addAuthorizer(gateway);
  lambda.handler = () => allow('*');
  await gateway.method('GET', '/weather', { ...mock(), ...guard });
  await gateway.deploy();
  const headers = { Authorization: 'token-1', 'X-Key': 'token-1' };
  await gateway.send('/prod/weather', { headers });
  await gateway.deploy();
  await gateway.send('/prod/weather', { headers });
  assert.equal(lambda.events.length, 1);
  const { ref: DeploymentId } = await gateway.create(deployment, 'Other', { RestApiId: gateway.api.id });
  await gateway.create(stage, 'Dev', { RestApiId: gateway.api.id, DeploymentId, StageName: 'dev' });
  await gateway.send('/dev/weather', { headers });
  assert.equal(lambda.events.length, 2);
  const { id, name, logicalId, type } = [...gateway.api.draft.authorizers.values()][0]!;
  const properties = { AuthorizerUri: authorizerUri, IdentitySource: 'method.request.header.X-Key' };
  gateway.api.draft.putAuthorizer(token.parse({ id, name, logicalId, type, properties }, new PropertyReader(properties)));
  await gateway.deploy();
  await gateway.send('/prod/weather', { headers });
  assert.equal(lambda.events.length, 3);
});

test('A deployment without methods, with a method without an integration, or with an authorizer that is not there, fails as on AWS (AG-521, AG-522, AG-077)', async () => {
  await using gateway = await openGateway();
  await assert.rejects(gateway.deploy(), { message: "The REST API doesn't contain any methods" });
  const bare = await gateway.method('GET', '/weather', {});
  await assert.rejects(gateway.deploy(), { message: 'No integration defined for method' });
  await bare.delete();
  await gateway.method('GET', '/secret', { ...mock(), AuthorizationType: 'CUSTOM', AuthorizerId: 'nosuch' });
  await assert.rejects(gateway.deploy(), { message: /^Invalid authorizer ID specified/ });
});

test('A method that comes after the deployment is not in it: templates need DependsOn (AG-523)', async () => {
  await using gateway = await openGateway();
  await gateway.method('GET', '/weather', mock());
  await gateway.deploy();
  await gateway.method('GET', '/late', mock());
  assert.equal((await gateway.send('/prod/weather')).status, 200);
  assert.equal((await gateway.send('/prod/late')).body, '{"message":"Missing Authentication Token"}');
});

test('A resource beside another of its name, a second variable, and a child of a greedy one are refused (AG-059 to AG-061)', async () => {
  await using gateway = await openGateway();
  await gateway.path('/{proxy+}');
  const add = (id: string, parent: string, part: string): unknown => gateway.api.draft.addResource(id, parent, part);
  const root = gateway.api.draft.rootId;
  add('pets', root, 'pets');
  assert.throws(() => add('x', root, 'pets'), { message: 'Another resource with the same parent already has this name: pets' });
  assert.throws(() => add('x', root, '{id}'), {
    message: 'A sibling ({proxy+}) of this resource already has a variable path part -- only one is allowed',
  });
  await assert.rejects(gateway.path('/{proxy+}/x'), {
    message: 'Cannot create a child of a resource with a greedy path variable: {proxy+}',
  });
});

test('DisableExecuteApiEndpoint makes the default host 403 Forbidden once it is deployed (AG-011)', async () => {
  await using gateway = await openGateway({}, { Name: 'Test', DisableExecuteApiEndpoint: true });
  await gateway.method('GET', '/weather', mock());
  await gateway.deploy();
  const answer = await gateway.send('/prod/weather');
  assert.deepEqual([answer.status, answer.body], [403, '{"message":"Forbidden"}']);
});

test('An API answers Ref and attributes, an address pair, and is found by its id until it is deleted', async () => {
  const gateway = await openGateway();
  const { id, url } = gateway.api;
  assert.match(id, /^[0-9a-z]{10}$/);
  assert.equal(gateway.account.directory.find('api', id), gateway.api);
  assert.equal(url, `http://127.0.0.1:${gateway.port}`);
  await gateway[Symbol.asyncDispose]();
  assert.equal(gateway.account.directory.find('api', id), undefined);
  await assert.rejects(gateway.send('/'), { code: 'ECONNREFUSED' });
});
