import assert from 'node:assert/strict';
import test from 'node:test';
import { httpApi } from '../../../src/services/apigatewayv2/api.ts';
import { httpAuthorizer } from '../../../src/services/apigatewayv2/authorizer.ts';
import { httpIntegration } from '../../../src/services/apigatewayv2/integration.ts';
import { httpRoute } from '../../../src/services/apigatewayv2/route.ts';
import { httpStage } from '../../../src/services/apigatewayv2/stage.ts';
import type { Properties, ResourceType } from '../../../src/services/resource-type.ts';
import { listenerArn, privately } from './http-api-fixture.ts';

const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:f';
const invocationUri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`;

function found(type: ResourceType, properties: Properties): string[] {
  return type.check!(properties, {}).map(({ kind, property }) => `${kind} ${property}`);
}

test('What is not simulated of HTTP APIs is told', () => {
  assert.deepEqual(found(httpApi, { Name: 'a', ProtocolType: 'WEBSOCKET' }), ['unsupported ProtocolType']);
  assert.deepEqual(found(httpIntegration, { IntegrationType: 'AWS_PROXY', IntegrationSubtype: 'SQS-SendMessage' }), [
    'unsupported IntegrationSubtype',
  ]);
  const cloudMap = 'arn:aws:servicediscovery:us-east-1:000000000000:service/srv-1';
  assert.deepEqual(found(httpIntegration, privately({ IntegrationUri: cloudMap })), [], 'a Cloud Map service is a target (AG-577)');
  assert.deepEqual(found(httpRoute, { RouteKey: 'GET /x' }), ['unsupported Target']);
});

test('What AWS refuses of an API is refused', () => {
  assert.deepEqual(found(httpApi, { Name: 'a', ProtocolType: 'HTTP' }), []);
  assert.deepEqual(found(httpApi, { ProtocolType: 'SOAP' }), ['invalid ProtocolType', 'invalid Name']);
  const CorsConfiguration = { AllowOrigins: ['*'], AllowCredentials: true };
  assert.deepEqual(found(httpApi, { Name: 'a', ProtocolType: 'HTTP', CorsConfiguration }), ['invalid CorsConfiguration.AllowCredentials']);
});

test('A route key is a verb and a path with whole variables, or $default (AG-550)', () => {
  const Target = 'integrations/abc';
  for (const RouteKey of ['GET /', 'ANY /a/{b}/{c+}', '$default', 'PATCH /a-b_c.d', 'unresolved:x']) {
    assert.deepEqual(found(httpRoute, { RouteKey, Target }), [], RouteKey);
  }
  for (const RouteKey of ['get /x', 'GET x', 'TRACE /x', '/x', 'GET /a{b}', 'GET /{a+}/b', 'GET /{a}/{a}', '$connect']) {
    assert.deepEqual(found(httpRoute, { RouteKey, Target }), ['invalid RouteKey'], RouteKey);
  }
});

test('A route that names an authorizer asks it, and one that wants to be asked names it; there are no API keys (AG-560)', () => {
  const route = { RouteKey: 'GET /x', Target: 'integrations/abc' };
  assert.deepEqual(found(httpRoute, { ...route, AuthorizerId: 'a' }), ['invalid AuthorizationType']);
  assert.deepEqual(found(httpRoute, { ...route, AuthorizationType: 'NONE', AuthorizerId: 'a' }), ['invalid AuthorizationType']);
  assert.deepEqual(found(httpRoute, { ...route, AuthorizationType: 'JWT' }), ['invalid AuthorizerId']);
  assert.deepEqual(found(httpRoute, { ...route, AuthorizationType: 'COGNITO' }), ['invalid AuthorizationType']);
  assert.deepEqual(found(httpRoute, { ...route, AuthorizationScopes: ['a'] }), ['invalid AuthorizationScopes']);
  assert.deepEqual(found(httpRoute, { ...route, ApiKeyRequired: true }), ['invalid ApiKeyRequired']); // AG-560
});

test('An integration names its function, URL or listener in the form that its type wants (AG-577, AG-956)', () => {
  const lambda = { IntegrationType: 'AWS_PROXY', IntegrationUri: functionArn, PayloadFormatVersion: '2.0' };
  assert.deepEqual(found(httpIntegration, lambda), []);
  assert.deepEqual(found(httpIntegration, { ...lambda, IntegrationUri: invocationUri }), []);
  assert.deepEqual(found(httpIntegration, { ...lambda, IntegrationUri: 'https://example.com' }), ['invalid IntegrationUri']);
  assert.deepEqual(found(httpIntegration, { IntegrationType: 'AWS_PROXY', IntegrationUri: functionArn }), ['invalid PayloadFormatVersion']);
  assert.deepEqual(found(httpIntegration, { ...lambda, TimeoutInMillis: 30_001 }), ['invalid TimeoutInMillis']); // AG-558
  assert.deepEqual(found(httpIntegration, { ...lambda, ConnectionType: 'VPC_LINK' }), ['invalid ConnectionType']);
  const url = { IntegrationType: 'HTTP_PROXY', IntegrationMethod: 'ANY', IntegrationUri: 'https://example.com/{proxy}' };
  assert.deepEqual(found(httpIntegration, url), []);
  assert.deepEqual(found(httpIntegration, { ...url, IntegrationMethod: 'SEND' }), ['invalid IntegrationMethod']);
  assert.deepEqual(found(httpIntegration, { ...url, IntegrationUri: 'example.com' }), ['invalid IntegrationUri']);
  assert.deepEqual(found(httpIntegration, { ...url, PayloadFormatVersion: '2.0' }), ['invalid PayloadFormatVersion']);
  assert.deepEqual(found(httpIntegration, { ...url, TlsConfig: { ServerNameToVerify: 'x' } }), ['invalid TlsConfig']); // AG-579
  assert.deepEqual(found(httpIntegration, privately()), []);
  assert.deepEqual(found(httpIntegration, privately({ IntegrationUri: 'unresolved:Listener' })), []);
  assert.deepEqual(found(httpIntegration, privately({ IntegrationUri: 'http://nlb.internal' })), ['invalid IntegrationUri']);
  assert.equal(listenerArn.includes(':listener/'), true);
  assert.deepEqual(found(httpIntegration, { IntegrationType: 'MOCK' }), ['invalid IntegrationType']);
});

test('A mapping of a reserved header, of an unknown variable or of another form is refused (AG-585, AG-586, AG-587)', () => {
  const mapped = (RequestParameters: Properties): string[] => found(httpIntegration, privately({ RequestParameters }));
  for (const name of [
    'access-control-allow-origin',
    'apigw-requestid',
    'Authorization',
    'Connection',
    'Content-Encoding',
    'Content-Length',
    'Content-Location',
    'Forwarded',
    'Keep-Alive',
    'Origin',
    'Proxy-Authenticate',
    'Proxy-Authorization',
    'TE',
    'Trailers',
    'Transfer-Encoding',
    'Upgrade',
    'x-amz-date',
    'X-Amzn-Trace-Id',
    'X-Forwarded-For',
    'X-Forwarded-Host',
    'X-Forwarded-Proto',
    'Via',
  ]) {
    assert.deepEqual(mapped({ [`overwrite:header.${name}`]: 'x' }), ['invalid RequestParameters'], name);
  }
  for (const value of [
    '$request.body..deep',
    '$request.body.a[?(@.b)]',
    '$context.nothing',
    '$response.header.x',
    '${request.nothing}',
    '$x',
  ]) {
    assert.deepEqual(mapped({ 'append:header.x': value }), ['invalid RequestParameters'], value);
  }
  for (const key of ['header.x', 'append:path', 'overwrite:statuscode', 'replace:header.x', 'append:header.a b']) {
    assert.deepEqual(mapped({ [key]: 'x' }), ['invalid RequestParameters'], key);
  }
  const answered = (status: string, Destination: string): string[] =>
    found(httpIntegration, privately({ ResponseParameters: { [status]: { ResponseParameters: [{ Destination, Source: 'x' }] } } }));
  assert.deepEqual(answered('200', 'append:header.x'), []);
  assert.deepEqual(answered('600', 'append:header.x'), ['invalid ResponseParameters']);
  assert.deepEqual(answered('200', 'append:querystring.x'), ['invalid ResponseParameters']);
});

test('An authorizer has what its type asks for (AG-562, AG-569, AG-570, AG-575)', () => {
  const jwt = {
    AuthorizerType: 'JWT',
    IdentitySource: ['$request.header.Authorization'],
    JwtConfiguration: { Issuer: 'https://i.example', Audience: ['a'] },
  };
  assert.deepEqual(found(httpAuthorizer, jwt), []);
  assert.deepEqual(found(httpAuthorizer, { ...jwt, IdentitySource: ['$request.body.token'] }), ['invalid IdentitySource[0]']);
  assert.deepEqual(found(httpAuthorizer, { ...jwt, IdentitySource: [] }), ['invalid IdentitySource']);
  assert.deepEqual(found(httpAuthorizer, { ...jwt, JwtConfiguration: {} }), [
    'invalid JwtConfiguration.Issuer',
    'invalid JwtConfiguration.Audience',
  ]);
  for (const Issuer of ['http://issuer.example', 'issuer.example', 'http://127.0.0.1.example/']) {
    const findings = found(httpAuthorizer, { ...jwt, JwtConfiguration: { Issuer, Audience: ['a'] } });
    assert.deepEqual(findings, ['invalid JwtConfiguration.Issuer'], Issuer);
  }
  const lambda = { AuthorizerType: 'REQUEST', AuthorizerUri: invocationUri, AuthorizerPayloadFormatVersion: '2.0' };
  assert.deepEqual(found(httpAuthorizer, lambda), []);
  assert.deepEqual(found(httpAuthorizer, { ...lambda, AuthorizerPayloadFormatVersion: '3.0' }), ['invalid AuthorizerPayloadFormatVersion']);
  assert.deepEqual(found(httpAuthorizer, { ...lambda, AuthorizerPayloadFormatVersion: '1.0', EnableSimpleResponses: true }), [
    'invalid EnableSimpleResponses',
  ]);
  assert.deepEqual(found(httpAuthorizer, { ...lambda, AuthorizerResultTtlInSeconds: 60 }), ['invalid IdentitySource']);
  assert.deepEqual(found(httpAuthorizer, { ...lambda, AuthorizerResultTtlInSeconds: 3601 }), ['invalid AuthorizerResultTtlInSeconds']);
  assert.deepEqual(found(httpAuthorizer, { ...lambda, AuthorizerUri: functionArn }), ['invalid AuthorizerUri']);
  assert.deepEqual(found(httpAuthorizer, { AuthorizerType: 'TOKEN' }), ['invalid AuthorizerType']);
});

test('A stage is named as AWS allows, and deploys by itself or serves a deployment', () => {
  assert.deepEqual(found(httpStage, { StageName: '$default', AutoDeploy: true }), []);
  assert.deepEqual(found(httpStage, { StageName: 'a b' }), ['invalid StageName']);
  assert.deepEqual(found(httpStage, { StageName: 'a', AutoDeploy: true, DeploymentId: 'd' }), ['invalid DeploymentId']);
  assert.deepEqual(found(httpStage, { StageName: 'a', StageVariables: { 'a-b': 'x' } }), ['invalid StageVariables.a-b']);
});
