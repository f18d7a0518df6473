import assert from 'node:assert/strict';
import test from 'node:test';
import { basePathMapping } from '../../../src/services/apigateway/base-path-mapping.ts';
import { deployment } from '../../../src/services/apigateway/deployment.ts';
import { domainName } from '../../../src/services/apigateway/domain-name.ts';
import { gatewayResponse } from '../../../src/services/apigateway/gateway-response.ts';
import { stage } from '../../../src/services/apigateway/stage.ts';
import type { Properties, Resource } from '../../../src/services/resource-type.ts';
import { createContext } from '../fake-account.ts';
import { addAuthorizer, allow, mock, openGateway, send, type Gateway, type RawAnswer, type SendOptions } from './gateway-fixture.ts';

interface Domain {
  readonly resource: Resource;
  map(properties: Properties): Promise<Resource>;
  send(path: string, options?: SendOptions): Promise<RawAnswer>;
}

async function openDomain(gateway: Gateway, DomainName = 'api.example.com'): Promise<Domain> {
  const resource = await gateway.create(domainName, `Domain${DomainName}`, {
    DomainName,
    RegionalCertificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/x',
    EndpointConfiguration: { Types: ['REGIONAL'] },
  });
  const port = Number(new URL(resource.addresses![0]!.local).port);
  return {
    resource,
    map: (properties) =>
      gateway.create(basePathMapping, `Mapping${JSON.stringify(properties)}`, {
        DomainName: resource.ref,
        RestApiId: gateway.api.id,
        ...properties,
      }),
    send: (path, options) => send(port, path, options),
  };
}

/** What is not matched tells what the gateway made of the request. */
async function echo(gateway: Gateway): Promise<void> {
  await gateway.create(gatewayResponse, 'Echo', {
    RestApiId: gateway.api.id,
    ResponseType: 'MISSING_AUTHENTICATION_TOKEN',
    ResponseTemplates: { 'application/json': '$context.domainName $context.domainPrefix $context.path $context.stage' },
  });
}

test('A domain answers for the stage that is mapped; neither stage nor base path is part of the resource’s path (AG-012, AG-013, AG-018, AG-019)', async () => {
  await using gateway = await openGateway();
  await gateway.method('GET', '/weather', mock('weather'));
  await gateway.method('GET', '/', mock('root'));
  await echo(gateway);
  await gateway.deploy();
  const domain = await openDomain(gateway);
  await domain.map({ Stage: 'prod' });
  await domain.map({ Stage: 'prod', BasePath: 'orders' });
  const body = async (path: string): Promise<string> => (await domain.send(path)).body;
  assert.equal(await body('/weather'), 'weather');
  assert.equal(await body('/'), 'root');
  assert.equal(await body('/orders/weather?a=b'), 'weather');
  assert.equal(await body('/orders'), 'root');
  assert.equal(await body('/prod/weather'), 'api.example.com api /prod/weather prod');
  assert.equal(await body('/orders/x'), 'api.example.com api /orders/x prod');
  assert.equal(await body('/ordersx'), 'api.example.com api /ordersx prod');
});

test('A path that no mapping covers is 403 Forbidden, and the trace says which there are (AG-017)', async () => {
  await using gateway = await openGateway();
  await gateway.method('GET', '/', mock());
  await gateway.deploy();
  const domain = await openDomain(gateway);
  await domain.map({ Stage: 'prod', BasePath: 'orders' });
  for (const path of ['/', '/other', '/ordersx', '/ORDERS']) {
    const answer = await domain.send(path);
    assert.equal(answer.status, 403);
    assert.equal(answer.body, '{"message":"Forbidden"}');
    assert.equal(answer.header('x-amzn-ErrorType'), 'ForbiddenException');
    assert.match(gateway.trace(answer).decision!.why, /there are: orders/);
  }
});

test('Without a stage in the mapping the client names it (AG-535)', async () => {
  await using gateway = await openGateway();
  await gateway.method('GET', '/weather', mock('weather'));
  await gateway.deploy();
  const domain = await openDomain(gateway);
  await domain.map({ BasePath: 'v1' });
  assert.equal((await domain.send('/v1/prod/weather')).body, 'weather');
  assert.equal((await domain.send('/v1/weather')).status, 403);
});

test('The longest base path wins, and a mapping changes at once (AG-014, AG-023)', async () => {
  await using gateway = await openGateway();
  const RestApiId = gateway.api.id;
  await gateway.method('GET', '/x', mock());
  await echo(gateway);
  await gateway.deploy();
  const { ref: DeploymentId } = await gateway.create(deployment, 'Other', { RestApiId });
  await gateway.create(stage, 'Dev', { RestApiId, DeploymentId, StageName: 'dev' });
  const domain = await openDomain(gateway);
  await domain.map({ Stage: 'prod' });
  const mapping = await domain.map({ Stage: 'dev', BasePath: 'a' });
  assert.equal((await domain.send('/a/none')).body, 'api.example.com api /a/none dev');
  const properties = { DomainName: domain.resource.ref, RestApiId, Stage: 'prod', BasePath: 'a' };
  await mapping.update!(createContext(gateway.account, basePathMapping, { logicalId: 'M', properties }));
  assert.equal((await domain.send('/a/none')).body, 'api.example.com api /a/none prod');
  await mapping.delete();
  assert.equal((await domain.send('/a/none')).body, 'api.example.com api /a/none prod');
});

test('A disabled default endpoint leaves the domain open (AG-011)', async () => {
  await using gateway = await openGateway({}, { Name: 'Test', DisableExecuteApiEndpoint: true });
  await gateway.method('GET', '/', mock('open'));
  await gateway.deploy();
  const domain = await openDomain(gateway);
  await domain.map({ Stage: 'prod' });
  assert.equal((await gateway.send('/prod')).status, 403);
  assert.equal((await domain.send('/')).body, 'open');
});

test('The authorizer guards the domain as it guards the API: its method ARN has the stage and no base path (AG-012, AG-087)', async () => {
  await using gateway = await openGateway();
  const { lambda, guard } = await addAuthorizer(gateway);
  lambda.handler = (event) => allow(event.methodArn);
  await gateway.method('GET', '/weather', { ...guard, ...mock('in') });
  await gateway.deploy();
  const domain = await openDomain(gateway);
  await domain.map({ Stage: 'prod', BasePath: 'v1' });
  assert.equal((await domain.send('/v1/weather')).status, 401);
  assert.equal((await domain.send('/v1/weather', { headers: { Authorization: 'x' } })).body, 'in');
  assert.equal(lambda.events[0]!.methodArn, `arn:aws:execute-api:us-east-1:000000000000:${gateway.api.id}/prod/GET/weather`);
});

test('Access logs tell the base path that matched (AG-476)', async () => {
  await using gateway = await openGateway();
  await gateway.method('GET', '/', mock());
  await gateway.deploy();
  const properties = {
    RestApiId: gateway.api.id,
    DeploymentId: gateway.api.servedBy('prod')!,
    StageName: 'prod',
    AccessLogSetting: {
      DestinationArn: 'arn:aws:logs:us-east-1:000000000000:log-group:access',
      Format: '$context.requestId $context.customDomain.basePathMatched',
    },
  };
  await gateway.stage!.update!(createContext(gateway.account, stage, { logicalId: 'Stage', properties }));
  const domain = await openDomain(gateway);
  await domain.map({ Stage: 'prod' });
  await domain.map({ Stage: 'prod', BasePath: 'v1' });
  for (const path of ['/', '/v1']) await domain.send(path);
  await gateway.send('/prod');
  const lines = gateway.account.directory.find('logGroup', 'access')!.tail(10);
  assert.deepEqual(
    lines.map(({ message }) => message.slice(37)),
    ['(none)', 'v1', '-'],
  );
});

test('The service’s own health checks never reach the API (AG-021)', async () => {
  await using gateway = await openGateway();
  await gateway.method('GET', '/{proxy+}', mock('api'));
  await gateway.deploy();
  const domain = await openDomain(gateway);
  await domain.map({ Stage: 'prod' });
  assert.equal((await domain.send('/pings')).body, 'api');
  for (const path of ['/ping', '/sping', '/ping?a']) assert.notEqual((await domain.send(path)).body, 'api');
});

test('Mappings that AWS refuses (AG-015, AG-016, AG-022)', async () => {
  await using gateway = await openGateway();
  await gateway.method('GET', '/', mock());
  await gateway.deploy();
  const domain = await openDomain(gateway);
  await domain.map({ Stage: 'prod', BasePath: 'a' });
  await assert.rejects(domain.map({ BasePath: 'a' }), { message: 'Base path already exists for this domain name' });
  await assert.rejects(domain.map({ BasePath: 'b', Stage: 'nope' }), { message: 'Invalid stage identifier specified' });
  await assert.rejects(domain.map({ BasePath: 'b', RestApiId: 'nope' }), { message: 'Invalid REST API identifier specified' });
  await assert.rejects(domain.map({ BasePath: 'b', DomainName: 'x.example.com' }), { message: 'Invalid domain name identifier specified' });
  await assert.rejects(openDomain(gateway), { message: 'The domain name you provided already exists.' });
  const check = (BasePath: string): number => basePathMapping.check!({ DomainName: 'd', RestApiId: 'a', BasePath }, {}).length;
  assert.deepEqual(['a', '(none)', 'a/b', 'ä'].map(check), [0, 0, 1, 1]);
});

test('A function behind a domain sees the base path in path and in the context’s path (AG-019, AG-020)', async () => {
  await using gateway = await openGateway();
  const { lambda, guard } = await addAuthorizer(gateway, {
    Type: 'REQUEST',
    IdentitySource: 'method.request.header.Authorization',
  });
  lambda.handler = (event) => allow(event.methodArn);
  await gateway.method('GET', '/{proxy+}', { ...guard, ...mock() });
  await gateway.deploy();
  const domain = await openDomain(gateway);
  await domain.map({ Stage: 'prod', BasePath: 'base' });
  await domain.send('/base/resource', { headers: { Authorization: 'x' } });
  const event = lambda.events[0] as unknown as { path: string; resource: string; requestContext: Record<string, string> };
  assert.equal(event.path, '/base/resource');
  assert.equal(event.resource, '/{proxy+}');
  assert.equal(event.requestContext['path'], '/base/resource');
  assert.equal(event.requestContext['domainName'], 'api.example.com');
  assert.equal(event.requestContext['domainPrefix'], 'api');
  assert.equal(event.requestContext['stage'], 'prod');
});
