import assert from 'node:assert/strict';
import test from 'node:test';
import { gatewayResponse } from '../../../src/services/apigateway/gateway-response.ts';
import type { Properties } from '../../../src/services/resource-type.ts';
import { addAuthorizer, mock, openGateway, type Gateway } from './gateway-fixture.ts';

async function answers(gateway: Gateway, ResponseType: string, properties: Properties): Promise<void> {
  await gateway.create(gatewayResponse, ResponseType, { RestApiId: gateway.api.id, ResponseType, ...properties });
}

test('Headers and templates tell of the failure, the request and the stage (AG-383, AG-385, AG-455)', async () => {
  await using gateway = await openGateway();
  await gateway.method('GET', '/', mock());
  await answers(gateway, 'MISSING_AUTHENTICATION_TOKEN', {
    ResponseParameters: {
      'gatewayresponse.header.Access-Control-Allow-Origin': 'method.request.header.Origin',
      'gatewayresponse.header.x-type': 'context.error.responseType',
      'gatewayresponse.header.x-why': 'context.error.message',
      'gatewayresponse.header.x-query': 'method.request.querystring.q',
      'gatewayresponse.header.x-stage': 'stageVariables.color',
      'gatewayresponse.header.x-none': 'method.request.header.None',
    },
    ResponseTemplates: {
      'application/json': '{"type":"$context.error.responseType","q":"$method.request.querystring.q","m":$context.error.messageString}',
    },
  });
  await gateway.deploy({ color: 'blue' });
  const answer = await gateway.send('/prod/nope?q=a%20b', { headers: { Origin: 'https://site.example' } });
  assert.equal(answer.status, 403);
  assert.equal(answer.header('Access-Control-Allow-Origin'), 'https://site.example');
  assert.equal(answer.header('x-type'), 'MISSING_AUTHENTICATION_TOKEN');
  assert.equal(answer.header('x-why'), 'Missing Authentication Token');
  assert.equal(answer.header('x-query'), 'a b');
  assert.equal(answer.header('x-stage'), 'blue');
  assert.equal(answer.header('x-none'), undefined);
  assert.equal(answer.body, '{"type":"MISSING_AUTHENTICATION_TOKEN","q":"a b","m":"Missing Authentication Token"}');
});

test('HEAD is answered without a body and with Content-Length: 0, customised or not (AG-916)', async () => {
  await using gateway = await openGateway();
  await gateway.method('GET', '/', mock());
  await answers(gateway, 'DEFAULT_4XX', { ResponseTemplates: { 'application/json': '{"own":1}' } });
  await gateway.deploy();
  for (const path of ['/prod', '/nope']) {
    const answer = await gateway.send(path, { method: 'HEAD' });
    assert.deepEqual([answer.status, answer.header('Content-Length'), answer.header('Content-Type')], [403, '0', 'application/json']);
    assert.notEqual((await gateway.send(path, { method: 'POST' })).body, '');
  }
});

test('Ids and error type stay, a media type of its own is taken (AG-394)', async () => {
  await using gateway = await openGateway();
  await gateway.method('GET', '/', mock());
  await answers(gateway, 'DEFAULT_4XX', {
    StatusCode: 418,
    ResponseParameters: {
      'gatewayresponse.header.Content-Type': "'application/problem+json'",
      'gatewayresponse.header.x-amzn-ErrorType': "'Mine'",
      'gatewayresponse.header.x-amzn-requestid': "'mine'",
    },
  });
  await gateway.deploy();
  const answer = await gateway.send('/prod/nope');
  assert.equal(answer.status, 418);
  const values = (name: string): string[] => answer.headers.filter(([other]) => other.toLowerCase() === name).map(([, value]) => value);
  assert.deepEqual(values('content-type'), ['application/problem+json']);
  assert.deepEqual(values('x-amzn-errortype'), ['MissingAuthenticationTokenException']);
  assert.equal(values('x-amzn-requestid').length, 1);
  assert.notEqual(values('x-amzn-requestid')[0], 'mine');
});

test('A template is chosen by Accept, application/json by default (AG-397)', async () => {
  await using gateway = await openGateway();
  await gateway.method('GET', '/', mock());
  await answers(gateway, 'MISSING_AUTHENTICATION_TOKEN', {
    ResponseTemplates: { 'application/xml': '<m>$context.error.message</m>', 'application/json': '{"m":$context.error.messageString}' },
  });
  await gateway.deploy();
  const ask = async (Accept: string): Promise<string> => (await gateway.send('/prod/nope', { headers: { Accept } })).body;
  assert.equal(await ask('application/xml'), '<m>Missing Authentication Token</m>');
  assert.equal(await ask('text/html'), '{"m":"Missing Authentication Token"}');
});

test('Templates are not run: directives stay as they are, what is unknown prints nothing (AG-068, AG-383, AG-384)', async () => {
  await using gateway = await openGateway();
  await gateway.method('GET', '/', mock());
  await answers(gateway, 'MISSING_AUTHENTICATION_TOKEN', {
    ResponseTemplates: { 'application/json': '#set($x = 1)[$context.nonsense][$util.escapeJavaScript("a")][$context.authorizer.none]' },
  });
  await gateway.deploy();
  assert.equal((await gateway.send('/prod/nope')).body, '#set($x = 1)[][$util.escapeJavaScript("a")][]');
});

test('Without a type of its own a failure takes the default of its class, and without templates the built-in body (AG-367, AG-387, AG-389)', async () => {
  await using gateway = await openGateway();
  await gateway.method('GET', '/', mock());
  await answers(gateway, 'DEFAULT_4XX', { StatusCode: 418, ResponseParameters: { 'gatewayresponse.header.x-a': "'1'" } });
  await gateway.deploy();
  const malformed = await gateway.send('/prod/%zz');
  assert.equal(malformed.header('x-amzn-ErrorType'), 'BadRequestException');
  const missing = await gateway.send('/prod/nope');
  assert.deepEqual([missing.status, missing.header('x-a'), missing.body], [418, '1', '{"message":"Missing Authentication Token"}']);
});

test('No failure of a Lambda authorizer is an AUTHORIZER_FAILURE, and no unknown path a RESOURCE_NOT_FOUND (AG-135, AG-364, AG-376)', async () => {
  await using gateway = await openGateway();
  const { lambda, guard } = await addAuthorizer(gateway);
  await gateway.method('GET', '/', { ...mock(), ...guard });
  for (const type of ['AUTHORIZER_FAILURE', 'RESOURCE_NOT_FOUND']) await answers(gateway, type, { StatusCode: 418 });
  await gateway.deploy();
  const headers = { Authorization: 'x' };
  for (const result of ['no JSON', {}, { principalId: 'a' }]) {
    lambda.handler = () => result;
    const answer = await gateway.send('/prod', { headers });
    assert.deepEqual([answer.status, answer.header('x-amzn-ErrorType')], [500, 'AuthorizerConfigurationException']);
  }
  lambda.handler = () => {
    throw new Error('broken');
  };
  assert.equal((await gateway.send('/prod', { headers })).status, 500);
  assert.equal((await gateway.send('/prod/nope', { headers: {} })).status, 403);
});
