import assert from 'node:assert/strict';
import { request as sendRequest } from 'node:http';
import { connect } from 'node:net';
import test from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { systemClock } from '../../../src/clock/system-clock.ts';
import { eventInvokeConfig } from '../../../src/services/lambda/event-invoke-config.ts';
import { lambdaFunction } from '../../../src/services/lambda/function.ts';
import type { Properties, Resource } from '../../../src/services/resource-type.ts';
import { createContext, fakeAccount, type FakeAccount, type FakeAccountOptions } from '../fake-account.ts';
import { provideRole, roleCaller } from '../role-caller.ts';

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

function invoke(account: FakeAccount, path: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const authorization = 'AWS4-HMAC-SHA256 Credential=k/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=s';
    const request = sendRequest(`${account.endpoint.url}/2015-03-31/functions/${path}`, {
      method: 'POST',
      headers: { authorization, ...headers },
    });
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks).toString() }),
      );
    });
    request.end(body);
  });
}

const code = `exports.handler = async (event) => {
  console.log('got', JSON.stringify(event));
  if (event.fail) throw new Error('no');
  return event.big ? 'x'.repeat(7 * 1024 * 1024) : event;
};`;

async function open(
  properties: Properties = {},
  options: FakeAccountOptions = {},
): Promise<{ account: FakeAccount; resource: Resource } & AsyncDisposable> {
  const account = await fakeAccount({ sockets: true, clock: systemClock, ...options });
  const all = { FunctionName: 'f', Runtime: 'nodejs22.x', Handler: 'index.handler', Code: { ZipFile: code }, ...properties };
  const resource = await lambdaFunction.create(createContext(account, lambdaFunction, { logicalId: 'F', properties: all }));
  await resource.stable?.();
  return {
    account,
    resource,
    async [Symbol.asyncDispose]() {
      await resource.delete();
      await account[Symbol.asyncDispose]();
    },
  };
}

test('Invoke answers 200 with the payload and the version, also when the function failed (LMB-035, LMB-051)', async () => {
  await using it = await open();
  const good = await invoke(it.account, 'f/invocations', '{"a":1}', { 'X-Amz-Log-Type': 'Tail' });
  assert.deepEqual([good.status, good.body, good.headers['x-amz-executed-version']], [200, '{"a":1}', '$LATEST']);
  assert.equal(good.headers['x-amz-function-error'], undefined);
  assert.match(
    Buffer.from(String(good.headers['x-amz-log-result']), 'base64').toString(),
    /START RequestId: [\s\S]*got {"a":1}[\s\S]*REPORT/,
  );
  const failed = await invoke(it.account, `${encodeURIComponent(String(it.resource.attributes['Arn']))}/invocations`, '{"fail":true}');
  assert.deepEqual([failed.status, failed.headers['x-amz-function-error']], [200, 'Unhandled']);
  assert.match(failed.body, /^{"errorType":"Error","errorMessage":"no","trace":/);
});

test('A response over the limit is a function error (AG-493, LMB-038)', async () => {
  await using it = await open();
  const { status, headers, body } = await invoke(it.account, 'f/invocations', '{"big":true}');
  assert.deepEqual([status, headers['x-amz-function-error']], [200, 'Unhandled']);
  assert.equal(
    body,
    '{"errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes).","errorType":"Function.ResponseSizeTooLarge"}',
  );
});

test('An event is accepted with 202 and run later; a dry run runs nothing (AG-495, LMB-035)', async () => {
  await using it = await open();
  const event = await invoke(it.account, 'f/invocations', '{"later":1}', { 'X-Amz-Invocation-Type': 'Event' });
  assert.deepEqual([event.status, event.body], [202, '']);
  const dry = await invoke(it.account, 'f/invocations', '{"dry":1}', { 'X-Amz-Invocation-Type': 'DryRun' });
  assert.deepEqual([dry.status, dry.body], [204, '']);
  const logged = () => it.account.events.flatMap((each) => (each.event === 'log' ? [each.message] : [])).join('\n');
  while (!logged().includes('REPORT')) await new Promise((resolve) => void setTimeout(resolve, 5));
  assert.match(logged(), new RegExp(`START RequestId: ${String(event.headers['x-amzn-requestid'])}`));
  assert.match(logged(), /got {"later":1}/);
  assert.doesNotMatch(logged(), /dry/);
});

test('A dry run is refused to a caller that may not invoke the function, as a call of it is (IAM-030)', async () => {
  await using it = await open({}, { caller: roleCaller('App') });
  const ask = async (type: string): Promise<readonly [status: number, body: string]> => {
    const { status, body } = await invoke(it.account, 'f/invocations', '{}', { 'X-Amz-Invocation-Type': type });
    return [status, body];
  };
  provideRole(it.account, 'App', []);
  const refused = await ask('DryRun');
  assert.equal(refused[0], 403);
  assert.match(
    refused[1],
    /App\/x is not authorized to perform: lambda:InvokeFunction on resource: .*:function:f because no identity-based/,
  );
  assert.deepEqual(await ask('RequestResponse'), refused);
});

test('What Lambda refuses is told in its words (AG-496, AG-497, AG-500, LMB-038, LMB-016, LMB-039, LMB-040)', async () => {
  await using it = await open({ ReservedConcurrentExecutions: 0 });
  const seen = async (path: string, body: string, headers = {}) => {
    const answer = await invoke(it.account, path, body, headers);
    return [answer.status, answer.headers['x-amzn-errortype'], answer.body];
  };
  assert.deepEqual(await seen('g/invocations', '{}'), [
    404,
    'ResourceNotFoundException',
    '{"Message":"Function not found: arn:aws:lambda:us-east-1:000000000000:function:g:$LATEST","Type":"User"}',
  ]);
  assert.deepEqual(await seen('f/invocations', '{}'), [
    429,
    'TooManyRequestsException',
    '{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}',
  ]);
  const [status, errorType, body] = await seen('f/invocations', '{');
  assert.deepEqual([status, errorType], [400, 'InvalidRequestContentException']);
  assert.match(String(body), /Could not parse request body into json: /);
  const large = await seen('f/invocations', JSON.stringify('x'.repeat(1_048_577)), { 'X-Amz-Invocation-Type': 'Event' });
  assert.deepEqual(large.slice(0, 2), [413, 'RequestTooLargeException']);
  assert.match(String(large[2]), /1048579 byte payload is too large for the Event invocation type \(limit 1048576 bytes\)/);
  assert.equal((await seen('f/code', '{}'))[0], 501);
});

test('Retries and age of events can be set for a function (LMB-042)', async () => {
  await using it = await open();
  const properties = { FunctionName: 'f', Qualifier: '$LATEST', MaximumRetryAttempts: 0 };
  const config = await eventInvokeConfig.create(createContext(it.account, eventInvokeConfig, { logicalId: 'C', properties }));
  await invoke(it.account, 'f/invocations', '{"fail":true}', { 'X-Amz-Invocation-Type': 'Event' });
  const dropped = () => it.account.events.find((each) => each.event === 'notice');
  while (dropped() === undefined) await new Promise((resolve) => void setTimeout(resolve, 5));
  assert.match(JSON.stringify(dropped()), /the function failed 1 times, at last with Error: no/);
  await config.delete();
  await assert.rejects(
    eventInvokeConfig.create(
      createContext(it.account, eventInvokeConfig, { logicalId: 'D', properties: { ...properties, Qualifier: 'no' } }),
    ),
    /doesn't exist/,
  );
  assert.equal(eventInvokeConfig.check!({ MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 10 }, {}).length, 2);
});

test('Requests that cannot be read, and clients that go away in the middle, are nothing that ends the engine', async () => {
  await using it = await open();
  const raw = async (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(it.account.endpoint.port, '127.0.0.1');
      let got = '';
      socket.on('data', (chunk) => (got += chunk.toString()));
      socket.on('error', reject);
      socket.on('close', () => resolve(got));
      socket.write(text);
    });
  const signed =
    'Host: 127.0.0.1\r\nAuthorization: AWS4-HMAC-SHA256 Credential=k/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=s\r\n';
  const head = `${signed}Connection: close\r\n\r\n`;
  assert.match(await raw(`GET // HTTP/1.1\r\n${head}`), /^HTTP\/1.1 501 /);
  assert.match(await raw(`POST /2015-03-31/functions/%E0%A4%A/invocations HTTP/1.1\r\n${head}`), /^HTTP\/1.1 501 /);
  const socket = connect(it.account.endpoint.port, '127.0.0.1');
  socket.write(`POST /2015-03-31/functions/f/invocations HTTP/1.1\r\n${signed}Content-Length: 100\r\n\r\nabc`);
  await wait(100);
  socket.destroy();
  await wait(100);
  assert.equal((await invoke(it.account, 'f/invocations', '{"a":1}')).status, 200);
});
