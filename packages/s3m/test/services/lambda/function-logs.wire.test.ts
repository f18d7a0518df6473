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

const json = { LoggingConfig: { LogFormat: 'JSON' } };
const parsed = (lines: readonly string[]): readonly Record<string, unknown>[] =>
  lines.map((line) => JSON.parse(line) as Record<string, unknown>);

test('with the format JSON every line is an object: those of the platform with a record, those of the console with level, id and message (LMB-049)', async () => {
  await using running = await runFunction(
    `console.log('loading');
     exports.handler = async () => {
       console.log('one', { a: 1 });
       console.warn({ b: [2] });
       console.debug('below INFO');
       console.error('it broke:', new TypeError('bad'));
       console.error(Object.assign(new Error('alone'), { code: 'E1' }));
     }`,
    json,
  );
  const result = await running.invoke();
  assert.ok(result.kind === 'success');
  const { requestId } = result;
  const [start, one, two, broke, alone, report, ...none] = parsed(result.logs);
  assert.deepEqual(none, []);
  assert.deepEqual([start!['type'], start!['record']], ['platform.start', { requestId, version: '$LATEST' }]);
  assert.deepEqual(Object.keys(one!), ['timestamp', 'level', 'requestId', 'message']);
  assert.deepEqual([one!['level'], one!['requestId'], one!['message']], ['INFO', requestId, 'one { a: 1 }']);
  assert.deepEqual([two!['level'], two!['message']], ['WARN', { b: [2] }]);
  assert.deepEqual([broke!['level'], broke!['errorType'], broke!['errorMessage']], ['ERROR', 'TypeError', 'bad']);
  assert.match(String(broke!['message']), /^it broke: TypeError: bad/);
  assert.equal((broke!['stackTrace'] as string[])[0], 'TypeError: bad');
  const { stackTrace, ...error } = alone!['message'] as { readonly stackTrace: readonly string[] };
  assert.deepEqual(error, { errorType: 'Error', errorMessage: 'alone', code: 'E1' });
  assert.equal(stackTrace[0], 'Error: alone');
  assert.equal(report!['type'], 'platform.report');
  const { metrics, ...record } = report!['record'] as { readonly metrics: Record<string, unknown> };
  assert.deepEqual(record, { requestId, status: 'success' });
  assert.equal(metrics['memorySizeMB'], 128);
  assert.equal(typeof metrics['initDurationMs'], 'number');
  const [initStart, loading] = parsed(running.logs.tail(100).map(({ message }) => message));
  assert.equal(initStart!['type'], 'platform.initStart');
  assert.deepEqual([loading!['message'], loading!['requestId']], ['loading', undefined]);
});

test('levels decide what of the function and of the platform is logged, and a failure tells its type (LMB-049)', async () => {
  const levels = { LoggingConfig: { ...json.LoggingConfig, ApplicationLogLevel: 'ERROR', SystemLogLevel: 'WARN' } };
  await using running = await runFunction(
    'exports.handler = async (event) => { console.warn("quiet"); if (event.fail) throw new RangeError("far"); }',
    levels,
  );
  const fine = await running.invoke();
  assert.ok(fine.kind === 'success');
  assert.deepEqual(fine.logs, []);
  const failed = await running.invoke({ fail: true });
  assert.ok(failed.kind === 'function-error');
  const [error, report] = parsed(failed.logs);
  assert.equal(failed.logs.length, 2);
  assert.equal((error!['message'] as Record<string, unknown>)['errorMessage'], 'far');
  const { status, errorType } = report!['record'] as Record<string, unknown>;
  assert.deepEqual([status, errorType], ['error', 'RangeError']);
});
