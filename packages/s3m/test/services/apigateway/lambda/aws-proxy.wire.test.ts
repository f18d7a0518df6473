import assert from 'node:assert/strict';
import test from 'node:test';
import { gatewayResponse } from '../../../../src/services/apigateway/gateway-response.ts';
import { awsProxy as kind } from '../../../../src/services/apigateway/lambda/aws-proxy.ts';
import { addAuthorizer, allow, impatientClock, openGateway, unsignedIdentity, type SendOptions } from '../gateway-fixture.ts';
import { awsProxy, invocationUri, provideFunction, workArn } from './function-fixture.ts';

const internal = '{"message": "Internal server error"}';

async function open(properties = {}, more = {}) {
  const gateway = await openGateway({}, { Name: 'Test', ...properties });
  const work = provideFunction(gateway);
  await gateway.method('ANY', '/{proxy+}', awsProxy(more));
  await gateway.deploy();
  return { gateway, work };
}

test('The event has exactly the keys of payload format 1.0, null where there is nothing (AG-265 to AG-269)', async () => {
  const { gateway, work } = await open();
  await using _ = gateway;
  const answer = await gateway.send('/prod/a', { headers: { 'User-Agent': 'test', 'tEsT-HEADeR': 'aValUE' } });
  assert.equal(answer.status, 200);
  const event = work.events[0]!;
  assert.deepEqual(Object.keys(event), [
    'resource',
    'path',
    'httpMethod',
    'headers',
    'multiValueHeaders',
    'queryStringParameters',
    'multiValueQueryStringParameters',
    'pathParameters',
    'stageVariables',
    'requestContext',
    'body',
    'isBase64Encoded',
  ]);
  const { headers, multiValueHeaders, requestContext, ...rest } = event;
  assert.deepEqual(rest, {
    resource: '/{proxy+}',
    path: '/a',
    httpMethod: 'GET',
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: { proxy: 'a' },
    stageVariables: null,
    body: null,
    isBase64Encoded: false,
  });
  assert.equal(headers['tEsT-HEADeR'], 'aValUE');
  assert.deepEqual(multiValueHeaders['tEsT-HEADeR'], ['aValUE']);
  const { requestId, extendedRequestId, requestTime, requestTimeEpoch, deploymentId, resourceId, identity, ...context } = requestContext;
  assert.deepEqual(context, {
    resourcePath: '/{proxy+}',
    httpMethod: 'GET',
    path: '/prod/a',
    accountId: '000000000000',
    protocol: 'HTTP/1.1',
    stage: 'prod',
    domainPrefix: gateway.api.id,
    domainName: gateway.api.facts.host,
    apiId: gateway.api.id,
  });
  assert.equal(requestId, answer.header('x-amzn-RequestId'));
  assert.equal(extendedRequestId, answer.header('x-amz-apigw-id'));
  assert.match(String(requestTime), /^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
  assert.equal(typeof requestTimeEpoch, 'number');
  assert.equal(deploymentId, gateway.api.servedBy('prod'));
  assert.equal(typeof resourceId, 'string');
  assert.deepEqual(identity, { ...unsignedIdentity, userAgent: 'test' });
});

test('Headers come as the client spelled them, without the hop’s own and with the gateway’s (AG-270 to AG-273)', async () => {
  const { gateway, work } = await open();
  await using _ = gateway;
  const dropped = ['Content-MD5', 'Max-Forwards', 'Proxy-Authenticate', 'Server', 'TE', 'WWW-Authenticate'];
  await gateway.send('/prod/a', {
    headers: {
      ...Object.fromEntries(dropped.map((name) => [name, 'x'])),
      Via: '1.1 p',
      Date: 'now',
      'Content-Encoding': 'deflate',
      'X-Forwarded-For': '203.0.113.7',
      'x-forwarded-proto': 'http',
      Accept: 'a, b',
      'X-Two': ['1', '2'],
      __proto__: 'p',
    },
  });
  const { headers, multiValueHeaders } = work.events[0]!;
  for (const name of dropped) assert.equal(headers[name], undefined, name);
  assert.equal(headers['Via'], '1.1 p');
  assert.equal(headers['Date'], 'now');
  assert.equal(headers['Content-Encoding'], 'deflate');
  assert.equal(headers['Host'], `127.0.0.1:${gateway.port}`);
  assert.equal(headers['X-Forwarded-For'], '203.0.113.7, 127.0.0.1');
  assert.deepEqual([headers['X-Forwarded-Port'], headers['X-Forwarded-Proto'], headers['x-forwarded-proto']], ['443', 'https', undefined]);
  assert.match(headers['X-Amzn-Trace-Id']!, /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
  assert.deepEqual(multiValueHeaders['Accept'], ['a, b']);
  assert.deepEqual([headers['X-Two'], multiValueHeaders['X-Two']], ['2', ['1', '2']]);
  assert.deepEqual(Object.keys(headers).toSorted(), Object.keys(multiValueHeaders).toSorted());
});

test('Queries are decoded, the last value of a name and all; path parameters are not decoded (AG-050 to AG-052)', async () => {
  const { gateway, work } = await open();
  await using _ = gateway;
  await gateway.send('/prod/a%2Fb//c/?x=1&x=a%20b+c&__proto__=p');
  const event = work.events[0]!;
  assert.deepEqual(Object.entries(event.queryStringParameters), [
    ['x', 'a b c'],
    ['__proto__', 'p'],
  ]);
  assert.deepEqual(event.multiValueQueryStringParameters['x'], ['1', 'a b c']);
  assert.deepEqual(event.pathParameters, { proxy: 'a%2Fb//c' });
  assert.equal(event.path, '/a%2Fb//c/');
});

test('A body is text; one of a binary media type is base64 (AG-275, AG-277)', async () => {
  const { gateway, work } = await open({ BinaryMediaTypes: ['image/png'] });
  await using _ = gateway;
  const bytes = Buffer.from([0, 1, 2, 0xff]);
  for (const [type, body] of [
    ['text/plain', 'hé'],
    ['image/png; x=y', bytes],
    ['image/png', ''],
  ] as const)
    await gateway.send('/prod/a', { method: 'POST', headers: { 'Content-Type': type }, body });
  assert.deepEqual(
    work.events.map(({ body, isBase64Encoded }) => [body, isBase64Encoded]),
    [
      ['hé', false],
      [bytes.toString('base64'), true],
      [null, false],
    ],
  );
});

test('Stage variables and the authorizer’s context are in the event, the context as text (AG-146)', async () => {
  await using gateway = await openGateway();
  const work = provideFunction(gateway);
  const { guard, lambda } = await addAuthorizer(gateway);
  lambda.handler = ({ methodArn }) => allow(methodArn, { n: 1, b: true, s: 'x' });
  await gateway.method('GET', '/a', { ...awsProxy(), ...guard, OperationName: 'getA' });
  await gateway.deploy({ color: 'red' });
  await gateway.send('/prod/a', { headers: { Authorization: 'Bearer secret-token-1' } });
  const event = work.events[0]!;
  assert.deepEqual(event.stageVariables, { color: 'red' });
  assert.equal(event.requestContext['operationName'], 'getA');
  const { integrationLatency, ...context } = event.requestContext['authorizer'] as Record<string, unknown>;
  assert.deepEqual(context, { principalId: 'user', n: '1', b: 'true', s: 'x' });
  assert.equal(typeof integrationLatency, 'number');
});

test('The result is the answer: status, headers, body; JSON unless it says otherwise (AG-288, AG-293, AG-294, AG-248)', async () => {
  const { gateway, work } = await open();
  await using _ = gateway;
  work.handler = () => ({ statusCode: 201, multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'] }, body: 'hi' });
  const answer = await gateway.send('/prod/a');
  assert.deepEqual([answer.status, answer.body, answer.header('Content-Type')], [201, 'hi', 'application/json']);
  assert.deepEqual(
    answer.headers.filter(([name]) => name === 'Set-Cookie').map(([, value]) => value),
    ['a=1', 'b=2'],
  );
  assert.equal(answer.header('X-Amzn-Trace-Id'), work.events[0]!.headers['X-Amzn-Trace-Id']);
  assert.equal(work.requests[0]!.traceId, answer.header('X-Amzn-Trace-Id'));
  work.handler = () => ({
    headers: { 'content-type': 'text/html', Date: 'x', Server: 'y', 'WWW-Authenticate': 'Basic', 'Transfer-Encoding': 'z' },
  });
  const second = await gateway.send('/prod/a');
  assert.equal(second.header('Content-Type'), 'text/html');
  assert.equal(second.headers.filter(([name]) => name.toLowerCase() === 'content-type').length, 1);
  assert.deepEqual(
    ['Date', 'Server', 'WWW-Authenticate'].map((name) => second.header(`x-amzn-Remapped-${name}`)),
    ['x', 'y', 'Basic'],
  );
  assert.equal(second.header('WWW-Authenticate'), undefined);
  assert.equal(second.header('Transfer-Encoding'), undefined);
});

test('A base64 result is decoded when the first type of Accept is binary, else sent as it is (AG-295, AG-296)', async () => {
  const { gateway, work } = await open({ BinaryMediaTypes: ['image/png'] });
  await using _ = gateway;
  work.handler = () => ({ body: 'aGVsbG8=', isBase64Encoded: true });
  const send = (accept: string) => gateway.send('/prod/a', { headers: { Accept: accept } });
  assert.equal((await send('image/png, */*')).body, 'hello');
  assert.equal((await send('*/*, image/png')).body, 'aGVsbG8=');
  work.handler = () => ({ body: 'no base64', isBase64Encoded: true });
  assert.deepEqual([(await send('image/png')).status, (await send('text/plain')).body], [500, 'no base64']);
});

test('A malformed result, and a function that fails, are 502 (LMB-043, AG-286, AG-297, AG-298, AG-915)', async () => {
  const { gateway, work } = await open();
  await using _ = gateway;
  work.handler = () => ({ wrongValue: 1 });
  const malformed = await gateway.send('/prod/a');
  assert.deepEqual(
    malformed.headers.map(([name]) => name).filter((name) => name.startsWith('x-') || name.startsWith('X-')),
    ['X-Amzn-Trace-Id', 'x-amzn-RequestId', 'x-amzn-ErrorType', 'x-amz-apigw-id'],
  );
  assert.deepEqual(
    [malformed.status, malformed.body, malformed.header('x-amzn-ErrorType')],
    [502, internal, 'InternalServerErrorException'],
  );
  assert.ok(gateway.trace(malformed).logs.includes('Execution failed due to configuration error: Malformed Lambda proxy response'));
  work.handler = () => {
    throw new Error('no luck');
  };
  const failed = await gateway.send('/prod/a');
  assert.deepEqual([failed.status, failed.body], [502, internal]);
  const trace = gateway.trace(failed);
  assert.equal(trace.decision?.type, 'INTEGRATION_FAILURE');
  assert.ok(trace.logs.includes('Lambda execution failed with status 200 due to customer function error: no luck. Lambda request id: r-1'));
  assert.deepEqual(trace.integration, { type: 'AWS_PROXY', function: workArn, invocation: { requestId: 'r-1', durationMs: 1 } });
});

test('What Lambda refuses is 500, but an event that is too large is 413; the answers tell the trace (LMB-043, AG-281, AG-301, AG-302, AG-915)', async () => {
  const { gateway, work } = await open();
  await using _ = gateway;
  const refuse = async (status: number) => {
    work.handler = () => ({ kind: 'refused', status, code: 'X', message: 'm' });
    const answer = await gateway.send('/prod/a');
    assert.match(answer.header('X-Amzn-Trace-Id')!, /^Root=1-/);
    return { shown: [answer.status, answer.body, answer.header('x-amzn-ErrorType')], logs: gateway.trace(answer).logs };
  };
  const permission = await refuse(403);
  assert.deepEqual(permission.shown, [500, internal, 'InternalServerErrorException']);
  assert.deepEqual(permission.logs, ['Execution failed due to configuration error: Invalid permissions on Lambda function']);
  const throttled = await refuse(429);
  assert.deepEqual(throttled.shown, [500, internal, 'InternalServerErrorException']);
  assert.match(throttled.logs[0]!, /^Lambda invocation failed with status: 429\. Lambda request id: [-0-9a-f]{36}$/);
  assert.equal(throttled.logs[1], 'Execution failed due to configuration error: m');
  assert.deepEqual((await refuse(413)).shown, [413, '{"message": "Request Too Long"}', 'BadRequestException']);
});

test('A gateway response for events that are too large changes nothing (AG-375)', async () => {
  const { gateway, work } = await open();
  await using _ = gateway;
  for (const ResponseType of ['REQUEST_TOO_LARGE', 'DEFAULT_4XX']) {
    await gateway.create(gatewayResponse, ResponseType, {
      RestApiId: gateway.api.id,
      ResponseType,
      StatusCode: 418,
      ResponseParameters: { 'gatewayresponse.header.X-Mine': "'mine'" },
      ResponseTemplates: { 'application/json': 'mine' },
    });
  }
  await gateway.deploy();
  work.handler = () => ({ kind: 'refused', status: 413, code: 'X', message: 'm' });
  const answer = await gateway.send('/prod/a');
  assert.deepEqual([answer.status, answer.body, answer.header('X-Mine')], [413, '{"message": "Request Too Long"}', undefined]);
});

test('The function is asked as API Gateway, for the stage, verb and path of the method (LMB-060, LMB-062, AG-282)', async () => {
  await using gateway = await openGateway();
  const work = provideFunction(gateway);
  await gateway.method('ANY', '/a/{id}/{rest+}', awsProxy());
  await gateway.method('GET', '/', awsProxy({ Uri: invocationUri(`${workArn}:live`) }));
  await gateway.method('GET', '/role', awsProxy({ Credentials: 'arn:aws:iam::000000000000:role/caller' }));
  await gateway.method('GET', '/caller', awsProxy({ Credentials: 'arn:aws:iam::*:user/*' }));
  await gateway.deploy();
  for (const path of ['/prod/a/1/2/3', '/prod', '/prod/role']) assert.equal((await gateway.send(path)).status, 200);
  const source = `arn:aws:execute-api:us-east-1:000000000000:${gateway.api.id}/prod`;
  const gatewayItself = { principal: 'apigateway.amazonaws.com', sourceAccount: '000000000000' };
  assert.deepEqual(
    work.requests.map(({ invoker, qualifier }) => [invoker, qualifier]),
    [
      [{ ...gatewayItself, sourceArn: `${source}/*/a/*/*` }, undefined],
      [{ ...gatewayItself, sourceArn: `${source}/GET/` }, 'live'],
      [{ principal: 'arn:aws:iam::000000000000:role/caller' }, undefined],
    ],
  );
  assert.equal((await gateway.send('/prod/caller')).status, 500, 'AG-283: an anonymous caller has no credentials');
});

test('A stage variable chooses the function; one that names none is 500 (AG-280)', async () => {
  await using gateway = await openGateway();
  const work = provideFunction(gateway);
  const uri = invocationUri('arn:aws:lambda:us-east-1:000000000000:function:${stageVariables.fn}');
  await gateway.method('GET', '/a', awsProxy({ Uri: uri }));
  await gateway.deploy({ fn: 'work:blue' });
  assert.equal((await gateway.send('/prod/a')).status, 200);
  assert.equal(work.requests[0]!.qualifier, 'blue');
  await gateway.deploy({ fn: 'other' });
  assert.equal((await gateway.send('/prod/a')).status, 500);
  await gateway.deploy({});
  assert.equal((await gateway.send('/prod/a')).status, 500);
});

test('A verb other than POST, and a mapping of a header that is the gateway’s, fail every call (AG-278, AG-908)', async () => {
  await using gateway = await openGateway();
  const work = provideFunction(gateway);
  await gateway.method('GET', '/get', awsProxy({ IntegrationHttpMethod: 'GET' }));
  const forbidden = ['Content-Length', 'Transfer-Encoding', 'authorization', 'Connection', 'Expect', 'Proxy-Authenticate', 'TE'];
  for (const name of forbidden)
    await gateway.method('GET', `/${name}`, awsProxy({ RequestParameters: { [`integration.request.header.${name}`]: "'x'" } }));
  await gateway.method('GET', '/fine', awsProxy({ RequestParameters: { 'integration.request.header.X-A': "'x'" } }));
  await gateway.deploy();
  for (const name of ['get', ...forbidden]) {
    const answer = await gateway.send(`/prod/${name}`);
    assert.deepEqual(
      [answer.status, answer.body, answer.header('x-amzn-ErrorType')],
      [500, internal, 'InternalServerErrorException'],
      name,
    );
  }
  assert.equal(work.requests.length, 0);
  await gateway.send('/prod/fine');
  assert.equal(work.events[0]!.headers['X-A'], undefined, 'AG-274: a mapping has no effect on the event');
});

test('A function that takes too long is 504, and is not stopped (AG-300)', async () => {
  const clock = impatientClock();
  await using gateway = await openGateway({ clock });
  const work = provideFunction(gateway, () => new Promise(() => {}));
  await gateway.method('GET', '/a', awsProxy({ TimeoutInMillis: 5000 }));
  await gateway.deploy();
  const answer = await gateway.send('/prod/a');
  assert.deepEqual([answer.status, answer.body], [504, '{"message": "Endpoint request timed out"}']);
  assert.ok(clock.waited.includes(5000));
  assert.equal(work.requests.length, 1);
});

test('A secret that the function logs is masked in the trace', async () => {
  const { gateway, work } = await open();
  await using _ = gateway;
  const options: SendOptions = { headers: { Authorization: 'Bearer secret-token-1' } };
  work.handler = ({ headers }) => ({
    kind: 'success',
    payload: '{}',
    requestId: 'r',
    durationMs: 1,
    logs: [`got ${headers['Authorization']}`],
  });
  const { logs } = gateway.trace(await gateway.send('/prod/a', options));
  assert.match(logs.join(), /got Bearer \(sha256 [0-9a-f]{12}\)/);
});

test('What AWS refuses of the URI is told in its words (AG-279), and what is not simulated is unsupported', () => {
  const messages = (more: object) =>
    kind.check({ Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST', Uri: invocationUri(), ...more }, {}).map((finding) => finding.message);
  assert.deepEqual(messages({}), []);
  assert.deepEqual(messages({ Uri: 'unresolved:x' }), []);
  assert.deepEqual(messages({ Uri: 'http://x' }), ['Invalid ARN specified in the request']);
  assert.deepEqual(messages({ Uri: 'arn:aws:apigateway:us-east-1:lambda:other' }), ['AWS ARN for integration must contain path or action']);
  assert.deepEqual(messages({ Uri: 'arn:aws:apigateway:us-east-1:sqs:action/SendMessage' }), [
    "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.",
  ]);
  assert.match(messages({ Uri: 'arn:aws:apigateway:us-east-1:firehose:action/PutRecord' })[0]!, /"firehose" are not simulated/);
  assert.match(
    messages({ Uri: invocationUri().replace('2015-03-31', '2021-11-15').replace('/invocations', '/response-streaming-invocations') })[0]!,
    /^Of Lambda, only/,
  );
  assert.deepEqual(messages({ TimeoutInMillis: 10 }), ['Timeout should be between 50 ms and 29000 ms']);
  assert.deepEqual(messages({ ConnectionType: 'VPC_LINK' }), ["Integrations of type 'AWS_PROXY' cannot use a VPC link"]);
});

test('A function that fails or is throttled is asked once (AG-304), under an id of Lambda’s own (AG-152)', async () => {
  const { gateway, work } = await open();
  await using _ = gateway;
  work.handler = () => {
    throw new Error('no luck');
  };
  const failed = await gateway.send('/prod/a');
  assert.equal(failed.status, 502);
  assert.equal(work.events.length, 1);
  const { invocation } = gateway.trace(failed).integration!;
  assert.notEqual(invocation!.requestId, failed.header('x-amzn-RequestId'));
});

test('Bytes that are no UTF-8 reach a function damaged where no media type is binary (AG-276)', async () => {
  const { gateway, work } = await open();
  await using _ = gateway;
  const body = Buffer.from([0x61, 0xff, 0x62]);
  await gateway.send('/prod/a', { method: 'POST', headers: { 'Content-Type': 'image/png' }, body });
  const [event] = work.events;
  assert.deepEqual([event!.body, event!.isBase64Encoded], ['a\uFFFDb', false]);
});
