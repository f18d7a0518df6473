import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { APIGatewayClient, TestInvokeAuthorizerCommand, TestInvokeMethodCommand } from '@aws-sdk/client-api-gateway';
import { restApiOperations } from '../../../src/services/apigateway/api/operations.ts';
import { authorizer } from '../../../src/services/apigateway/authorizer.ts';
import { gatewayResponse } from '../../../src/services/apigateway/gateway-response.ts';
import type { Properties } from '../../../src/services/resource-type.ts';
import { restHandler } from '../../../src/services/rest-json-service.ts';
import { clientOf, failureOf } from '../aws-client.ts';
import type { FakeAccountOptions } from '../fake-account.ts';
import { provideRole, roleCaller } from '../role-caller.ts';
import {
  addAuthorizer,
  allow,
  authorizerUri,
  FakeFunction,
  functionArn,
  mock,
  openGateway,
  proxy,
  type Gateway,
} from './gateway-fixture.ts';

interface Open {
  readonly gateway: Gateway;
  readonly client: APIGatewayClient;
  readonly restApiId: string;
}

async function open(options: FakeAccountOptions = {}): Promise<Open> {
  const gateway = await openGateway({ sockets: true, ...options });
  gateway.account.endpoint.handle('apigateway', restHandler(gateway.account, { name: 'apigateway', operations: restApiOperations }));
  return { gateway, client: clientOf(gateway.account, APIGatewayClient), restApiId: gateway.api.id };
}

const time = 'Tue Nov 14 22:13:20 UTC 2023';

/** Lines of a log without their times, which are the fixture's clock's. */
function linesOf(log: string | undefined): string[] {
  const lines = log!.split('\n');
  assert.equal(lines.pop(), '');
  return lines.map((line, index) => {
    if (index === 0) return line;
    assert.ok(line.startsWith(`${time} : `), line);
    return line.slice(time.length + 3);
  });
}

const proxyFunction: Properties = { Integration: { Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST', Uri: authorizerUri } };

suite('TestInvokeMethod', () => {
  test('A method is run as the draft has it, without its authorizer and its key; the log has all lines (AG-465, AG-466)', async () => {
    const { gateway, client, restApiId } = await open();
    await using _ = gateway;
    const { lambda, guard } = await addAuthorizer(gateway);
    await using backend = await gateway.backend((_, response) => void response.writeHead(201, { 'x-from': 'backend' }).end('answer'));
    const to = proxy('http://nlb.internal/w/{id}', { RequestParameters: { 'integration.request.path.id': 'method.request.path.id' } });
    await gateway.method('POST', '/weather/{id}', { ...guard, ApiKeyRequired: true, ...to });
    const resourceId = await gateway.path('/weather/{id}');
    const answer = await client.send(
      new TestInvokeMethodCommand({
        restApiId,
        resourceId,
        httpMethod: 'POST',
        pathWithQueryString: '/weather/7?q=1',
        headers: { 'X-One': 'a', Authorization: 'Bearer secret-secret' },
        multiValueHeaders: { 'X-Two': ['b', 'c'] },
        body: 'question',
      }),
    );
    assert.equal(lambda.events.length, 0);
    assert.equal(backend.seen[0]?.target, '/w/7?q=1');
    assert.deepEqual(backend.seen[0]?.values('X-Two'), ['b,c']);
    assert.deepEqual([answer.status, answer.body, answer.headers?.['x-from']], [201, 'answer', 'backend']);
    assert.deepEqual(answer.multiValueHeaders?.['x-from'], ['backend']);
    assert.equal(answer.headers?.['x-amzn-RequestId'], undefined);
    assert.equal(typeof answer.latency, 'number');
    const [first, ...lines] = linesOf(answer.log);
    const id = /^Execution log for request ([0-9a-f-]{36})$/.exec(first!)?.[1];
    const expected = [
      `Starting execution for request: ${id}`,
      'HTTP Method: POST, Resource Path: /weather/7',
      'Method request path: {id=7}',
      'Method request query string: {q=1}',
      /^Method request headers: \{X-Two=b, X-Two=c, X-One=a, Authorization=\*+et\}$/,
      'Method request body before transformations: question',
      'Endpoint request URI: http://nlb.internal/w/7?q=1',
      /^Endpoint request headers: \{.*\}$/,
      'Endpoint request body after transformations: question',
      'Sending request to http://nlb.internal/w/7?q=1',
      /^Received response\. Status: 201, Integration latency: \d+ ms$/,
      /^Endpoint response headers: \{x-from=backend, .*\}$/,
      'Endpoint response body before transformations: answer',
      'Method response body after transformations: answer',
      /^Method response headers: \{.*x-from=backend.*\}$/,
      'Successfully completed execution',
      'Method completed with status: 201',
    ];
    assert.equal(lines.length, expected.length, answer.log!);
    for (const [index, line] of expected.entries()) {
      if (typeof line === 'string') assert.equal(lines[index], line);
      else assert.match(lines[index]!, line);
    }
    assert.ok(!answer.log!.includes('secret'));
  });

  test('A function sees the test stage, and what stands for a caller; its permission is asked with that stage (AG-092, AG-510)', async () => {
    const { gateway, client, restApiId } = await open();
    await using _ = gateway;
    const lambda = new FakeFunction();
    lambda.handler = () => ({ statusCode: 200, headers: { 'X-A': 'b' }, body: 'hello' });
    gateway.account.directory.provide('function', functionArn, lambda);
    await gateway.method('ANY', '/menus/{id}', proxyFunction);
    const resourceId = await gateway.path('/menus/{id}');
    const stageVariables = { colour: 'blue' };
    const answer = await client.send(new TestInvokeMethodCommand({ restApiId, resourceId, httpMethod: 'GET', stageVariables }));
    assert.deepEqual([answer.status, answer.body, answer.headers?.['X-A']], [200, 'hello', 'b']);
    assert.deepEqual(lambda.invokers, [
      {
        principal: 'apigateway.amazonaws.com',
        sourceArn: `arn:aws:execute-api:us-east-1:000000000000:${restApiId}/test-invoke-stage/*/menus/*`,
        sourceAccount: '000000000000',
      },
    ]);
    const { requestContext, ...event } = lambda.events[0] as unknown as { readonly requestContext: Properties };
    assert.deepEqual(event, {
      resource: '/menus/{id}',
      path: '/menus/{id}',
      httpMethod: 'GET',
      headers: null,
      multiValueHeaders: null,
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      pathParameters: { id: '{id}' },
      stageVariables,
      body: null,
      isBase64Encoded: false,
    });
    const { stage, path, domainName, domainPrefix, deploymentId, identity } = requestContext;
    assert.deepEqual(
      { stage, path, domainName, domainPrefix, deploymentId },
      {
        stage: 'test-invoke-stage',
        path: '/menus/{id}',
        domainName: 'testPrefix.testDomainName',
        domainPrefix: 'testPrefix',
        deploymentId: undefined,
      },
    );
    const { sourceIp, apiKey, apiKeyId, userArn } = identity as Properties;
    assert.deepEqual([sourceIp, apiKey, apiKeyId], ['test-invoke-source-ip', 'test-invoke-api-key', 'test-invoke-api-key-id']);
    assert.match(String(userArn), /^arn:aws:iam::000000000000:/);
    const url = `https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/${functionArn}/invocations`;
    const lines = linesOf(answer.log);
    assert.ok(lines.includes(`Sending request to ${url}`), answer.log!);
    const headers = lines.find((line) => line.startsWith('Endpoint request headers: '))!;
    assert.match(headers, new RegExp(`x-amzn-apigateway-api-id=${restApiId}, X-Amz-Source-Arn=arn:aws:execute-api:.*/test-invoke-stage/`));
    assert.ok(lines.includes('Endpoint response body before transformations: {"statusCode":200,"headers":{"X-A":"b"},"body":"hello"}'));
  });

  test('A result that is none is 502 with the type of the error as its only header, and the log says why (AG-286)', async () => {
    const { gateway, client, restApiId } = await open();
    await using _ = gateway;
    const lambda = new FakeFunction();
    lambda.handler = () => ({ menuid: '1' });
    gateway.account.directory.provide('function', functionArn, lambda);
    await gateway.method('GET', '/menus', proxyFunction);
    const resourceId = await gateway.path('/menus');
    const answer = await client.send(new TestInvokeMethodCommand({ restApiId, resourceId, httpMethod: 'GET' }));
    assert.equal(answer.status, 502);
    assert.equal(answer.body, '{"message": "Internal server error"}');
    assert.deepEqual(answer.headers, { 'x-amzn-ErrorType': 'InternalServerErrorException' });
    assert.deepEqual(linesOf(answer.log).slice(-3), [
      'Endpoint response body before transformations: {"menuid":"1"}',
      'Execution failed due to configuration error: Malformed Lambda proxy response',
      'Method completed with status: 502',
    ]);
  });

  test('A gateway response of the draft words the error; a method without an integration is refused as at deployment (AG-521)', async () => {
    const { gateway, client, restApiId } = await open();
    await using _ = gateway;
    await gateway.method('GET', '/mock', { ...mock(), Integration: { Type: 'MOCK', RequestTemplates: { 'application/json': 'no' } } });
    await gateway.create(gatewayResponse, 'Own', {
      RestApiId: restApiId,
      ResponseType: 'DEFAULT_5XX',
      StatusCode: '599',
      ResponseParameters: { 'gatewayresponse.header.X-Why': "'own'" },
    });
    await gateway.method('GET', '/none', {});
    const ask = async (path: string) =>
      client.send(new TestInvokeMethodCommand({ restApiId, resourceId: await gateway.path(path), httpMethod: 'GET' }));
    const answer = await ask('/mock');
    assert.deepEqual([answer.status, answer.headers?.['X-Why']], [599, 'own']);
    assert.deepEqual(await failureOf(ask('/none')), ['BadRequestException', 'No integration defined for method']);
  });

  test('What no reader of HTTP lets in is refused, in headers and in paths', async () => {
    const { gateway, client, restApiId } = await open();
    await using _ = gateway;
    await gateway.method('GET', '/mock', mock());
    const resourceId = await gateway.path('/mock');
    const ask = async (more: object) =>
      (await failureOf(client.send(new TestInvokeMethodCommand({ restApiId, resourceId, httpMethod: 'GET', ...more }))))[0];
    assert.equal(await ask({ headers: { 'X-A': 'a\r\nX-B: b' } }), 'BadRequestException');
    assert.equal(await ask({ headers: { 'X A': 'a' } }), 'BadRequestException');
    assert.equal(await ask({ pathWithQueryString: '/mock HTTP/1.1' }), 'BadRequestException');
    assert.equal(await ask({ pathWithQueryString: '/%zz' }), 'BadRequestException');
    assert.equal(await ask({ httpMethod: 'PUT' }), 'NotFoundException');
    assert.equal(await ask({ clientCertificateId: 'nosuch' }), 'NotFoundException');
  });

  test('Who may only GET tries nothing out', async () => {
    const { gateway, client, restApiId } = await open({ caller: roleCaller('reader') });
    await using _ = gateway;
    provideRole(gateway.account, 'reader', [{ Effect: 'Allow', Action: 'apigateway:GET', Resource: '*' }]);
    const { lambda, id: authorizerId } = await addAuthorizer(gateway);
    await gateway.method('GET', '/mock', mock());
    const resourceId = await gateway.path('/mock');
    const [code] = await failureOf(client.send(new TestInvokeMethodCommand({ restApiId, resourceId, httpMethod: 'GET' })));
    assert.equal(code, 'AccessDeniedException');
    const [other] = await failureOf(client.send(new TestInvokeAuthorizerCommand({ restApiId, authorizerId })));
    assert.deepEqual([other, lambda.events.length], ['AccessDeniedException', 0]);
  });
});

suite('TestInvokeAuthorizer', () => {
  const token = 'Bearer secret-secret-secret';

  test('A function is asked about GET / of its own stage; what its policy says of that does not matter (AG-467, AG-912)', async () => {
    const { gateway, client, restApiId } = await open();
    await using _ = gateway;
    const { lambda, id: authorizerId } = await addAuthorizer(gateway);
    lambda.handler = ({ methodArn }) => allow(methodArn, {}, 'Deny');
    const ask = async () => client.send(new TestInvokeAuthorizerCommand({ restApiId, authorizerId, headers: { Authorization: token } }));
    await ask();
    const answer = await ask();
    assert.equal(lambda.events.length, 2, 'nothing comes from a cache');
    const methodArn = `arn:aws:execute-api:us-east-1:000000000000:${restApiId}/ESTestInvoke-stage/GET/`;
    assert.deepEqual(lambda.events[1], { type: 'TOKEN', authorizationToken: token, methodArn });
    assert.deepEqual([answer.clientStatus, answer.principalId], [0, 'user']);
    assert.deepEqual((JSON.parse(answer.policy!) as { Statement: unknown[] }).Statement, [
      { Effect: 'Deny', Action: 'execute-api:Invoke', Resource: methodArn },
    ]);
    const [first, ...lines] = linesOf(answer.log);
    const requestId = first!.slice('Execution log for request '.length);
    const url = `https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/${functionArn}/invocations`;
    const expected = [
      `Starting authorizer: ${authorizerId} for request: ${requestId}`,
      /^Incoming identity: \*+et$/,
      `Endpoint request URI: ${url}`,
      new RegExp(`^Endpoint request headers: \\{.*X-Amz-Source-Arn=.*:${restApiId}/authorizers/${authorizerId}, .*\\}$`),
      /^Endpoint request body after transformations: \{"type":"TOKEN",.*"methodArn":".*"\}$/,
      `Sending request to ${url}`,
      /^Authorizer result body before parsing: \{"principalId":"user".*\}$/,
      'Using valid authorizer policy for principal: **er',
      'Successfully completed authorizer execution',
    ];
    assert.equal(lines.length, expected.length, answer.log!);
    for (const [index, line] of expected.entries()) {
      if (typeof line === 'string') assert.equal(lines[index], line);
      else assert.match(lines[index]!, line);
    }
    assert.ok(!answer.log!.includes('secret-secret'));
  });

  test('Refusals and failures are told by status, the log ends with their names (AG-130, AG-132)', async () => {
    const { gateway, client, restApiId } = await open();
    await using _ = gateway;
    const { lambda, id: authorizerId } = await addAuthorizer(gateway);
    const ask = async (headers: Record<string, string>) => {
      const { clientStatus, log, policy } = await client.send(new TestInvokeAuthorizerCommand({ restApiId, authorizerId, headers }));
      assert.equal(policy, undefined);
      const [first, ...lines] = linesOf(log);
      return [clientStatus, ...lines.map((line) => line.replace(first!.slice('Execution log for request '.length), 'ID')).slice(-2)];
    };
    lambda.handler = () => {
      throw new Error('Unauthorized');
    };
    assert.deepEqual(await ask({ Authorization: token }), [401, 'Unauthorized request: ID', 'Unauthorized']);
    lambda.handler = () => {
      throw new Error('other');
    };
    const broken = [500, 'Execution failed due to configuration error: Authorizer error', 'AuthorizerConfigurationException'];
    assert.deepEqual(await ask({ Authorization: token }), broken);
    const asked = lambda.events.length;
    assert.deepEqual(await ask({}), [401, 'Unauthorized request: ID', 'Unauthorized']);
    assert.equal(lambda.events.length, asked);
  });

  test('A REQUEST authorizer gets the headers that were given, and no others (AG-094, AG-097)', async () => {
    const { gateway, client, restApiId } = await open();
    await using _ = gateway;
    const lambda = new FakeFunction();
    lambda.handler = () => allow('*');
    gateway.account.directory.provide('function', functionArn, lambda);
    const { ref: authorizerId } = await gateway.create(authorizer, 'Auth', {
      RestApiId: restApiId,
      Name: 'Auth',
      Type: 'REQUEST',
      AuthorizerUri: authorizerUri,
      IdentitySource: 'method.request.header.Hash,method.request.querystring.q',
    });
    const { clientStatus } = await client.send(
      new TestInvokeAuthorizerCommand({ restApiId, authorizerId, headers: { Hash: 'aaa' }, pathWithQueryString: '/?q=1' }),
    );
    assert.equal(clientStatus, 0);
    const { requestContext, ...event } = lambda.events[0] as unknown as { readonly requestContext: Properties };
    assert.deepEqual(event, {
      type: 'REQUEST',
      methodArn: `arn:aws:execute-api:us-east-1:000000000000:${restApiId}/ESTestInvoke-stage/GET/`,
      resource: '/',
      path: '/',
      httpMethod: 'GET',
      headers: { Hash: 'aaa' },
      multiValueHeaders: { Hash: ['aaa'] },
      queryStringParameters: { q: '1' },
      multiValueQueryStringParameters: { q: ['1'] },
      pathParameters: {},
      stageVariables: {},
    });
    assert.deepEqual(
      [requestContext['stage'], requestContext['resourceId'], (requestContext['identity'] as Properties)['apiKey']],
      ['test-invoke-stage', 'test-invoke-resource-id', 'test-invoke-api-key'],
    );
  });
});
