import assert from 'node:assert/strict';
import test from 'node:test';
import { gatewayResponse } from '../../../src/services/apigateway/gateway-response.ts';
import { addAuthorizer, mock, openGateway, proxy, type RawAnswer } from './gateway-fixture.ts';

/** Names of header lines but those that HTTP itself needs. */
function names(answer: RawAnswer): string[] {
  return answer.headers.map(([name]) => name).filter((name) => !['Date', 'Connection', 'Content-Length'].includes(name));
}

test('The lines of a 401, and of what a backend answers, stand in the order in which AWS has them (AG-902)', async () => {
  await using gateway = await openGateway();
  const { guard } = await addAuthorizer(gateway);
  await gateway.backend((_, response) => void response.writeHead(200, { 'X-Own': '1', 'Content-Type': 'text/plain' }).end('hello'));
  await gateway.method('GET', '/', { ...mock(), ...guard });
  await gateway.method('GET', '/backend', proxy());
  await gateway.deploy();
  const first = ['Date', 'Content-Type', 'Content-Length', 'Connection', 'x-amzn-RequestId'];
  const lines = async (path: string): Promise<string[]> => (await gateway.send(path)).headers.map(([name]) => name);
  assert.deepEqual(await lines('/prod'), [...first, 'x-amzn-ErrorType', 'x-amz-apigw-id']);
  assert.deepEqual((await lines('/prod/backend')).slice(0, 7), [...first, 'x-amz-apigw-id', 'X-Own']);
});

test('An unknown path, and a verb that a path does not have, are 403 Missing Authentication Token, 42 bytes (AG-027, AG-028, AG-075)', async () => {
  await using gateway = await openGateway();
  await gateway.method('GET', '/weather', mock());
  await gateway.deploy();
  for (const [method, path] of [
    ['GET', '/prod/nothing'],
    ['POST', '/prod/weather'],
    ['GET', '/prod'],
    ['GET', '/prod/Weather'],
  ] as const) {
    const answer = await gateway.send(path, { method });
    assert.equal(answer.status, 403);
    assert.equal(answer.body, '{"message":"Missing Authentication Token"}');
    assert.equal(answer.header('Content-Length'), '42');
    assert.equal(answer.header('x-amzn-ErrorType'), 'MissingAuthenticationTokenException');
    assert.deepEqual(names(answer), ['Content-Type', 'x-amzn-RequestId', 'x-amzn-ErrorType', 'x-amz-apigw-id']);
    assert.equal(answer.header('Content-Type'), 'application/json');
    assert.match(answer.header('x-amzn-RequestId')!, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.match(answer.header('x-amz-apigw-id')!, /^[\w-]{15}=$/);
  }
});

test('An unknown stage and a bare host are 403 Forbidden, 23 bytes (AG-005, AG-006)', async () => {
  await using gateway = await openGateway();
  for (const path of ['/', '/nosuch/weather', '//']) {
    const answer = await gateway.send(path);
    assert.equal(answer.status, 403);
    assert.equal(answer.body, '{"message":"Forbidden"}');
    assert.equal(answer.header('x-amzn-ErrorType'), 'ForbiddenException');
  }
});

test('A percent sign that begins no escape is 400 before anything is looked up (AG-056)', async () => {
  await using gateway = await openGateway();
  await gateway.method('GET', '/{id}', mock());
  await gateway.deploy();
  for (const path of ['/prod/%', '/prod/%4', '/prod/%zz', '/prod/a?b=%G0']) {
    const answer = await gateway.send(path);
    assert.deepEqual([answer.status, answer.body], [400, '{"message":"Bad Request"}']);
  }
  assert.equal((await gateway.send('/prod/%41')).status, 200);
});

test('More than 10 MB is 413 from the front end, with nothing dialled and no x-amzn headers (AG-429)', async () => {
  await using gateway = await openGateway();
  const backend = await gateway.backend();
  await gateway.method('POST', '/upload', proxy());
  await gateway.deploy();
  const declared = await gateway.send('/prod/upload', { method: 'POST', body: Buffer.alloc(10_485_761) }).catch((error: Error) => error);
  if (!(declared instanceof Error)) {
    assert.equal(declared.status, 413);
    assert.equal(declared.body, 'HTTP content length exceeded 10485760 bytes.');
    assert.equal(declared.header('Content-Type'), 'text; charset=utf-8');
    assert.deepEqual(names(declared), ['Content-Type']);
  }
  const chunked = await gateway
    .send('/prod/upload', { method: 'POST', body: Buffer.alloc(10_485_761), chunked: true })
    .catch(() => undefined);
  assert.ok(chunked === undefined || chunked.status === 413);
  assert.equal(backend.dialled, 0);
  const most = await gateway.send('/prod/upload', { method: 'POST', body: Buffer.alloc(10_485_760, 'a') });
  assert.equal(most.status, 200);
  assert.equal(backend.seen[0]!.body.length, 10_485_760);
});

test('Header values of more than 10,240 bytes together are refused by the front end (AG-431)', async () => {
  await using gateway = await openGateway();
  await gateway.method('GET', '/', mock());
  await gateway.deploy();
  const host = `127.0.0.1:${gateway.port}`.length + 'close'.length;
  const most = await gateway.send('/prod', { headers: { 'X-Long': 'a'.repeat(10_240 - host), Connection: 'close' } });
  assert.equal(most.status, 200);
  const more = await gateway.send('/prod', { headers: { 'X-Long': 'a'.repeat(10_241 - host), Connection: 'close' } });
  assert.equal(more.status, 431);
  assert.equal(more.body, 'HTTP header is larger than 10240 bytes.');
});

test('A preflight is answered by MOCK with the headers that the method maps, and nobody is asked (AG-320, CFN-071)', async () => {
  await using gateway = await openGateway();
  const { lambda, guard } = await addAuthorizer(gateway);
  await gateway.method('ANY', '/weather', { ...proxy(), ...guard });
  await gateway.method('OPTIONS', '/weather', {
    Integration: {
      Type: 'MOCK',
      RequestTemplates: { 'application/json': '{ statusCode: 200 }' },
      IntegrationResponses: [
        { StatusCode: '204', ResponseParameters: { 'method.response.header.Access-Control-Allow-Origin': "'http://127.0.0.1:8080'" } },
      ],
    },
  });
  await gateway.deploy();
  const answer = await gateway.send('/prod/weather', { method: 'OPTIONS', headers: { Origin: 'http://127.0.0.1:8080' } });
  assert.deepEqual([answer.status, answer.body], [204, '']);
  assert.deepEqual(names(answer), ['x-amzn-RequestId', 'x-amz-apigw-id', 'Access-Control-Allow-Origin']);
  assert.equal(answer.header('Access-Control-Allow-Origin'), 'http://127.0.0.1:8080');
  assert.equal(lambda.events.length, 0);
});

test('A gateway response of a class adds its headers to every type without an entry of its own (AG-387, AG-388, AG-455)', async () => {
  await using gateway = await openGateway();
  const { guard } = await addAuthorizer(gateway);
  await gateway.method('GET', '/secret', { ...mock(), ...guard });
  const RestApiId = gateway.api.id;
  await gateway.create(gatewayResponse, 'Client', {
    RestApiId,
    ResponseType: 'DEFAULT_4XX',
    ResponseParameters: {
      'gatewayresponse.header.Access-Control-Allow-Origin': 'method.request.header.Origin',
      'gatewayresponse.header.Vary': "'Origin'",
    },
  });
  await gateway.create(gatewayResponse, 'Missing', { RestApiId, ResponseType: 'MISSING_AUTHENTICATION_TOKEN', StatusCode: 404 });
  await gateway.deploy();
  const unauthorized = await gateway.send('/prod/secret', { headers: { Origin: 'http://site' } });
  assert.deepEqual([unauthorized.status, unauthorized.body], [401, '{"message":"Unauthorized"}']);
  assert.equal(unauthorized.header('Access-Control-Allow-Origin'), 'http://site');
  assert.equal(unauthorized.header('Vary'), 'Origin');
  assert.equal(unauthorized.header('x-amzn-ErrorType'), 'UnauthorizedException');
  const missing = await gateway.send('/prod/nothing', { headers: { Origin: 'http://site' } });
  assert.deepEqual([missing.status, missing.body], [404, '{"message":"Missing Authentication Token"}']);
  assert.equal(missing.header('Access-Control-Allow-Origin'), undefined);
});

test('A template of a gateway response takes the place of the built-in body, key and all (AG-381, AG-901)', async () => {
  await using gateway = await openGateway();
  const { lambda, guard } = await addAuthorizer(gateway);
  lambda.handler = (event) => ({
    ...(Object(event) as object),
    principalId: 'u',
    context: { reason: 'tariff' },
    policyDocument: { Statement: [] },
  });
  await gateway.method('GET', '/secret', { ...mock(), ...guard });
  const templates = {
    'application/json': '{"message":$context.error.messageString,"type":"$context.error.responseType","of":"$context.resourcePath"}',
  };
  await gateway.create(gatewayResponse, 'Denied', {
    RestApiId: gateway.api.id,
    ResponseType: 'ACCESS_DENIED',
    ResponseTemplates: templates,
  });
  await gateway.deploy();
  const answer = await gateway.send('/prod/secret', { headers: { Authorization: 't' } });
  assert.equal(
    answer.body,
    '{"message":"User is not authorized to access this resource because no identity-based policy allows the execute-api:Invoke action","type":"ACCESS_DENIED","of":"/secret"}',
  );
});

test('X-HTTP-Method-Override is the verb for route, ARN, trace and backend alike, and goes no further (AG-057)', async () => {
  await using gateway = await openGateway();
  const backend = await gateway.backend();
  const { lambda, guard } = await addAuthorizer(gateway);
  await gateway.method('DELETE', '/item', { ...proxy(), ...guard });
  await gateway.deploy();
  const answer = await gateway.send('/prod/item', { headers: { 'X-HTTP-Method-Override': 'DELETE', Authorization: 't' } });
  assert.equal(answer.status, 200);
  assert.match(lambda.events[0]!.methodArn, /\/prod\/DELETE\/item$/);
  assert.equal(backend.seen[0]!.method, 'DELETE');
  assert.deepEqual(backend.seen[0]!.values('X-HTTP-Method-Override'), []);
  assert.equal(gateway.trace(answer).method, 'DELETE');
  assert.equal((await gateway.send('/prod/item', { headers: { 'X-HTTP-Method-Override': 'ANY' } })).status, 403);
});
