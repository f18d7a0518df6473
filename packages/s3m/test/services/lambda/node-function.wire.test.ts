import assert from 'node:assert/strict';
import test from 'node:test';
import type { InvokeResult } from '../../../src/capabilities/invocable.ts';
import type { Properties } from '../../../src/services/resource-type.ts';
import { runFunction } from './running-function.ts';

/** Runs `code` once. */
async function outcomeOf(code: string, properties: Properties = {}, event: unknown = {}): Promise<InvokeResult> {
  await using running = await runFunction(code, properties);
  // Awaited here: the function is gone once this returns.
  return await running.invoke(event);
}

async function payloadOf(code: string, properties: Properties = {}, event: unknown = {}): Promise<unknown> {
  const result = await outcomeOf(code, properties, event);
  assert.equal(result.kind, 'success', JSON.stringify(result));
  return result.kind === 'success' ? JSON.parse(result.payload) : undefined;
}

async function errorOf(code: string, properties: Properties = {}): Promise<Record<string, unknown>> {
  const result = await outcomeOf(code, properties);
  assert.equal(result.kind, 'function-error', JSON.stringify(result));
  return result.kind === 'function-error' ? (JSON.parse(result.payload) as Record<string, unknown>) : {};
}

test('an async handler answers what its promise resolves to', async () => {
  assert.deepEqual(await payloadOf('exports.handler = async (event) => ({ got: event })', {}, { token: 'x' }), { got: { token: 'x' } });
});

test('a handler that returns nothing answers null', async () => {
  assert.equal(await payloadOf('exports.handler = async () => {}'), null);
});

test('an ES module is a handler too; before nodejs24.x its syntax alone does not make it one (LMB-026)', async () => {
  const code = 'export const handler = async () => "module"';
  assert.equal(await payloadOf(code, { Runtime: 'nodejs24.x' }), 'module');
  const error = await errorOf(code, { Runtime: 'nodejs22.x' });
  assert.equal(error['errorType'], 'Runtime.UserCodeSyntaxError');
  assert.equal(error['errorMessage'], "SyntaxError: Unexpected token 'export'");
  const detecting = { Environment: { Variables: { NODE_OPTIONS: '--experimental-detect-module' } } };
  assert.equal(await payloadOf(code, { Runtime: 'nodejs22.x', ...detecting }), 'module');
});

test('a callback answers when the event loop is empty, or at once when told not to wait (AG-506)', async () => {
  assert.equal(
    await payloadOf('exports.handler = (event, context, callback) => { setTimeout(() => callback(null, "later"), 5) }'),
    'later',
  );
  const never =
    'exports.handler = (e, context, callback) => { context.callbackWaitsForEmptyEventLoop = false; setInterval(() => {}, 1e6); callback(null, "now") }';
  assert.equal(await payloadOf(never), 'now');
});

test('a handler that neither calls back nor returns a promise answers null once the event loop is empty', async () => {
  const result = await outcomeOf('exports.handler = () => { setTimeout(() => console.log("late"), 5); return 1 }');
  assert.ok(result.kind === 'success' && result.payload === 'null');
  assert.ok(result.logs.some((line) => line.endsWith('\tINFO\tlate')));
});

test('from nodejs24.x on a handler may return a value, and callbacks are refused (AG-506, LMB-029)', async () => {
  assert.equal(await payloadOf('exports.handler = () => 1', { Runtime: 'nodejs24.x' }), 1);
  const error = await errorOf('exports.handler = (event, context, callback) => callback(null, 1)', { Runtime: 'nodejs24.x' });
  assert.equal(error['errorType'], 'Runtime.CallbackHandlerDeprecated');
});

test('the context tells function, request and remaining time', async () => {
  const context = (await payloadOf(
    'exports.handler = async (event, context) => ({ ...context, remaining: typeof context.getRemainingTimeInMillis() })',
    { MemorySize: 256 },
  )) as Record<string, unknown>;
  assert.equal(context['functionName'], 'authorizer');
  assert.equal(context['functionVersion'], '$LATEST');
  assert.equal(context['memoryLimitInMB'], '256');
  assert.equal(context['invokedFunctionArn'], 'arn:aws:lambda:us-east-1:000000000000:function:authorizer');
  assert.equal(context['logGroupName'], '/aws/lambda/authorizer');
  assert.match(String(context['logStreamName']), /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
  assert.match(String(context['awsRequestId']), /^[0-9a-f-]{36}$/);
  assert.equal(context['remaining'], 'number');
});

test('a thrown error is a function error with type, message and trace (LMB-031)', async () => {
  const error = await errorOf('exports.handler = async () => { throw new TypeError("Unauthorized") }');
  assert.equal(error['errorType'], 'TypeError');
  assert.equal(error['errorMessage'], 'Unauthorized');
  assert.equal((error['trace'] as string[])[0], 'TypeError: Unauthorized');
});

test('a result carries the exact error message, for callers that compare it (LMB-030)', async () => {
  const result = await outcomeOf('exports.handler = (event, context, callback) => callback("Unauthorized")');
  assert.ok(result.kind === 'function-error');
  assert.equal(result.errorMessage, 'Unauthorized');
  assert.equal(result.payload, '{"errorType":"string","errorMessage":"Unauthorized","trace":[]}');
});

test('an unhandled rejection and an uncaught exception end the invocation, and the next one finds a new process (LMB-028)', async () => {
  for (const [code, type] of [
    ['Promise.reject(new Error("lost"))', 'Runtime.UnhandledPromiseRejection'],
    ['setTimeout(() => { throw new RangeError("oops") }, 1)', 'RangeError'],
  ]) {
    await using running = await runFunction(
      `let count = 0; exports.handler = async (event) => { count++; if (event.ok) return count; ${code}; await new Promise((r) => setTimeout(r, 1000)) }`,
    );
    const failed = await running.invoke();
    assert.ok(failed.kind === 'function-error');
    assert.equal(failed.errorType, type);
    const next = await running.invoke({ ok: true });
    assert.ok(next.kind === 'success', JSON.stringify(next));
    assert.equal(next.payload, '1');
  }
});

test('an async handler that never settles fails when the event loop is empty (LMB-028)', async () => {
  const error = await errorOf('exports.handler = async () => { await new Promise(() => {}) }');
  assert.equal(error['errorType'], 'Runtime.NodeJsExit');
  assert.match(String(error['errorMessage']), /most commonly caused by a Promise that was never settled/);
});

test('a process that exits is an exit error, with its status (LMB-037)', async () => {
  const withCode = await errorOf('exports.handler = async () => process.exit(3)');
  assert.equal(withCode['errorType'], 'Runtime.ExitError');
  assert.match(String(withCode['errorMessage']), /^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: exit status 3$/);
  const withoutCode = await errorOf('exports.handler = async () => process.exit(0)');
  assert.match(String(withoutCode['errorMessage']), /Error: Runtime exited without providing a reason$/);
  const killed = await errorOf(
    'exports.handler = async () => { process.kill(process.pid, "SIGKILL"); await new Promise((r) => setTimeout(r, 1000)) }',
  );
  assert.match(String(killed['errorMessage']), /Error: Runtime exited with error: signal: killed$/);
});

test('a result that is no JSON is an error', async () => {
  const error = await errorOf('exports.handler = async () => 1n');
  assert.equal(error['errorMessage'], 'Unable to stringify response body');
});

test('a response of more than 6 MB is refused (AG-499)', async () => {
  const error = await errorOf('exports.handler = async () => "x".repeat(6291556)');
  assert.deepEqual(error, {
    errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
    errorType: 'Function.ResponseSizeTooLarge',
  });
});

test('a function sees the variables of Lambda, its own and those of the account, and nothing of this process', async () => {
  process.env['S3M_TEST_LEAK'] = 'x';
  try {
    const environment = (await payloadOf('exports.handler = async () => process.env', {
      Environment: { Variables: { TABLE: 'roles', AWS_ENDPOINT_URL: 'http://mine' } },
    })) as Record<string, string>;
    assert.equal(environment['TABLE'], 'roles');
    assert.equal(environment['AWS_ENDPOINT_URL'], 'http://mine');
    assert.equal(environment['AWS_REGION'], 'us-east-1');
    assert.equal(environment['AWS_EXECUTION_ENV'], 'AWS_Lambda_nodejs22.x');
    assert.equal(environment['_HANDLER'], 'index.handler');
    assert.match(environment['_X_AMZN_TRACE_ID'] ?? '', /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/);
    assert.equal(environment['S3M_TEST_LEAK'], undefined);
    assert.deepEqual(
      Object.keys(environment).filter((name) => name.startsWith('S3M_')),
      [],
    );
  } finally {
    delete process.env['S3M_TEST_LEAK'];
  }
});

test('a function works in its code directory, in UTC', async () => {
  const [here, root, offset] = (await payloadOf(
    'exports.handler = async () => [process.cwd(), process.env.LAMBDA_TASK_ROOT, new Date().getTimezoneOffset()]',
  )) as [string, string, number];
  assert.equal(here, root);
  assert.equal(offset, 0);
});

test('globals persist between invocations of one environment (LMB-025)', async () => {
  await using running = await runFunction('let count = 0; exports.handler = async () => ++count');
  await running.invoke();
  const second = await running.invoke();
  assert.ok(second.kind === 'success' && second.payload === '2');
});
