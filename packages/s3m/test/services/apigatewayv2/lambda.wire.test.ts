import assert from 'node:assert/strict';
import test from 'node:test';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import { addLambda, openHttpApi } from './http-api-fixture.ts';

test('An event of format 2.0 has these keys, and none for what is absent (AG-588)', async () => {
  await using api = await openHttpApi();
  const lambda = addLambda(api, 'f');
  await api.route('POST /pets/{id}', lambda.integration());
  await api.send('/pets/7?a=1&a=2&b=x%20y', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Two': ['1', '2'], Cookie: 'a=b; c=d', 'User-Agent': 'test' },
    body: '{"x":1}',
  });
  const [event] = lambda.events;
  assert.deepEqual(Object.keys(event), [
    'version',
    'routeKey',
    'rawPath',
    'rawQueryString',
    'cookies',
    'headers',
    'queryStringParameters',
    'requestContext',
    'body',
    'isBase64Encoded',
    'pathParameters',
  ]);
  assert.equal(event.rawQueryString, 'a=1&a=2&b=x%20y');
  assert.deepEqual(event.queryStringParameters, { a: '1,2', b: 'x y' });
  assert.deepEqual(event.cookies, ['a=b', 'c=d']);
  assert.deepEqual(Object.keys(event.headers), [
    'host',
    'content-type',
    'x-two',
    'user-agent',
    'content-length',
    'x-amzn-trace-id',
    'x-forwarded-for',
    'x-forwarded-port',
    'x-forwarded-proto',
  ]);
  assert.equal(event.headers['x-two'], '1,2');
  assert.equal(event.headers['content-length'], '7');
  assert.equal(event.body, '{"x":1}');
  assert.equal(event.isBase64Encoded, false);
  assert.deepEqual(event.pathParameters, { id: '7' });
  const { requestContext: context } = event;
  assert.deepEqual(Object.keys(context), [
    'accountId',
    'apiId',
    'domainName',
    'domainPrefix',
    'http',
    'requestId',
    'routeKey',
    'stage',
    'time',
    'timeEpoch',
  ]);
  assert.deepEqual(context.http, { method: 'POST', path: '/pets/7', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' });
  assert.equal(context.domainName, `${api.api.id}.execute-api.us-east-1.amazonaws.com`);
  assert.match(context.time, /^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
});

test('The least event has no body, cookies, query or path parameters (AG-588)', async () => {
  await using api = await openHttpApi();
  const lambda = addLambda(api, 'f');
  await api.route('$default', lambda.integration());
  await api.send('/x');
  assert.deepEqual(Object.keys(lambda.events[0]), [
    'version',
    'routeKey',
    'rawPath',
    'rawQueryString',
    'headers',
    'requestContext',
    'isBase64Encoded',
  ]);
});

test('An event of format 1.0 has all its keys, null for what is absent (AG-951)', async () => {
  await using api = await openHttpApi();
  const lambda = addLambda(api, 'f');
  await api.route('GET /pets/{id}', lambda.integration('1.0'));
  await api.route('GET /plain', lambda.integration('1.0'));
  await api.send('/pets/7?a=1&a=2', { headers: { 'X-Two': ['1', '2'] } });
  await api.send('/plain');
  const [event, plain] = lambda.events;
  assert.deepEqual(Object.keys(event), [
    'version',
    'resource',
    'path',
    'httpMethod',
    'headers',
    'multiValueHeaders',
    'queryStringParameters',
    'multiValueQueryStringParameters',
    'requestContext',
    'pathParameters',
    'stageVariables',
    'body',
    'isBase64Encoded',
  ]);
  assert.equal(event.resource, '/pets/{id}');
  assert.deepEqual(event.multiValueHeaders['X-Two'], ['1', '2']);
  assert.deepEqual(event.multiValueQueryStringParameters, { a: ['1', '2'] });
  assert.deepEqual(event.pathParameters, { id: '7' });
  assert.deepEqual(event.requestContext.authorizer, { claims: null, scopes: null });
  assert.equal(event.requestContext.identity.sourceIp, '127.0.0.1');
  for (const key of ['queryStringParameters', 'multiValueQueryStringParameters', 'pathParameters', 'stageVariables', 'body']) {
    assert.equal(plain[key], null, key);
  }
});

test('Text, JSON and XML come as they are; forms and all else in base64 (AG-950)', async () => {
  await using api = await openHttpApi();
  const lambda = addLambda(api, 'f');
  await api.route('$default', lambda.integration());
  const encoded = async (type: string, body: string | Buffer, more = {}): Promise<boolean> => {
    await api.send('/x', { method: 'POST', headers: { 'Content-Type': type, ...more }, body });
    return lambda.events.at(-1).isBase64Encoded as boolean;
  };
  assert.equal(await encoded('text/plain', 'x'), false);
  assert.equal(await encoded('application/json; charset=utf-8', '{}'), false);
  assert.equal(await encoded('application/problem+json', '{}'), false);
  assert.equal(await encoded('application/x-www-form-urlencoded', 'a=b'), true);
  assert.equal(lambda.events.at(-1).body, 'YT1i');
  assert.equal(await encoded('application/octet-stream', Buffer.from([0xff])), true);
  assert.equal(await encoded('text/plain', Buffer.from([0xff])), true);
  assert.equal(await encoded('application/json', 'x', { 'Content-Encoding': 'gzip' }), true);
});

test('Without a statusCode, format 2.0 makes the whole result the body (AG-589)', async () => {
  await using api = await openHttpApi();
  const lambda = addLambda(api, 'f');
  await api.route('$default', lambda.integration());
  const answerOf = async (payload: string): Promise<unknown[]> => {
    lambda.handler = () => payload;
    const answer = await api.send('/x');
    return [answer.status, answer.header('content-type'), answer.body];
  };
  assert.deepEqual(await answerOf('"Hello from Lambda!"'), [200, 'application/json', 'Hello from Lambda!']);
  assert.deepEqual(await answerOf('{ "message": "Hello" }'), [200, 'application/json', '{ "message": "Hello" }']);
  assert.deepEqual(await answerOf('null'), [200, 'application/json', 'null']);
});

test('With a statusCode, format 2.0 takes headers, cookies and a body in base64 (AG-590, AG-952)', async () => {
  await using api = await openHttpApi();
  const lambda = addLambda(api, 'f', () => ({
    statusCode: '201',
    headers: { 'X-One': 1, 'X-Yes': true, 'apigw-requestid': 'forged' },
    cookies: ['a=b', 'c=d'],
    body: Buffer.from('hi').toString('base64'),
    isBase64Encoded: true,
  }));
  await api.route('$default', lambda.integration());
  const answer = await api.send('/x');
  assert.equal(answer.status, 201);
  assert.equal(answer.body, 'hi');
  assert.equal(answer.header('x-one'), '1');
  assert.equal(answer.header('x-yes'), 'true');
  assert.equal(answer.header('content-type'), 'text/plain;charset=UTF-8');
  assert.deepEqual(
    answer.headers.filter(([name]) => name === 'set-cookie').map(([, value]) => value),
    ['a=b', 'c=d'],
  );
  assert.equal(answer.headers.filter(([name]) => name.toLowerCase() === 'apigw-requestid').length, 1);
  assert.notEqual(answer.header('apigw-requestid'), 'forged');
});

test('Format 1.0 takes multiValueHeaders and wants a statusCode (AG-951)', async () => {
  await using api = await openHttpApi();
  const lambda = addLambda(api, 'f', () => ({ statusCode: 200, multiValueHeaders: { 'set-cookie': ['a=b', 'c=d'] }, body: 'x' }));
  await api.route('$default', lambda.integration('1.0'));
  assert.equal((await api.send('/x')).headers.filter(([name]) => name === 'set-cookie').length, 2);
  lambda.handler = () => ({ message: 'x' });
  assert.equal((await api.send('/x')).status, 500);
});

test('A function that fails, refuses or answers nonsense is 500, byte by byte (AG-554)', async () => {
  await using api = await openHttpApi();
  const lambda = addLambda(api, 'f');
  await api.route('$default', lambda.integration());
  await api.route('GET /gone', { ...lambda.integration(), IntegrationUri: `${lambda.arn}-gone` });
  const failures: (() => unknown)[] = [
    () => {
      throw new Error('secret detail');
    },
    () => ({ kind: 'refused', status: 403, code: 'AccessDeniedException', message: 'no permission' }),
    () => ({ statusCode: 'many' }),
    () => ({ statusCode: 99 }),
    () => ({ statusCode: 200, body: { not: 'text' } }),
    () => ({ statusCode: 200, headers: { 'x-bad': 'a\r\nx-injected: 1' } }),
    () => ({ statusCode: 200, headers: { x: {} } }),
  ];
  for (const handler of failures) {
    lambda.handler = handler;
    const answer = await api.send('/x');
    assert.equal(answer.status, 500);
    assert.equal(answer.body, '{"message":"Internal Server Error"}');
    assert.equal(answer.header('content-type'), 'application/json');
    assert.equal(answer.header('x-injected'), undefined);
  }
  assert.equal((await api.send('/gone')).status, 500);
});

test('The function is invoked for the route, as its permission has it (LMB-062)', async () => {
  await using api = await openHttpApi();
  const lambda = addLambda(api, 'f');
  await api.route('ANY /pets/{proxy+}', lambda.integration());
  await api.route('$default', { ...lambda.integration(), IntegrationUri: lambda.uri });
  await api.send('/pets/1/2', { method: 'PUT' });
  await api.send('/x');
  const prefix = `arn:aws:execute-api:us-east-1:000000000000:${api.api.id}`;
  assert.deepEqual(
    lambda.invokers.map(({ sourceArn }) => sourceArn),
    [`${prefix}/$default/PUT/pets/{proxy+}`, `${prefix}/$default/$default`],
  );
});

test('A function that takes longer than the integration may is 503, byte by byte (AG-553)', async () => {
  const clock = new VirtualClock();
  await using api = await openHttpApi({ clock });
  const lambda = addLambda(api, 'f', () => new Promise(() => {}));
  await api.route('$default', { ...lambda.integration(), TimeoutInMillis: 1000 });
  const pending = api.send('/x');
  while (lambda.events.length === 0) await new Promise(setImmediate);
  await clock.advance(1000);
  const answer = await pending;
  assert.equal(answer.status, 503);
  assert.equal(answer.body, '{"message":"Service Unavailable"}');
  assert.equal(answer.body.length, 33);
});

test('Stage variables choose the function', async () => {
  await using api = await openHttpApi({ stage: { StageVariables: { fn: 'blue' } } });
  addLambda(api, 'blue', () => ({ statusCode: 200, body: 'blue' }));
  await api.route('$default', {
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: 'arn:aws:lambda:us-east-1:000000000000:function:${stageVariables.fn}',
    PayloadFormatVersion: '2.0',
  });
  assert.equal((await api.send('/x')).body, 'blue');
});
