import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { InvokeRequest, InvokeResult } from '../../../src/capabilities/invocable.ts';
import { targetGroup } from '../../../src/services/elasticloadbalancingv2/target-group.ts';
import type { Properties } from '../../../src/services/resource-type.ts';
import { applicationBench, attributesOf, forwardTo, path } from './application-bench.ts';

const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:weather';

/** A balancer in front of a function whose answer the test changes, and what the function was asked. */
async function functionBench(t: TestContext, more: Properties = {}, target = functionArn) {
  const it = await applicationBench(t);
  const asked: InvokeRequest[] = [];
  const lambda = {
    result: { statusCode: 200, body: 'hello' } as unknown,
    invoke: undefined as undefined | (() => Partial<InvokeResult>),
  };
  it.account.directory.provide('function', functionArn, {
    arn: functionArn,
    name: 'weather',
    invoke: async (request) => {
      asked.push(request);
      const known = { requestId: 'r', durationMs: 1, logs: [] };
      return { kind: 'success', payload: JSON.stringify(lambda.result), ...known, ...lambda.invoke?.() } as InvokeResult;
    },
  });
  const group = await it.make(targetGroup, 'Functions', { TargetType: 'lambda', Targets: [{ Id: target }], ...more });
  await it.ruleOf([path('/*')], forwardTo(group));
  const event = () => JSON.parse(asked.at(-1)!.event) as Record<string, unknown>;
  return { ...it, group, lambda, asked, event };
}

const multiValue = { TargetGroupAttributes: attributesOf({ 'lambda.multi_value_headers.enabled': 'true' }) };

test('a function gets a request as an event of the load balancer, with permission asked for the group', async (t) => {
  const it = await functionBench(t, {}, `${functionArn}:live`);
  const body = '{"a":"ü"}';
  const answer = await it.ask('/a%20b?x=1&y=%20z&x=2&flag', {
    method: 'POST',
    headers: { Host: 'shop.example.com', 'Content-Type': 'application/json', 'X-Own': 'A' },
    body,
  });
  assert.deepEqual([answer.status, answer.body], [200, 'hello']);
  const { headers, ...event } = it.event() as { headers: Record<string, string> };
  assert.deepEqual(event, {
    requestContext: { elb: { targetGroupArn: it.group.ref } },
    httpMethod: 'POST',
    path: '/a%20b',
    queryStringParameters: { x: '2', y: '%20z', flag: '' },
    body,
    isBase64Encoded: false,
  });
  assert.match(headers['x-amzn-trace-id'] ?? '', /^Root=1-/);
  assert.deepEqual([headers['host'], headers['x-own'], headers['x-forwarded-for']], ['shop.example.com', 'A', '127.0.0.1']);
  assert.deepEqual([headers['x-forwarded-port'], headers['x-forwarded-proto']], ['80', 'http']);
  assert.deepEqual(it.asked[0]?.invoker, {
    principal: 'elasticloadbalancing.amazonaws.com',
    sourceArn: it.group.ref,
    sourceAccount: '000000000000',
  });
  assert.equal(it.asked[0]?.qualifier, 'live');
});

test('a body that is no text, or is compressed, comes in base64; without a body it is an empty text', async (t) => {
  const it = await functionBench(t);
  const seen = async (headers: Record<string, string>, body?: string) => {
    await it.ask('/', body === undefined ? {} : { method: 'POST', headers, body });
    const event = it.event();
    return [event['body'], event['isBase64Encoded']];
  };
  assert.deepEqual(await seen({ 'Content-Type': 'text/plain; charset=utf-8' }, 'abc'), ['abc', false]);
  assert.deepEqual(await seen({ 'Content-Type': 'image/png' }, 'abc'), ['YWJj', true]);
  assert.deepEqual(await seen({ 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }, 'abc'), ['YWJj', true]);
  assert.deepEqual(await seen({}), ['', false]);
});

test('with multi-value headers, event and answer have lists, and only those count', async (t) => {
  const it = await functionBench(t, multiValue);
  it.lambda.result = {
    statusCode: 200,
    headers: { 'X-Single': 'no' },
    multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'], 'Content-Type': ['text/plain'] },
    body: '',
  };
  const answer = await it.ask('/?x=1&x=2', { headers: { 'X-Own': 'A' } });
  const event = it.event() as Record<string, Record<string, string[]>>;
  assert.deepEqual(event['multiValueQueryStringParameters'], { x: ['1', '2'] });
  assert.deepEqual(event['multiValueHeaders']?.['x-own'], ['A']);
  assert.equal('headers' in event || 'queryStringParameters' in event, false);
  assert.deepEqual(answer.headers['set-cookie'], ['a=1', 'b=2']);
  assert.equal(answer.headers['x-single'], undefined);
});

test('a function decides on status, headers and body, also in base64; the balancer names itself', async (t) => {
  const it = await functionBench(t);
  it.lambda.result = {
    statusCode: 201,
    statusDescription: '201 Made',
    headers: { 'Content-Type': 'text/plain', 'X-Own': 'yes', 'Content-Length': '999', Connection: 'close' },
    body: Buffer.from('hello').toString('base64'),
    isBase64Encoded: true,
  };
  const { status, headers, body } = await it.ask('/');
  assert.deepEqual([status, body, headers['x-own'], headers['content-length']], [201, 'hello', 'yes', '5']);
  assert.deepEqual([headers['content-type'], headers['server']], ['text/plain', 'awselb/2.0']);
});

for (const [title, result] of [
  ['no object', 'hello'],
  ['no status', { body: 'hello' }],
  ['a body that is no text', { statusCode: 200, body: { a: 1 } }],
  ['a header that is no text', { statusCode: 200, headers: { 'X-Count': 1 } }],
  ['a header with a line break', { statusCode: 200, headers: { 'X-Own': 'a\r\nX-Other: b' } }],
  ['more than 1 MB', { statusCode: 200, body: 'x'.repeat(1_048_576) }],
] as const) {
  test(`an answer with ${title} is 502, and the notice says why`, async (t) => {
    const it = await functionBench(t);
    it.lambda.result = result;
    const answer = await it.ask('/');
    assert.equal(answer.status, 502);
    assert.match(answer.body, /<center><h1>502 Bad Gateway<\/h1><\/center>/);
    assert.match(JSON.stringify(it.account.events.at(-1)), /answers by itself: .*the answer of weather is/);
  });
}

test('a function that fails, or may not be invoked, is 502; a body of more than 1 MB 413, an upgrade 400', async (t) => {
  const it = await functionBench(t);
  it.lambda.invoke = () => ({ kind: 'function-error', payload: '{}', errorType: 'Error', errorMessage: 'no luck' });
  assert.equal((await it.ask('/')).status, 502);
  assert.match(JSON.stringify(it.account.events.at(-1)), /weather failed: Error: no luck/);
  it.lambda.invoke = () => ({ kind: 'refused', status: 403, code: 'AccessDeniedException', message: 'not authorized' });
  assert.equal((await it.ask('/')).status, 502);
  assert.match(JSON.stringify(it.account.events.at(-1)), /weather was not invoked: not authorized/);
  it.lambda.invoke = undefined;
  const before = it.asked.length;
  assert.equal((await it.ask('/', { method: 'POST', body: 'x'.repeat(1_048_577) })).status, 413);
  assert.equal((await it.ask('/', { headers: { Connection: 'Upgrade', Upgrade: 'websocket' } })).status, 400);
  assert.equal(it.asked.length, before);
});

test('a group of functions is not checked, and one without a function is 503 (NLB-038, NLB-070)', async (t) => {
  const it = await functionBench(t);
  const described = it.account.directory.find('targetGroup', it.group.ref)?.describe();
  assert.deepEqual(described?.[0]?.health, {
    state: 'unavailable',
    reason: 'Target.HealthCheckDisabled',
    description: 'Health checks are not enabled for this target',
  });
  const empty = await applicationBench(t);
  await empty.ruleOf([path('/*')], forwardTo(await empty.make(targetGroup, 'Empty', { TargetType: 'lambda' })));
  assert.equal((await empty.ask('/')).status, 503);
});
