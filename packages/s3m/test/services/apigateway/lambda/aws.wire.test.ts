import assert from 'node:assert/strict';
import test from 'node:test';
import { aws as kind } from '../../../../src/services/apigateway/lambda/aws.ts';
import type { Properties } from '../../../../src/services/resource-type.ts';
import { openGateway, type SendOptions } from '../gateway-fixture.ts';
import { invocationUri, provideFunction, type WorkFunction } from './function-fixture.ts';

const internal = '{"message": "Internal server error"}';

async function open(integration: Properties, handler: WorkFunction['handler'] = (event) => event) {
  const gateway = await openGateway();
  const work = provideFunction(gateway, handler);
  await gateway.method('POST', '/a/{id}', {
    RequestParameters: { 'method.request.header.X-Type': false },
    Integration: {
      Type: 'AWS',
      IntegrationHttpMethod: 'POST',
      Uri: invocationUri(),
      IntegrationResponses: [{ StatusCode: '200' }],
      ...integration,
    },
  });
  await gateway.deploy();
  const send = (body?: string, options: SendOptions = {}) =>
    gateway.send('/prod/a/7', { method: 'POST', ...(body === undefined ? {} : { body }), ...options });
  return { gateway, work, send };
}

test('The event is what the request template makes; the result is the body of the default response (AG-313)', async () => {
  const { gateway, work, send } = await open({
    RequestTemplates: { 'application/json': `{"id": "$input.params('id')", "body": $input.json('$')}` },
  });
  await using _ = gateway;
  const answer = await send('{"x":1}', { headers: { 'Content-Type': 'application/json' } });
  assert.deepEqual(JSON.parse(work.requests[0]!.event), { id: '7', body: { x: 1 } });
  assert.deepEqual([answer.status, answer.body, answer.header('Content-Type')], [200, '{"id":"7","body":{"x":1}}', 'application/json']);
  assert.match(answer.header('X-Amzn-Trace-Id') ?? '', /^Root=1-/, 'AG-248');
  assert.equal(gateway.trace(answer).integration?.type, 'AWS');
});

test('Without a template the body goes on; an empty one is {}; one that is no JSON is 400 (AG-345, AG-360)', async () => {
  const { gateway, work, send } = await open({});
  await using _ = gateway;
  await send('{"y":2}');
  await send();
  assert.deepEqual(
    work.requests.map(({ event }) => event),
    ['{"y":2}', '{}'],
  );
  work.handler = () => ({ kind: 'refused', status: 400, code: 'X', message: 'Could not parse request body into json: why' });
  const bad = await send('no');
  assert.deepEqual([bad.status, bad.body], [400, '{"message": "Could not parse request body into json: why"}']);
});

test('A type without template is refused when the integration never passes bodies through (AG-346)', async () => {
  const { gateway, work, send } = await open({ PassthroughBehavior: 'NEVER', RequestTemplates: { 'application/json': '{}' } });
  await using _ = gateway;
  assert.equal((await send('x', { headers: { 'Content-Type': 'text/plain' } })).status, 415);
  assert.equal(work.requests.length, 0);
});

const byMessage = [
  { StatusCode: '200' },
  {
    StatusCode: '404',
    SelectionPattern: 'Not found:.*',
    ResponseTemplates: { 'application/json': `{"why": $input.json('$.errorMessage')}` },
  },
];

test('A function’s error selects the response by its message, whole and within a line; else it is the default one (AG-309, AG-310, AG-313)', async () => {
  const { gateway, work, send } = await open({ IntegrationResponses: byMessage }, () => {
    throw new Error('Not found: a');
  });
  await using _ = gateway;
  const found = await send('{}');
  assert.deepEqual([found.status, found.body], [404, '{"why": "Not found: a"}']);
  assert.ok(
    gateway
      .trace(found)
      .logs.includes('Lambda execution failed with status 200 due to customer function error: Not found: a. Lambda request id: r-1'),
  );
  for (const message of ['It is Not found: a', 'Not found: a\nb', 'other']) {
    work.handler = () => {
      throw new Error(message);
    };
    const answer = await send('{}');
    assert.equal(answer.status, 200, message);
    assert.equal((JSON.parse(answer.body) as { errorMessage: string }).errorMessage, message);
  }
});

test('A result that only looks like an error selects nothing: the function has not failed (AG-309)', async () => {
  const { gateway, send } = await open({ IntegrationResponses: byMessage }, () => ({ errorMessage: 'Not found: a' }));
  await using _ = gateway;
  assert.equal((await send('{}')).status, 200);
});

test('No response that matches and no default one is 500 (AG-311)', async () => {
  const { gateway, send } = await open({ IntegrationResponses: [{ StatusCode: '404', SelectionPattern: 'Not found' }] });
  await using _ = gateway;
  const answer = await send('{}');
  assert.deepEqual([answer.status, answer.body], [500, internal]);
});

test('Headers are mapped from the result and from Lambda’s own answer (AG-314)', async () => {
  const { gateway, send } = await open(
    {
      IntegrationResponses: [
        {
          StatusCode: '200',
          ResponseParameters: {
            'method.response.header.X-Name': 'integration.response.body.name',
            'method.response.header.X-Version': 'integration.response.header.X-Amz-Executed-Version',
          },
        },
      ],
    },
    () => ({ name: 'n' }),
  );
  await using _ = gateway;
  const answer = await send('{}');
  assert.deepEqual([answer.header('X-Name'), answer.header('X-Version')], ['n', '$LATEST']);
});

test('With X-Amz-Invocation-Type Event nobody waits for the function (AG-284)', async () => {
  const { gateway, work, send } = await open({
    RequestParameters: { 'integration.request.header.X-Amz-Invocation-Type': 'method.request.header.X-Type' },
    IntegrationResponses: [{ StatusCode: '202' }],
  });
  await using _ = gateway;
  assert.equal((await send('{}', { headers: { 'X-Type': 'Event' } })).status, 202);
  assert.equal((await send('{}', { headers: { 'X-Type': 'RequestResponse' } })).status, 202);
  assert.equal((await send('{}')).status, 202);
  assert.deepEqual(
    work.requests.map(({ later }) => later),
    [true, undefined, undefined],
  );
  assert.equal((await send('{}', { headers: { 'X-Type': 'Other' } })).status, 500);
});

test('A template can set the type too, and that counts more than a mapping (AG-339, AG-358)', async () => {
  const { gateway, work, send } = await open({
    RequestParameters: { 'integration.request.header.X-Amz-Invocation-Type': "'RequestResponse'" },
    RequestTemplates: { 'application/json': '#set($context.requestOverride.header.X-Amz-Invocation-Type = "Event"){}' },
  });
  await using _ = gateway;
  await send('{}');
  assert.equal(work.requests[0]!.later, true);
});

test('What Lambda refuses, and a function that is not there, are 500 (AG-281, AG-301)', async () => {
  const { gateway, send } = await open({}, () => ({ kind: 'refused', status: 403, code: 'AccessDeniedException', message: 'm' }));
  await using _ = gateway;
  const answer = await send('{}');
  assert.deepEqual([answer.status, answer.body], [500, internal]);
  assert.ok(gateway.trace(answer).logs.includes('Execution failed due to configuration error: Invalid permissions on Lambda function'));
});

test('Other services are unsupported, and told so', () => {
  const findings = (Uri: string) => kind.check({ Type: 'AWS', IntegrationHttpMethod: 'POST', Uri }, {});
  assert.deepEqual(findings(invocationUri()), []);
  const [finding] = findings('arn:aws:apigateway:us-east-1:sqs:action/SendMessage');
  assert.deepEqual([finding?.kind, finding?.property], ['unsupported', 'Integration.Uri']);
  assert.match(finding!.message, /"sqs" are not simulated/);
});
