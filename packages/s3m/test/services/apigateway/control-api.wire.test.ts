import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  APIGatewayClient,
  CreateRestApiCommand,
  FlushStageAuthorizersCacheCommand,
  FlushStageCacheCommand,
  GetAuthorizerCommand,
  GetAuthorizersCommand,
  GetDeploymentsCommand,
  GetGatewayResponseCommand,
  GetGatewayResponsesCommand,
  GetResourceCommand,
  GetResourcesCommand,
  GetRestApiCommand,
  GetRestApisCommand,
  GetStageCommand,
  GetStagesCommand,
  GetVpcLinkCommand,
} from '@aws-sdk/client-api-gateway';
import { restApiOperations } from '../../../src/services/apigateway/api/operations.ts';
import { gatewayResponse } from '../../../src/services/apigateway/gateway-response.ts';
import { vpcLink } from '../../../src/services/apigateway/vpc-link.ts';
import { tellMadeResources } from '../../../src/services/made-resources.ts';
import { stage } from '../../../src/services/apigateway/stage.ts';
import type { Properties } from '../../../src/services/resource-type.ts';
import { restHandler } from '../../../src/services/rest-json-service.ts';
import { clientOf, failureOf } from '../aws-client.ts';
import type { FakeAccountOptions } from '../fake-account.ts';
import { provideRole, roleCaller } from '../role-caller.ts';
import { addAuthorizer, mock, openGateway, type Gateway } from './gateway-fixture.ts';

async function open(
  options: FakeAccountOptions = {},
  properties: Properties = { Name: 'Weather' },
): Promise<{ gateway: Gateway; client: APIGatewayClient; RestApiId: string; restApiId: string }> {
  const gateway = await openGateway({ sockets: true, ...options }, properties);
  gateway.account.endpoint.handle('apigateway', restHandler(gateway.account, { name: 'apigateway', operations: restApiOperations }));
  const { id } = gateway.api;
  return { gateway, client: clientOf(gateway.account, APIGatewayClient), RestApiId: id, restApiId: id };
}

suite("API Gateway's own API", () => {
  test('An API is shown as its template has it; without an endpoint configuration it is EDGE, keys come in the header (AG-512)', async () => {
    const { gateway, client, restApiId } = await open();
    await using _ = gateway;
    const { $metadata, ...shown } = await client.send(new GetRestApiCommand({ restApiId }));
    assert.equal($metadata.httpStatusCode, 200);
    assert.deepEqual(
      { ...shown, createdDate: undefined },
      {
        id: restApiId,
        name: 'Weather',
        createdDate: undefined,
        apiKeySource: 'HEADER',
        endpointConfiguration: { types: ['EDGE'], ipAddressType: 'ipv4' },
        disableExecuteApiEndpoint: false,
        rootResourceId: gateway.api.draft.rootId,
      },
    );
    assert.ok(shown.createdDate instanceof Date);
    const { items } = await client.send(new GetRestApisCommand({}));
    assert.deepEqual(
      items?.map(({ id }) => id),
      [restApiId],
    );
  });

  test('What the template says of an API is there, its policy escaped once more than JSON, as on AWS', async () => {
    const Policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: '*' }] };
    const properties = {
      Name: 'Weather',
      Description: 'for people',
      EndpointConfiguration: { Types: ['REGIONAL'] },
      BinaryMediaTypes: ['image/png'],
      MinimumCompressionSize: 10,
      ApiKeySourceType: 'AUTHORIZER',
      DisableExecuteApiEndpoint: true,
      Policy,
    };
    const { gateway, client, restApiId } = await open({}, properties);
    await using _ = gateway;
    const shown = await client.send(new GetRestApiCommand({ restApiId }));
    assert.deepEqual(
      [shown.description, shown.endpointConfiguration?.types, shown.binaryMediaTypes, shown.minimumCompressionSize, shown.apiKeySource],
      ['for people', ['REGIONAL'], ['image/png'], 10, 'AUTHORIZER'],
    );
    assert.equal(shown.disableExecuteApiEndpoint, true);
    assert.ok(shown.policy?.startsWith('{\\"'));
    const policy = JSON.parse(JSON.parse(`"${shown.policy}"`) as string) as { readonly Version: string };
    assert.equal(policy.Version, '2012-10-17');
  });

  test('An id that is there in other letters is none (AG-024)', async () => {
    const { gateway, client, restApiId } = await open();
    await using _ = gateway;
    const upper = restApiId.toUpperCase();
    assert.deepEqual(await failureOf(client.send(new GetRestApiCommand({ restApiId: upper }))), [
      'NotFoundException',
      `Invalid API identifier specified 000000000000:${upper}`,
    ]);
  });

  test('Resources come by path with their verbs, in pages of 25', async () => {
    const { gateway, client, restApiId } = await open();
    await using _ = gateway;
    await gateway.method('GET', '/weather', mock());
    await gateway.method('POST', '/weather', mock());
    for (let index = 0; index < 30; index++) await gateway.path(`/place${String(index).padStart(2, '0')}`);
    const first = await client.send(new GetResourcesCommand({ restApiId }));
    assert.equal(first.items?.length, 25);
    const second = await client.send(new GetResourcesCommand({ restApiId, position: first.position }));
    const items = [...first.items, ...(second.items ?? [])];
    assert.equal(items.length, 32);
    assert.equal(second.position, undefined);
    const weather = items.find(({ path }) => path === '/weather');
    assert.deepEqual(Object.keys(weather?.resourceMethods ?? {}), ['GET', 'POST']);
    const one = await client.send(new GetResourceCommand({ restApiId, resourceId: weather?.id }));
    assert.deepEqual([one.path, one.pathPart, one.parentId], ['/weather', 'weather', gateway.api.draft.rootId]);
    assert.deepEqual(await failureOf(client.send(new GetResourceCommand({ restApiId, resourceId: 'nosuch' }))), [
      'NotFoundException',
      'Invalid Resource identifier specified',
    ]);
  });

  test('A stage is shown with its deployment, variables and settings', async () => {
    const { gateway, client, restApiId, RestApiId } = await open();
    await using _ = gateway;
    await gateway.method('GET', '/weather', mock());
    await gateway.deploy({ color: 'blue' });
    const DeploymentId = gateway.api.servedBy('prod')!;
    await gateway.create(stage, 'Blue', {
      RestApiId,
      DeploymentId,
      StageName: 'blue',
      Description: 'the blue one',
      TracingEnabled: true,
      MethodSettings: [{ ResourcePath: '/weather', HttpMethod: 'GET', ThrottlingRateLimit: 5, LoggingLevel: 'INFO' }],
    });
    const { item } = await client.send(new GetStagesCommand({ restApiId }));
    assert.deepEqual(
      item?.map(({ stageName, deploymentId, variables }) => [stageName, deploymentId, variables]),
      [
        ['prod', DeploymentId, { color: 'blue' }],
        ['blue', DeploymentId, undefined],
      ],
    );
    const blue = await client.send(new GetStageCommand({ restApiId, stageName: 'blue' }));
    assert.deepEqual([blue.description, blue.tracingEnabled, blue.cacheClusterStatus], ['the blue one', true, 'NOT_AVAILABLE']);
    const setting = blue.methodSettings?.['~1weather/GET'];
    assert.deepEqual([setting?.throttlingRateLimit, setting?.throttlingBurstLimit, setting?.loggingLevel], [5, 5000, 'INFO']);
    const { items } = await client.send(new GetDeploymentsCommand({ restApiId }));
    assert.deepEqual(
      items?.map(({ id }) => id),
      [DeploymentId],
    );
    assert.deepEqual(await failureOf(client.send(new GetStageCommand({ restApiId, stageName: 'nosuch' }))), [
      'NotFoundException',
      'Invalid stage identifier specified',
    ]);
  });

  test('Flushing empties the authorizers’ caches of one stage, and is answered with 202 (AG-114)', async () => {
    const { gateway, client, restApiId } = await open();
    await using _ = gateway;
    const { lambda, guard } = await addAuthorizer(gateway);
    await gateway.method('GET', '/weather', { ...mock(), ...guard });
    await gateway.deploy();
    const ask = (): Promise<unknown> => gateway.send('/prod/weather', { headers: { Authorization: 'a' } });
    await ask();
    await ask();
    assert.equal(lambda.events.length, 1);
    const { $metadata } = await client.send(new FlushStageAuthorizersCacheCommand({ restApiId, stageName: 'prod' }));
    assert.equal($metadata.httpStatusCode, 202);
    await ask();
    assert.equal(lambda.events.length, 2);
    assert.equal((await client.send(new FlushStageCacheCommand({ restApiId, stageName: 'prod' }))).$metadata.httpStatusCode, 202);
  });

  test('Authorizers are shown as they are declared', async () => {
    const { gateway, client, restApiId } = await open();
    await using _ = gateway;
    const { id } = await addAuthorizer(gateway, { AuthorizerResultTtlInSeconds: 60, IdentityValidationExpression: 'Bearer .+' });
    const { $metadata, ...shown } = await client.send(new GetAuthorizerCommand({ restApiId, authorizerId: id }));
    assert.equal($metadata.httpStatusCode, 200);
    assert.deepEqual(
      { ...shown, authorizerUri: undefined },
      {
        id,
        name: 'Auth',
        type: 'TOKEN',
        authType: 'custom',
        authorizerUri: undefined,
        identitySource: 'method.request.header.Authorization',
        identityValidationExpression: 'Bearer .+',
        authorizerResultTtlInSeconds: 60,
      },
    );
    assert.equal((await client.send(new GetAuthorizersCommand({ restApiId }))).items?.length, 1);
    assert.deepEqual(await failureOf(client.send(new GetAuthorizerCommand({ restApiId, authorizerId: 'nosuch' }))), [
      'NotFoundException',
      'Invalid Authorizer identifier specified',
    ]);
  });

  test('A status set for all 5xx is that of each type without an entry of its own; without one each keeps its own (AG-387, AG-391)', async () => {
    const { gateway, client, restApiId, RestApiId } = await open();
    await using _ = gateway;
    await gateway.create(gatewayResponse, 'All5xx', { RestApiId, ResponseType: 'DEFAULT_5XX', StatusCode: 599 });
    await gateway.create(gatewayResponse, 'Timeout', { RestApiId, ResponseType: 'INTEGRATION_TIMEOUT' });
    const { items } = await client.send(new GetGatewayResponsesCommand({ restApiId }));
    const statusOf = (type: string): string | undefined => items?.find(({ responseType }) => responseType === type)?.statusCode;
    assert.equal(items?.length, 21);
    assert.deepEqual(['INTEGRATION_FAILURE', 'INTEGRATION_TIMEOUT', 'DEFAULT_5XX', 'DEFAULT_4XX', 'THROTTLED'].map(statusOf), [
      '599',
      '504',
      '599',
      undefined,
      '429',
    ]);
    const one = await client.send(new GetGatewayResponseCommand({ restApiId, responseType: 'THROTTLED' }));
    assert.deepEqual(one.responseTemplates, { 'application/json': '{"message":$context.error.messageString}' });
    assert.equal(one.defaultResponse, true);
  });

  test('A caller needs apigateway:GET on the path; who may read may not flush', async () => {
    const { gateway, client, restApiId } = await open({ caller: roleCaller('reader') });
    await using _ = gateway;
    provideRole(gateway.account, 'reader', [
      { Effect: 'Allow', Action: 'apigateway:GET', Resource: 'arn:aws:apigateway:us-east-1::/restapis/*' },
    ]);
    await gateway.method('GET', '/', mock());
    await gateway.deploy();
    await client.send(new GetRestApiCommand({ restApiId }));
    const path = `arn:aws:apigateway:us-east-1::/restapis/${restApiId}/stages/prod/cache/authorizers`;
    assert.deepEqual(await failureOf(client.send(new FlushStageAuthorizersCacheCommand({ restApiId, stageName: 'prod' }))), [
      'AccessDeniedException',
      `User: arn:aws:sts::000000000000:assumed-role/reader/x is not authorized to perform: apigateway:DELETE on resource: ${path} because no identity-based policy allows the apigateway:DELETE action`,
    ]);
  });

  test('A link that was made is available when it is asked for, and one that was not is told (AG-185)', async () => {
    const { gateway, client } = await open();
    await using _ = gateway;
    const properties = {
      Name: 'link',
      TargetArns: ['arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/net/n/0123456789abcdef'],
    };
    const { ref, attributes } = await gateway.create(vpcLink, 'Link', properties);
    const name = { stack: 'TestStack', logicalId: 'Link', type: vpcLink.type };
    tellMadeResources(gateway.account.directory, () => [{ name, ref, attributes, properties, madeAt: 0, changedAt: 0 }]);
    const { $metadata: __, ...link } = await client.send(new GetVpcLinkCommand({ vpcLinkId: ref }));
    assert.deepEqual(link, {
      id: ref,
      name: 'link',
      status: 'AVAILABLE',
      statusMessage: 'Your vpc link is ready for use',
      tags: {},
      targetArns: properties.TargetArns,
    });
    assert.deepEqual(await failureOf(client.send(new GetVpcLinkCommand({ vpcLinkId: 'nosuch' }))), [
      'NotFoundException',
      'Invalid Vpc Link identifier specified',
    ]);
  });

  test('What would change an API is unsupported by name', async () => {
    const { gateway, client } = await open();
    await using _ = gateway;
    const [code, message] = await failureOf(client.send(new CreateRestApiCommand({ name: 'another' })));
    assert.deepEqual(
      [code, message],
      ['UnsupportedOperation', 'CreateRestApi of apigateway is not served here; docs/coverage.md lists what is'],
    );
  });
});
