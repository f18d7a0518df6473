import assert from 'node:assert/strict';
import { request } from 'node:http';
import test from 'node:test';
import { RuntimeApi, type RuntimeListener } from '../../../src/services/lambda/runtime-api.ts';

const invocation = { requestId: 'r1', event: '{"a":"ä"}', invokedArn: 'arn:f', deadline: 123, traceId: 'Root=1' };

interface Open extends AsyncDisposable {
  readonly api: RuntimeApi;
  readonly address: string;
  readonly calls: string[];
  send(
    method: string,
    path: string,
    body?: string,
    headers?: Record<string, string>,
  ): Promise<{ status: number; headers: Headers; text: string }>;
}

async function open(key?: string): Promise<Open> {
  const calls: string[] = [];
  const listener: RuntimeListener = {
    onPoll: () => calls.push('poll'),
    onInitError: (body, type) => calls.push(`init-error ${type} ${body}`),
    onResponse: (id, body) => calls.push(`response ${id} ${body}`),
    onError: (id, body, type) => calls.push(`error ${id} ${type} ${body}`),
    onResponseTooLarge: (id) => calls.push(`too-large ${id}`),
  };
  const api = new RuntimeApi(listener, key);
  const address = await api.listen();
  return {
    api,
    address,
    calls,
    async send(method, path, body, headers = {}) {
      const response = await fetch(`http://${address}/2018-06-01/runtime/${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
      });
      return { status: response.status, headers: response.headers, text: await response.text() };
    },
    [Symbol.asyncDispose]: async () => api.close(),
  };
}

test('the next invocation comes with its headers, whether the poll or the event is first (LMB-020)', async () => {
  await using runtime = await open();
  runtime.api.dispatch(invocation);
  const first = await runtime.send('GET', 'invocation/next');
  assert.equal(first.text, '{"a":"ä"}');
  assert.equal(first.headers.get('lambda-runtime-aws-request-id'), 'r1');
  assert.equal(first.headers.get('lambda-runtime-deadline-ms'), '123');
  assert.equal(first.headers.get('lambda-runtime-invoked-function-arn'), 'arn:f');
  assert.equal(first.headers.get('lambda-runtime-trace-id'), 'Root=1');
  const answered = await runtime.send('POST', 'invocation/r1/response', '"done"');
  assert.equal(answered.status, 202);
  const poll = runtime.send('GET', 'invocation/next');
  while (runtime.calls.filter((call) => call === 'poll').length < 2) await new Promise((resolve) => setImmediate(resolve));
  runtime.api.dispatch({ ...invocation, requestId: 'r2' });
  assert.equal((await poll).headers.get('lambda-runtime-aws-request-id'), 'r2');
  assert.deepEqual(runtime.calls, ['poll', 'response r1 "done"', 'poll']);
});

test('errors carry their type (LMB-021)', async () => {
  await using runtime = await open();
  const headers = { 'Lambda-Runtime-Function-Error-Type': 'Runtime.NoSuchHandler' };
  assert.equal((await runtime.send('POST', 'init/error', '{}', headers)).status, 202);
  runtime.api.dispatch(invocation);
  await runtime.send('GET', 'invocation/next');
  assert.equal((await runtime.send('POST', 'invocation/r1/error', '{"x":1}', headers)).status, 202);
  assert.deepEqual(runtime.calls, ['init-error Runtime.NoSuchHandler {}', 'poll', 'error r1 Runtime.NoSuchHandler {"x":1}']);
});

test('wrong ids and wrong order are refused as by AWS (LMB-021)', async () => {
  await using runtime = await open();
  runtime.api.dispatch(invocation);
  await runtime.send('GET', 'invocation/next');
  const wrongId = await runtime.send('POST', 'invocation/other/response', '1');
  assert.deepEqual([wrongId.status, JSON.parse(wrongId.text).errorType], [400, 'InvalidRequestID']);
  const tooEarly = await runtime.send('GET', 'invocation/next');
  assert.deepEqual([tooEarly.status, JSON.parse(tooEarly.text).errorType], [403, 'InvalidStateTransition']);
  const initOver = await runtime.send('POST', 'init/error', '{}');
  assert.equal(initOver.status, 403);
  await runtime.send('POST', 'invocation/r1/response', '1');
  const twice = await runtime.send('POST', 'invocation/r1/response', '2');
  assert.equal(twice.status, 400);
  assert.equal((await runtime.send('GET', 'nothing')).status, 404);
});

test('a response that is too large gets 413 (LMB-021)', async () => {
  await using runtime = await open();
  runtime.api.dispatch(invocation);
  await runtime.send('GET', 'invocation/next');
  const answer = await runtime.send('POST', 'invocation/r1/response', 'x'.repeat(6_291_557));
  assert.deepEqual([answer.status, JSON.parse(answer.text).errorType], [413, 'RequestEntityTooLarge']);
  assert.equal(runtime.calls.at(-1), 'too-large r1');
});

test('a poll whose client went away does not take an event', async () => {
  await using runtime = await open();
  const controller = new AbortController();
  const lost = fetch(`http://${runtime.address}/2018-06-01/runtime/invocation/next`, { signal: controller.signal });
  while (runtime.calls.length < 1) await new Promise((resolve) => setImmediate(resolve));
  controller.abort();
  await assert.rejects(lost);
  // Until the server has seen the end of the first poll, a second one is refused.
  const retried = async (): Promise<Response> => {
    for (;;) {
      const answer = await fetch(`http://${runtime.address}/2018-06-01/runtime/invocation/next`);
      if (answer.status !== 403) return answer;
      await answer.text();
    }
  };
  const second = retried();
  while (runtime.calls.length < 2) await new Promise((resolve) => setImmediate(resolve));
  runtime.api.dispatch(invocation);
  assert.equal(await (await second).text(), '{"a":"ä"}');
});

test('what a browser or another program sends is refused', async () => {
  await using runtime = await open('secret');
  runtime.api.dispatch(invocation);
  const key = { 'S3M-Environment-Key': 'secret' };
  for (const headers of [
    {},
    { 'S3M-Environment-Key': 'guess!' },
    { ...key, Origin: 'https://example.com' },
    { ...key, 'Sec-Fetch-Site': 'cross-site' },
  ]) {
    assert.equal((await runtime.send('GET', 'invocation/next', undefined, headers)).status, 403, JSON.stringify(headers));
  }
  assert.equal(await statusWithHost(runtime.address, 'attacker.example', key), 403);
  assert.deepEqual(runtime.calls, []);
  assert.equal((await runtime.send('GET', 'invocation/next', undefined, key)).status, 200);
});

function statusWithHost(address: string, host: string, headers: Record<string, string>): Promise<number | undefined> {
  const [hostname, port] = address.split(':');
  return new Promise((resolve, reject) => {
    request({ hostname, port, path: '/2018-06-01/runtime/invocation/next', headers: { ...headers, Host: host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .once('error', reject)
      .end();
  });
}
