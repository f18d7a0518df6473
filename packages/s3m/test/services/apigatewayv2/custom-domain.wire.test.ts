import assert from 'node:assert/strict';
import test from 'node:test';
import { apiMapping } from '../../../src/services/apigatewayv2/api-mapping.ts';
import { httpDomainName } from '../../../src/services/apigatewayv2/domain-name.ts';
import { httpStage } from '../../../src/services/apigatewayv2/stage.ts';
import { deployment } from '../../../src/services/apigateway/deployment.ts';
import { method } from '../../../src/services/apigateway/method.ts';
import { restApi } from '../../../src/services/apigateway/rest-api.ts';
import { stage as restStage } from '../../../src/services/apigateway/stage.ts';
import type { Properties, Resource } from '../../../src/services/resource-type.ts';
import { mock, send, type RawAnswer, type SendOptions } from '../apigateway/gateway-fixture.ts';
import { addAuthorizer, addLambda, openBackend, openHttpApi, privately, type HttpApiUnderTest } from './http-api-fixture.ts';

interface Domain {
  map(properties: Properties): Promise<Resource>;
  send(path: string, options?: SendOptions): Promise<RawAnswer>;
}

async function openDomain(api: HttpApiUnderTest): Promise<Domain> {
  const domain = await api.create(httpDomainName, 'Domain', {
    DomainName: 'API.example.com',
    DomainNameConfigurations: [{ EndpointType: 'REGIONAL', CertificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/x' }],
  });
  const port = Number(new URL(domain.addresses![0]!.local).port);
  return {
    map: (properties) =>
      api.create(apiMapping, `Mapping${JSON.stringify(properties)}`, {
        DomainName: domain.ref,
        ApiId: api.api.id,
        Stage: '$default',
        ...properties,
      }),
    send: (path, options) => send(port, path, options),
  };
}

test('A domain answers for the stages that are mapped; neither stage nor key is part of the route (AG-012 to AG-015, AG-019)', async () => {
  await using api = await openHttpApi();
  const lambda = addLambda(api, 'f', ({ rawPath, routeKey, requestContext: { stage, domainName, domainPrefix } }) => ({
    statusCode: 200,
    body: JSON.stringify([routeKey, rawPath, stage, domainName, domainPrefix]),
  }));
  await api.route('GET /pets/{id}', lambda.integration());
  await api.create(httpStage, 'Dev', { ApiId: api.api.id, StageName: 'dev', AutoDeploy: true });
  const domain = await openDomain(api);
  await domain.map({});
  await domain.map({ ApiMappingKey: 'v1/dev', Stage: 'dev' });
  const body = async (path: string): Promise<unknown> => JSON.parse((await domain.send(path)).body);
  assert.deepEqual(await body('/pets/1'), ['GET /pets/{id}', '/pets/1', '$default', 'api.example.com', 'api']);
  assert.deepEqual(await body('/v1/dev/pets/1?x=1'), ['GET /pets/{id}', '/v1/dev/pets/1', 'dev', 'api.example.com', 'api']);
  assert.deepEqual(await body('/dev/pets/1'), { message: 'Not Found' });
  assert.equal((await domain.send('/v1/dev/pets/%2e%2e')).status, 400);
});

test('REST and HTTP APIs share a domain (AG-022); what nothing covers is 403 (AG-017)', async () => {
  await using api = await openHttpApi();
  await api.route('$default', addLambda(api, 'f').integration());
  const { ref: RestApiId, attributes } = await api.create(restApi, 'Rest', { Name: 'rest' });
  await api.create(method, 'Root', {
    RestApiId,
    ResourceId: attributes['RootResourceId']!,
    HttpMethod: 'GET',
    AuthorizationType: 'NONE',
    ...mock('rest'),
  });
  const { ref: DeploymentId } = await api.create(deployment, 'D', { RestApiId });
  await api.create(restStage, 'Prod', { RestApiId, DeploymentId, StageName: 'prod' });
  const domain = await openDomain(api);
  await domain.map({ ApiMappingKey: 'http' });
  await domain.map({ ApiMappingKey: 'rest', ApiId: RestApiId, Stage: 'prod' });
  assert.equal((await domain.send('/http/x')).body, 'hello');
  assert.equal((await domain.send('/rest')).body, 'rest');
  assert.equal((await domain.send('/other')).body, '{"message":"Forbidden"}');
});

test('A domain is not closed with the default endpoint, and asks authorizers as that does', async () => {
  await using api = await openHttpApi({ api: { DisableExecuteApiEndpoint: true } });
  await using backend = await openBackend(api);
  const auth = addLambda(api, 'auth', () => ({ isAuthorized: false }));
  const { guard } = await addAuthorizer(api, {
    AuthorizerType: 'REQUEST',
    AuthorizerUri: auth.uri,
    AuthorizerPayloadFormatVersion: '2.0',
    EnableSimpleResponses: true,
  });
  await api.route('GET /open', privately());
  await api.route('GET /guarded', privately(), guard);
  const domain = await openDomain(api);
  await domain.map({ ApiMappingKey: 'v1' });
  assert.equal((await api.send('/open')).status, 404);
  assert.equal((await domain.send('/v1/open')).status, 200);
  assert.equal((await domain.send('/v1/guarded')).status, 403);
  assert.deepEqual(
    backend.seen.map(({ target }) => target),
    ['/v1/open'],
  );
  assert.deepEqual(backend.seen[0]!.values('Host'), ['api.example.com']);
  assert.equal(auth.events[0].routeArn, `arn:aws:execute-api:us-east-1:000000000000:${api.api.id}/$default/GET/guarded`);
});

test('A mapping names an API, a stage and a key that are possible (AG-016)', async () => {
  await using api = await openHttpApi();
  const domain = await openDomain(api);
  await assert.rejects(domain.map({ ApiId: 'nothing' }), /Invalid API identifier specified 000000000000:nothing/);
  await assert.rejects(domain.map({ Stage: 'nothing' }), /Invalid stage identifier specified/);
  await domain.map({ ApiMappingKey: 'v1' });
  await assert.rejects(domain.map({ ApiMappingKey: 'v1', Stage: '$default', DomainName: 'api.example.com' }), /Base path already exists/);
  const kinds = (ApiMappingKey: string): number => apiMapping.check!({ ApiMappingKey }, {}).length;
  assert.deepEqual(['', 'v1', 'orders/v2', '/v1', 'v1/', 'a b'].map(kinds), [0, 0, 0, 1, 1, 1]);
});
