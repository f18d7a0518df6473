import assert from 'node:assert/strict';
import test from 'node:test';
import { deployment } from '../../../src/services/apigateway/deployment.ts';
import { stage } from '../../../src/services/apigateway/stage.ts';
import type { Properties } from '../../../src/services/resource-type.ts';
import { createContext } from '../fake-account.ts';
import { addAuthorizer, allow, mock, openGateway, proxy, type Gateway } from './gateway-fixture.ts';

const DestinationArn = 'arn:aws:logs:us-east-1:000000000000:log-group:access:*';
const token = 'Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbmEifQ.c2lnbmF0dXJlLW9mLXRoaXM';

/** Changes the stage `prod`, which acts at once (AG-457). */
async function set(gateway: Gateway, more: Properties): Promise<void> {
  const properties = { RestApiId: gateway.api.id, DeploymentId: gateway.api.servedBy('prod')!, StageName: 'prod', ...more };
  const served = gateway.stage!;
  await served.update!(createContext(gateway.account, stage, { logicalId: 'Stage', properties }));
}

/** Lines of a log group, without the request's id in front. */
function lines(gateway: Gateway, group = `API-Gateway-Execution-Logs_${gateway.api.id}/prod`): string[] {
  const events = gateway.account.directory.find('logGroup', group)?.tail(1000) ?? [];
  return events.map(({ message }) => message.replace(/^\([0-9a-f-]{36}\) /, ''));
}

test('An access log has a line a request, in the format that the stage gives, from its update on (AG-457, AG-470, AG-475)', async () => {
  await using gateway = await openGateway();
  await gateway.backend((_, response) => void response.writeHead(201).end('hello'));
  await gateway.method('GET', '/weather/{id}', proxy());
  await gateway.deploy();
  await gateway.send('/prod/weather/1');
  await set(gateway, {
    AccessLogSetting: {
      DestinationArn,
      Format:
        '$context.requestId $context.httpMethod $context.resourcePath $context.status $context.responseLength\n $context.integration.status $context.integrationStatus $context.authorizer.principalId $context.error.messageString $context.stage',
    },
  });
  const answer = await gateway.send('/prod/weather/2');
  const missing = await gateway.send('/prod/nope');
  assert.deepEqual(lines(gateway, 'access'), [
    `${answer.header('x-amzn-RequestId')} GET /weather/{id} 201 5 201 201 - - prod`,
    `${missing.header('x-amzn-RequestId')} GET - 403 42 - - - "Missing Authentication Token" prod`,
  ]);
  const line = gateway.account.events.find(({ event }) => event === 'log');
  assert.ok(line?.event === 'log' && line.source === 'access' && line.quiet === true);
});

test('An HTTP integration has a latency in the access log, as one that passes everything has (AG-473)', async () => {
  await using gateway = await openGateway();
  await gateway.backend((_, response) => void response.end('hello'));
  const { Integration } = proxy() as { readonly Integration: Properties };
  await gateway.method('GET', '/http', { Integration: { ...Integration, Type: 'HTTP', IntegrationResponses: [{ StatusCode: '200' }] } });
  await gateway.method('GET', '/proxy', proxy());
  await gateway.deploy();
  const Format = '$context.requestId $context.integrationLatency $context.integration.latency';
  await set(gateway, { AccessLogSetting: { DestinationArn, Format } });
  for (const path of ['/prod/http', '/prod/proxy']) assert.equal((await gateway.send(path)).status, 200);
  for (const line of lines(gateway, 'access')) assert.match(line, / \d+ \d+$/);
  assert.equal(lines(gateway, 'access').length, 2);
});

test('Failures of the integration are in the access log, the message with its blank (AG-073, AG-472)', async () => {
  await using gateway = await openGateway();
  await gateway.backend((_, response) => void response.destroy());
  await gateway.method('GET', '/', proxy());
  await gateway.deploy();
  await set(gateway, {
    AccessLogSetting: {
      DestinationArn,
      Format:
        '{"id":"$context.requestId","m":"$context.error.messageString","t":"$context.error.responseType","e":"$context.integrationErrorMessage"}',
    },
  });
  const answer = await gateway.send('/prod');
  assert.equal(answer.status, 504);
  assert.match(
    lines(gateway, 'access')[0]!,
    /^\{"id":"[0-9a-f-]{36}","m":" "Network error communicating with endpoint"","t":"INTEGRATION_FAILURE","e":"a network error communicating with endpoint: Connection is closed"\}$/,
  );
});

test('An execution log at INFO has the steps of a request, and with data trace what went and came (AG-463, AG-464, AG-465, AG-466, AG-467, AG-219, AG-271)', async () => {
  await using gateway = await openGateway();
  await gateway.backend((_, response) => void response.writeHead(200, { 'x-from': 'backend' }).end('answer'));
  const { lambda, guard, id } = await addAuthorizer(gateway);
  lambda.handler = (event) => allow(event.methodArn);
  const path = { RequestParameters: { 'method.request.path.id': true } };
  const to = proxy('http://nlb.internal/w/{id}', { RequestParameters: { 'integration.request.path.id': 'method.request.path.id' } });
  await gateway.method('POST', '/weather/{id}', { ...path, ...guard, ...to });
  await gateway.deploy();
  await set(gateway, { MethodSettings: [{ ResourcePath: '/*', HttpMethod: '*', LoggingLevel: 'INFO', DataTraceEnabled: true }] });
  const answer = await gateway.send('/prod/weather/7?q=1', { method: 'POST', headers: { Authorization: token }, body: 'question' });
  const written = lines(gateway);
  const requestId = answer.header('x-amzn-RequestId');
  const expected = [
    /^Extended Request Id: .{15}=$/,
    `Starting authorizer: ${id} for request: ${requestId}`,
    /^Incoming identity: \*{40}..$/,
    'Using valid authorizer policy for principal: **er',
    'Successfully completed authorizer execution',
    `Verifying Usage Plan for request: ${requestId}. API Key:  API Stage: ${gateway.api.id}/prod`,
    "API Key  authorized because method 'POST /weather/{id}' does not require API Key. Request will not contribute to throttle or quota limits",
    `Usage Plan check succeeded for API Key  and API Stage ${gateway.api.id}/prod`,
    `Starting execution for request: ${requestId}`,
    'HTTP Method: POST, Resource Path: /weather/7',
    'Method request path: {id=7}',
    'Method request query string: {q=1}',
    /^Method request headers: \{Host=127\.0\.0\.1:\d+, Authorization=\*{40}.., X-Amzn-Trace-Id=Root=1-[-0-9a-f]+, X-Forwarded-For=127\.0\.0\.1, X-Forwarded-Port=443, X-Forwarded-Proto=https\}$/,
    'Method request body before transformations: question',
    'Endpoint request URI: http://nlb.internal/w/7?q=1',
    /^Endpoint request headers: \{.*Authorization=\*{40}..[,}].*$/,
    'Endpoint request body after transformations: question',
    'Sending request to http://nlb.internal/w/7?q=1',
    /^Received response\. Status: 200, Integration latency: \d+ ms$/,
    /^Endpoint response headers: \{x-from=backend, .*\}$/,
    'Endpoint response body before transformations: answer',
    'Method response body after transformations: answer',
    /^Method response headers: \{.*x-from=backend.*\}$/,
    'Successfully completed execution',
    'Method completed with status: 200',
  ];
  assert.equal(written.length, expected.length, written.join('\n'));
  for (const [index, line] of expected.entries()) {
    if (typeof line === 'string') assert.equal(written[index], line);
    else assert.match(written[index]!, line);
  }
  assert.ok(!written.join('\n').includes(token.slice(7)), 'the token is in the log');
});

test('Before transformations a body is the client’s, after them the template’s (AG-466)', async () => {
  await using gateway = await openGateway();
  await using _ = await gateway.backend();
  const { Integration } = proxy() as { readonly Integration: Properties };
  const mapped = {
    Type: 'HTTP',
    RequestTemplates: { 'application/json': 'sent: $input.body' },
    IntegrationResponses: [{ StatusCode: '200' }],
  };
  await gateway.method('POST', '/', { Integration: { ...Integration, ...mapped } });
  await gateway.deploy();
  await set(gateway, { MethodSettings: [{ ResourcePath: '/*', HttpMethod: '*', LoggingLevel: 'INFO', DataTraceEnabled: true }] });
  await gateway.send('/prod', { method: 'POST', body: '{"a":1}' });
  const bodies = lines(gateway).filter((line) => / request body /.test(line));
  assert.deepEqual(bodies, [
    'Method request body before transformations: {"a":1}',
    'Endpoint request body after transformations: sent: {"a":1}',
  ]);
});

test('The execution log of a 401 is short (AG-912)', async () => {
  await using gateway = await openGateway();
  const { lambda, guard, id } = await addAuthorizer(gateway);
  lambda.handler = () => {
    throw new Error('Unauthorized');
  };
  await gateway.method('GET', '/', { ...guard, ...mock() });
  await gateway.deploy();
  await set(gateway, { MethodSettings: [{ ResourcePath: '/*', HttpMethod: '*', LoggingLevel: 'INFO', DataTraceEnabled: true }] });
  const requestId = (await gateway.send('/prod', { headers: { Authorization: token } })).header('x-amzn-RequestId');
  const [first, ...rest] = lines(gateway);
  assert.match(first!, /^Extended Request Id: /);
  assert.deepEqual(
    rest.map((line) => line.replace(/\*+../, '***')),
    [
      `Starting authorizer: ${id} for request: ${requestId}`,
      'Incoming identity: ***',
      `Unauthorized request: ${requestId}`,
      'Method completed with status: 401',
    ],
  );
});

test('Level ERROR writes of failures only; a method’s own setting counts before that of all (AG-464, AG-468, AG-526)', async () => {
  await using gateway = await openGateway();
  await gateway.backend((request, response) => void (request.target === '/bad' ? response.destroy() : response.end()));
  await gateway.method('GET', '/good', proxy('http://nlb.internal/good'));
  await gateway.method('GET', '/bad', proxy('http://nlb.internal/bad'));
  await gateway.method('GET', '/bad/quiet', proxy('http://nlb.internal/bad'));
  await gateway.deploy();
  await set(gateway, {
    MethodSettings: [
      { ResourcePath: '/*', HttpMethod: '*', LoggingLevel: 'ERROR' },
      { ResourcePath: '/~1bad~1quiet', HttpMethod: 'GET', LoggingLevel: 'OFF' },
    ],
  });
  for (const path of ['/good', '/bad', '/bad/quiet']) await gateway.send(`/prod${path}`);
  assert.deepEqual(lines(gateway), [
    'Execution failed due to a network error communicating with endpoint: Connection is closed',
    'Method completed with status: 504',
  ]);
});

test('An event of more than 1,024 bytes is cut (AG-469)', async () => {
  await using gateway = await openGateway();
  await gateway.backend();
  await gateway.method('POST', '/', proxy());
  await gateway.deploy();
  await set(gateway, { MethodSettings: [{ ResourcePath: '/*', HttpMethod: '*', LoggingLevel: 'INFO', DataTraceEnabled: true }] });
  await gateway.send('/prod', { method: 'POST', body: 'x'.repeat(5000) });
  const line = lines(gateway).find((each) => each.startsWith('Method request body'));
  assert.ok(line!.endsWith('x[TRUNCATED]'));
});

test('The log of a canary is another one (AG-462)', async () => {
  await using gateway = await openGateway();
  await gateway.method('GET', '/', mock());
  await gateway.deploy();
  await set(gateway, {
    MethodSettings: [{ ResourcePath: '/*', HttpMethod: '*', LoggingLevel: 'INFO' }],
    CanarySetting: { PercentTraffic: 100 },
  });
  await gateway.send('/prod');
  assert.deepEqual(lines(gateway), []);
  assert.ok(lines(gateway, `API-Gateway-Execution-Logs_${gateway.api.id}/prod/Canary`).length > 5);
});

test('A format without the request’s id, and destinations that are no log group, are told at load (AG-470)', () => {
  const check = (AccessLogSetting: Properties): string[] =>
    stage.check!({ RestApiId: 'a', AccessLogSetting }, {}).map(({ kind, property }) => `${kind} ${property}`);
  assert.deepEqual(check({ DestinationArn, Format: '$context.status' }), ['invalid AccessLogSetting.Format']);
  assert.deepEqual(check({ DestinationArn, Format: '$context.extendedRequestId' }), []);
  assert.deepEqual(check({ DestinationArn: 'unresolved:Group.Arn', Format: '$context.requestId' }), []);
  assert.deepEqual(check({ DestinationArn: 'group', Format: '$context.requestId' }), ['invalid AccessLogSetting.DestinationArn']);
  assert.deepEqual(
    check({ DestinationArn: 'arn:aws:firehose:us-east-1:000000000000:deliverystream/amazon-apigateway-x', Format: '$context.requestId' }),
    ['unsupported AccessLogSetting.DestinationArn'],
  );
});

test('A deployment makes its stage as its description says, for all methods at once too (AG-524, AG-525)', async () => {
  await using gateway = await openGateway();
  await gateway.backend();
  const RestApiId = gateway.api.id;
  await gateway.method('GET', '/', proxy());
  const StageDescription = {
    LoggingLevel: 'INFO',
    Variables: { color: 'blue' },
    AccessLogSetting: { DestinationArn, Format: '$context.requestId $context.stage' },
  };
  const made = await gateway.create(deployment, 'D', { RestApiId, StageName: 'made', StageDescription });
  await gateway.send('/made');
  assert.match(lines(gateway, 'access')[0]!, /^[0-9a-f-]{36} made$/);
  assert.ok(lines(gateway, `API-Gateway-Execution-Logs_${RestApiId}/made`).length > 5);
  await made.update!(createContext(gateway.account, deployment, { logicalId: 'D', properties: { RestApiId, StageName: 'made' } }));
  await gateway.send('/made');
  assert.equal(lines(gateway, 'access').length, 1);
  const check = (properties: Properties): string[] => deployment.check!({ RestApiId, ...properties }, {}).map(({ property }) => property);
  assert.deepEqual(
    check({
      StageName: 'a',
      StageDescription: { ...StageDescription, CacheTtlInSeconds: 4000, AccessLogSetting: { DestinationArn, Format: 'x' } },
    }),
    ['StageDescription.AccessLogSetting.Format', 'StageDescription.MethodSettings[0].CacheTtlInSeconds'],
  );
  assert.deepEqual(check({ StageDescription }), ['StageDescription']);
});

test('Access logs tell how the authorizer fared, and the trace id (AG-473)', async () => {
  await using gateway = await openGateway();
  await gateway.backend();
  const { lambda, guard } = await addAuthorizer(gateway);
  lambda.handler = ({ authorizationToken, methodArn }) => {
    if (authorizationToken === 'unauthorized') throw new Error('Unauthorized');
    return authorizationToken === 'broken' ? 'no policy' : allow(authorizationToken === 'denied' ? 'arn:aws:execute-api:x' : methodArn);
  };
  await gateway.method('GET', '/', { ...guard, ...proxy() });
  await gateway.deploy();
  const Format =
    '$context.requestId $context.authorizer.status $context.authorize.status $context.authorizer.integrationStatus $context.authorizer.error $context.xrayTraceId';
  await set(gateway, { AccessLogSetting: { DestinationArn, Format } });
  for (const Authorization of ['good', 'unauthorized', 'broken', 'denied', '']) await gateway.send('/prod', { headers: { Authorization } });
  const told = lines(gateway, 'access').map((line) => line.slice(37).replace(/1-[0-9a-f]{8}-[0-9a-f]{24}$/, 'TRACE'));
  assert.deepEqual(told, [
    '200 200 200 - TRACE',
    '401 401 200 Unauthorized -',
    '500 500 200 - -',
    '403 403 200 User is not authorized to access this resource because no identity-based policy allows the execute-api:Invoke action -',
    '- - - - -',
  ]);
});
