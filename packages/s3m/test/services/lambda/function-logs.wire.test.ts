import assert from 'node:assert/strict';
import test from 'node:test';
import { runFunction } from './running-function.ts';

test('an invocation logs START, its own lines in order, END and REPORT (AG-503, AG-504, LMB-046)', async () => {
  await using running = await runFunction(
    'exports.handler = async () => { console.log("one", { a: 1 }); console.error("two"); process.stdout.write("raw\\n") }',
  );
  const result = await running.invoke();
  assert.ok(result.kind === 'success');
  const { requestId, logs } = result;
  assert.equal(logs[0], `START RequestId: ${requestId} Version: $LATEST`);
  assert.match(logs[1]!, new RegExp(`^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z\t${requestId}\tINFO\tone { a: 1 }$`));
  assert.match(logs[2]!, new RegExp(`\t${requestId}\tERROR\ttwo$`));
  assert.equal(logs[3], 'raw');
  assert.equal(logs[4], `END RequestId: ${requestId}`);
  assert.match(
    logs[5]!,
    new RegExp(`^REPORT RequestId: ${requestId}\tDuration: [\\d.]+ ms\tBilled Duration: \\d+ ms\tMemory Size: 128 MB\t`),
  );
  assert.match(logs[5]!, /\tInit Duration: [\d.]+ ms\t$/);
  assert.equal(logs.length, 6);
  const group = running.logs.tail(100);
  assert.match(group[0]!.message, /^INIT_START Runtime Version: nodejs:22/);
  assert.deepEqual(
    group.slice(1).map((event) => event.message),
    logs,
  );
});

test('only the first invocation of an environment reports the initialisation (LMB-046)', async () => {
  await using running = await runFunction('exports.handler = async () => 1');
  await running.invoke();
  const second = await running.invoke();
  assert.ok(second.kind === 'success');
  assert.doesNotMatch(second.logs.at(-1)!, /Init Duration/);
});

test('one console call is one event, with its newlines', async () => {
  await using running = await runFunction('exports.handler = async () => console.warn("a\\nb")');
  const result = await running.invoke();
  assert.ok(result.kind === 'success');
  assert.match(result.logs[1]!, /\tWARN\ta\nb$/);
});

test('everything that is written before the answer is in the logs of the result', async () => {
  await using running = await runFunction(
    'exports.handler = async () => { for (let i = 0; i < 500; i++) process.stdout.write(i + "\\n") }',
  );
  for (let round = 0; round < 5; round++) {
    const result = await running.invoke();
    assert.ok(result.kind === 'success');
    assert.equal(result.logs.length, 503);
  }
});

test('an error of the handler is logged as the Node.js runtime does (LMB-050)', async () => {
  await using running = await runFunction(
    'exports.handler = async () => { throw Object.assign(new Error("bad"), { code: "E1", detail: 2 }) }',
  );
  const result = await running.invoke();
  assert.ok(result.kind === 'function-error');
  const [, text = ''] = /\tERROR\tInvoke Error \t(\{.*\})$/.exec(result.logs[1]!) ?? [];
  const { stack, ...rest } = JSON.parse(text) as Record<string, unknown>;
  assert.deepEqual(rest, { errorType: 'Error', errorMessage: 'bad', code: 'E1', detail: 2 });
  assert.equal((stack as string[])[0], 'Error: bad');
  assert.match(result.logs.at(-1)!, /\tStatus: error\tError Type: Error\t$/);
});

test('lines before the first invocation have no request id (LMB-048)', async () => {
  await using running = await runFunction('console.log("loading"); exports.handler = async () => 1');
  assert.match((await running.logged('loading')).message, /\tundefined\tINFO\tloading$/);
});

test('each line is an event of the account too', async () => {
  await using running = await runFunction('exports.handler = async () => console.log("hello")');
  await running.invoke();
  const lines = running.account.events.flatMap((event) => (event.event === 'log' ? [event] : []));
  const hello = lines.find((event) => event.message.endsWith('hello'));
  assert.equal(hello?.source, 'Authorizer');
  assert.equal(hello?.timestamp, running.clock.now());
});

test("a log group of the function's choice gets the lines", async () => {
  await using running = await runFunction('exports.handler = async () => 1', { LoggingConfig: { LogGroup: '/mine' } });
  await running.invoke();
  assert.ok(running.account.directory.find('logGroup', '/mine')!.tail(10).length >= 4);
});
