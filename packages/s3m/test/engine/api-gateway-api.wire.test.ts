import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import * as rest from '@aws-sdk/client-api-gateway';
import * as http from '@aws-sdk/client-apigatewayv2';
import { startEngine, type Engine } from '../../src/engine/engine.ts';
import { openRoleSession } from '../../src/services/role-session.ts';
import { signHeaders } from '../signature/official-signer.ts';
import { apiGatewaySystem } from './api-gateway-system.ts';

suite("API Gateway's own API", () => {
  let directory: string;
  let engine: Engine;
  let client: rest.APIGatewayClient;
  let clientV2: http.ApiGatewayV2Client;
  let ids: Readonly<Record<string, string>>;
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 's3m-api-gateway-'));
    writeFileSync(join(directory, 'system.json'), JSON.stringify(apiGatewaySystem));
    engine = await startEngine({ directory, template: 'system.json', ports: { aws: 0, api: 0 } });
    const {
      AWS_ACCESS_KEY_ID: accessKeyId = '',
      AWS_SECRET_ACCESS_KEY: secretAccessKey = '',
      AWS_SESSION_TOKEN: sessionToken = '',
    } = engine.account.developer;
    client = connect(rest.APIGatewayClient, { accessKeyId, secretAccessKey, sessionToken });
    clientV2 = connect(http.ApiGatewayV2Client, { accessKeyId, secretAccessKey, sessionToken });
    ids = Object.fromEntries(Object.entries(engine.describe().stacks['system']!.outputs).map(([name, value]) => [name, String(value)]));
  });
  after(async () => {
    client.destroy();
    clientV2.destroy();
    await engine.close();
    rmSync(directory, { recursive: true, force: true });
  });

  type Credentials = { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken: string };
  function connect<C>(
    Client: new (settings: { endpoint: string; region: string; credentials: Credentials; maxAttempts: number }) => C,
    credentials: Credentials,
  ): C {
    return new Client({ endpoint: engine.account.endpoint.url, region: 'us-east-1', credentials, maxAttempts: 1 });
  }

  test('tells of each API what it is, its id as it is written (AG-024, AG-512)', async () => {
    const { items = [] } = await client.send(new rest.GetRestApisCommand({}));
    assert.deepEqual(items.map(({ name = '' }) => name).sort(), ['imported', 'weather']);
    const { createdDate, rootResourceId, $metadata, ...api } = await client.send(new rest.GetRestApiCommand({ restApiId: ids['Api'] }));
    assert.equal($metadata.httpStatusCode, 200);
    assert.ok(createdDate instanceof Date && rootResourceId !== undefined);
    assert.deepEqual(api, {
      id: ids['Api'],
      name: 'weather',
      description: 'what it is like',
      binaryMediaTypes: ['image/png'],
      apiKeySource: 'HEADER',
      endpointConfiguration: { types: ['EDGE'], ipAddressType: 'ipv4' },
      tags: { team: 'red' },
      disableExecuteApiEndpoint: false,
    });
    const upper = ids['Api']!.toUpperCase();
    await assert.rejects(client.send(new rest.GetRestApiCommand({ restApiId: upper })), {
      name: 'NotFoundException',
      message: `Invalid API identifier specified 000000000000:${upper}`,
    });
  });

  test('tells resources with their verbs, and whole methods to those who ask for them', async () => {
    const { items = [] } = await client.send(new rest.GetResourcesCommand({ restApiId: ids['Api'] }));
    assert.deepEqual(
      items.map(({ path, resourceMethods }) => [path, resourceMethods]),
      [
        ['/', undefined],
        ['/weather', { GET: {} }],
      ],
    );
    const whole = await client.send(new rest.GetResourcesCommand({ restApiId: ids['Api'], embed: ['methods'] }));
    const at = { restApiId: ids['Api'], resourceId: ids['Weather'], httpMethod: 'GET' };
    const { $metadata: _, ...method } = await client.send(new rest.GetMethodCommand(at));
    assert.deepEqual(whole.items?.[1]?.resourceMethods?.['GET'], method);
    assert.deepEqual(
      [method.authorizationType, method.authorizerId, method.requestParameters, method.apiKeyRequired],
      ['CUSTOM', ids['Authorizer'], { 'method.request.querystring.city': true }, false],
    );
    const { $metadata: __, ...integration } = await client.send(new rest.GetIntegrationCommand(at));
    assert.deepEqual(integration, {
      type: 'MOCK',
      requestTemplates: { 'application/json': '{"statusCode": 200}' },
      passthroughBehavior: 'WHEN_NO_MATCH',
      timeoutInMillis: 29_000,
      cacheNamespace: ids['Weather'],
      cacheKeyParameters: [],
      integrationResponses: {
        '200': { statusCode: '200', responseTemplates: { 'application/json': '$context.authorizer.principalId $context.requestId' } },
      },
    });
  });

  test('names what of a path is not there: API and resource alike, the method, the integration', async () => {
    const at = { restApiId: ids['Api'], resourceId: ids['Weather'], httpMethod: 'GET' };
    const failures = [
      [{ ...at, restApiId: 'nosuchapi1' }, 'Invalid Resource identifier specified'],
      [{ ...at, resourceId: 'nosuch' }, 'Invalid Resource identifier specified'],
      [{ ...at, httpMethod: 'PUT' }, 'Invalid Method identifier specified'],
    ] as const;
    for (const [input, message] of failures)
      await assert.rejects(client.send(new rest.GetIntegrationCommand(input)), { name: 'NotFoundException', message });
    const response = { ...at, statusCode: '404' };
    await assert.rejects(client.send(new rest.GetIntegrationResponseCommand(response)), {
      message: 'Invalid Response status code specified',
    });
    await assert.rejects(client.send(new rest.GetIntegrationResponseCommand({ ...at, statusCode: 'wrong' })), {
      name: 'ValidationException',
      message:
        "1 validation error detected: Value 'wrong' at 'statusCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [1-5]\\d\\d",
    });
  });

  test('tells what a document made of an API as it tells resources', async () => {
    const { items = [] } = await client.send(new rest.GetResourcesCommand({ restApiId: ids['Imported'], embed: ['methods'] }));
    assert.deepEqual(
      items.map(({ path, resourceMethods }) => [path, resourceMethods?.['GET']?.methodIntegration?.type]),
      [
        ['/', undefined],
        ['/pets', undefined],
        ['/pets/{id}', 'MOCK'],
      ],
    );
  });

  test('tells what a stage serves, and how', async () => {
    const { item = [] } = await client.send(new rest.GetStagesCommand({ restApiId: ids['Api'] }));
    assert.deepEqual(
      item.map(({ stageName }) => stageName),
      ['prod'],
    );
    const stage = await client.send(new rest.GetStageCommand({ restApiId: ids['Api'], stageName: 'prod' }));
    assert.deepEqual(
      [stage.deploymentId, stage.variables, stage.cacheClusterStatus, stage.methodSettings?.['*/*']?.loggingLevel],
      [ids['Deployment'], { colour: 'blue' }, 'AVAILABLE', 'INFO'],
    );
    await assert.rejects(client.send(new rest.GetStageCommand({ restApiId: ids['Api'], stageName: 'dev' })), {
      message: 'Invalid stage identifier specified',
    });
    const { items = [] } = await client.send(new rest.GetDeploymentsCommand({ restApiId: ids['Api'] }));
    assert.deepEqual(
      items.map(({ id, description }) => [id, description]),
      [[ids['Deployment'], 'first']],
    );
  });

  test('reads gateway responses back with what they inherit (AG-391)', async () => {
    const { items = [] } = await client.send(new rest.GetGatewayResponsesCommand({ restApiId: ids['Api'] }));
    assert.equal(items.length, 21);
    const found = await client.send(new rest.GetGatewayResponseCommand({ restApiId: ids['Api'], responseType: 'ACCESS_DENIED' }));
    assert.deepEqual(
      [found.statusCode, found.defaultResponse, found.responseParameters, found.responseTemplates],
      ['403', false, { 'gatewayresponse.header.x-why': "'policy'" }, { 'application/json': '{"message":$context.error.messageString}' }],
    );
  });

  test('tells authorizers and models', async () => {
    const { items = [] } = await client.send(new rest.GetAuthorizersCommand({ restApiId: ids['Api'] }));
    assert.deepEqual(
      items.map(({ id, type, authType, authorizerResultTtlInSeconds: ttl }) => [id, type, authType, ttl]),
      [[ids['Authorizer'], 'TOKEN', 'custom', 300]],
    );
    const models = await client.send(new rest.GetModelsCommand({ restApiId: ids['Api'] }));
    assert.deepEqual(
      models.items?.map(({ name }) => name),
      ['Empty', 'Error'],
    );
  });

  test('tells keys without their values, unless they are asked for, and the plans that they have', async () => {
    const plain = await client.send(new rest.GetApiKeyCommand({ apiKey: ids['Key'] }));
    assert.deepEqual([plain.value, plain.enabled, plain.stageKeys], [undefined, true, [`${ids['Api']}/prod`]]);
    const asked = await client.send(new rest.GetApiKeyCommand({ apiKey: ids['Key'], includeValue: true }));
    assert.equal(asked.value, 'a-value-of-twenty-characters');
    const { items = [] } = await client.send(new rest.GetUsagePlansCommand({ keyId: ids['Key'] }));
    assert.deepEqual(
      items.map(({ name, throttle, quota }) => [name, throttle, quota]),
      [['basic', { burstLimit: 5, rateLimit: 10 }, { limit: 100, offset: 0, period: 'DAY' }]],
    );
    const keys = await client.send(new rest.GetUsagePlanKeysCommand({ usagePlanId: ids['Plan'] }));
    assert.deepEqual(
      keys.items?.map(({ name, value }) => [name, value]),
      [['client', 'a-value-of-twenty-characters']],
    );
  });

  test('a flush makes the authorizer be asked again, and the answers anew (AG-114)', async () => {
    const url = `${engine.describe().endpoints.apis['Api']!.stages['prod']}/weather?city=x`;
    const ask = async (): Promise<string> =>
      (await fetch(url, { headers: { Authorization: 'Bearer x' }, signal: AbortSignal.timeout(20_000) })).text();
    const first = await ask();
    assert.match(first, /^\d+ /);
    assert.equal(await ask(), first);
    const stage = { restApiId: ids['Api'], stageName: 'prod' };
    const flushed = await client.send(new rest.FlushStageCacheCommand(stage));
    assert.equal(flushed.$metadata.httpStatusCode, 202);
    const second = await ask();
    assert.notEqual(second, first);
    assert.equal(second.split(' ')[0], first.split(' ')[0]);
    await client.send(new rest.FlushStageAuthorizersCacheCommand(stage));
    await client.send(new rest.FlushStageCacheCommand(stage));
    assert.notEqual((await ask()).split(' ')[0], first.split(' ')[0]);
    await assert.rejects(client.send(new rest.FlushStageAuthorizersCacheCommand({ ...stage, stageName: 'dev' })), {
      name: 'NotFoundException',
      message: 'Invalid stage identifier specified',
    });
  });

  test('a list goes on where its position says', async () => {
    const first = await client.send(new rest.GetRestApisCommand({ limit: 1 }));
    const second = await client.send(new rest.GetRestApisCommand({ limit: 1, position: first.position }));
    assert.deepEqual([first.items?.length, second.items?.length, second.position], [1, 1, undefined]);
    assert.notEqual(first.items?.[0]?.id, second.items?.[0]?.id);
  });

  test('tells HTTP APIs, and what quick create made of one', async () => {
    const { Items: items = [] } = await clientV2.send(new http.GetApisCommand({}));
    assert.deepEqual(items.map(({ Name = '' }) => Name).sort(), ['guarded', 'quick']);
    const api = await clientV2.send(new http.GetApiCommand({ ApiId: ids['HttpApi'] }));
    assert.equal(api.ApiEndpoint, `https://${ids['HttpApi']}.execute-api.us-east-1.amazonaws.com`);
    const routes = await clientV2.send(new http.GetRoutesCommand({ ApiId: ids['HttpApi'] }));
    assert.deepEqual(
      routes.Items?.map(({ RouteKey, ApiGatewayManaged, AuthorizationType }) => [RouteKey, ApiGatewayManaged, AuthorizationType]),
      [['$default', true, 'NONE']],
    );
    const integrations = await clientV2.send(new http.GetIntegrationsCommand({ ApiId: ids['HttpApi'] }));
    assert.deepEqual(
      integrations.Items?.map(({ IntegrationUri, IntegrationType }) => [IntegrationUri, IntegrationType]),
      [['https://backend.example/', 'HTTP_PROXY']],
    );
    const stages = await clientV2.send(new http.GetStagesCommand({ ApiId: ids['HttpApi'] }));
    assert.deepEqual(
      stages.Items?.map(({ StageName, AutoDeploy }) => [StageName, AutoDeploy]),
      [['$default', true]],
    );
    await assert.rejects(clientV2.send(new http.GetApiCommand({ ApiId: 'nosuchapi1' })), {
      name: 'NotFoundException',
      message: 'Invalid API identifier specified 000000000000:nosuchapi1',
    });
  });

  test("resetting an HTTP API's authorizer cache makes its authorizer be asked again", async () => {
    const url = `${engine.describe().endpoints.apis['Guarded']!.stages['$default']}who`;
    const ask = async (): Promise<string> =>
      (await fetch(url, { headers: { Authorization: 'y' }, signal: AbortSignal.timeout(20_000) })).text();
    const first = await ask();
    assert.match(first, /^\d+$/);
    assert.equal(await ask(), first);
    await clientV2.send(new http.ResetAuthorizersCacheCommand({ ApiId: ids['Guarded'], StageName: '$default' }));
    assert.notEqual(await ask(), first);
  });

  test('a role may read what its policies allow, by method and path, and hears of the rest in the words of IAM (IAM-030)', async () => {
    const role = engine.account.directory.find('role', 'arn:aws:iam::000000000000:role/reader')!;
    const reader = connect(rest.APIGatewayClient, openRoleSession(engine.account, role, { sessionName: 'me', durationMs: 3_600_000 }));
    try {
      const { items = [] } = await reader.send(new rest.GetResourcesCommand({ restApiId: ids['Api'] }));
      assert.equal(items.length, 2);
      const principal = 'arn:aws:sts::000000000000:assumed-role/reader/me';
      await assert.rejects(reader.send(new rest.GetApiKeysCommand({})), {
        name: 'AccessDeniedException',
        message: `User: ${principal} is not authorized to perform: apigateway:GET on resource: arn:aws:apigateway:us-east-1::/apikeys because no identity-based policy allows the apigateway:GET action`,
      });
      await assert.rejects(reader.send(new rest.FlushStageCacheCommand({ restApiId: ids['Api'], stageName: 'prod' })), {
        message: `User: ${principal} is not authorized to perform: apigateway:DELETE on resource: arn:aws:apigateway:us-east-1::/restapis/${ids['Api']}/stages/prod/cache/data because no identity-based policy allows the apigateway:DELETE action`,
      });
    } finally {
      reader.destroy();
    }
  });

  test('an error comes with its type in a header and its text in the body', async () => {
    const { url } = engine.account.endpoint;
    const {
      AWS_ACCESS_KEY_ID: accessKeyId = '',
      AWS_SECRET_ACCESS_KEY: secretAccessKey = '',
      AWS_SESSION_TOKEN: sessionToken = '',
    } = engine.account.developer;
    const signed = await signHeaders({
      method: 'GET',
      target: '/restapis/nosuchapi1/stages',
      host: url.slice('http://'.length),
      headers: {},
      body: '',
      at: Date.now(),
      service: 'apigateway',
      credentials: { accessKeyId, secretAccessKey, sessionToken },
    });
    const { host: _, ...headers } = signed;
    const response = await fetch(`${url}/restapis/nosuchapi1/stages`, { headers });
    assert.deepEqual(
      [response.status, response.headers.get('x-amzn-errortype'), await response.text()],
      [404, 'NotFoundException', '{"message":"Invalid API identifier specified 000000000000:nosuchapi1"}'],
    );
  });
});
