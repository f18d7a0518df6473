import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import test from 'node:test';
import type { InvokeResult } from '../../../src/capabilities/invocable.ts';
import { runFunction } from './running-function.ts';

const payload = (result: InvokeResult): unknown => (result.kind === 'success' ? JSON.parse(result.payload) : result);

test('a time-out ends the invocation with the text of AWS, and the next one finds a new process (LMB-036, LMB-047)', async () => {
  await using running = await runFunction(
    'let count = 0; exports.handler = async (event) => { count++; if (event.ok) return count; console.log("waiting"); await new Promise((r) => setTimeout(r, 1e6)) }',
    { Timeout: 7 },
  );
  const pending = running.invoke();
  await running.logged('waiting');
  await running.clock.advance(6_999);
  await running.clock.advance(1);
  const result = await pending;
  assert.ok(result.kind === 'function-error');
  assert.deepEqual(JSON.parse(result.payload), {
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${result.requestId} Error: Task timed out after 7.00 seconds`,
  });
  assert.equal(result.durationMs, 7_000);
  assert.match(result.logs.at(-3)!, new RegExp(`^[\\dT:.Z-]+ ${result.requestId} Task timed out after 7.00 seconds$`));
  assert.match(result.logs.at(-1)!, /\tStatus: timeout\t$/);
  assert.equal(payload(await running.invoke({ ok: true })), 1);
});

test('the time-out is three seconds unless the template says otherwise', async () => {
  await using running = await runFunction(
    'exports.handler = async () => { console.log("waiting"); await new Promise((r) => setTimeout(r, 1e6)) }',
  );
  const pending = running.invoke();
  await running.logged('waiting');
  await running.clock.advance(3_000);
  const result = await pending;
  assert.ok(result.kind === 'function-error' && result.errorMessage.endsWith('timed out after 3.00 seconds'));
});

test('requests that find every environment busy get one of their own (LMB-025)', async () => {
  await using running = await runFunction(
    'exports.handler = async () => { console.log("in", process.pid); await new Promise((r) => setTimeout(r, 50)); return process.pid }',
    { Timeout: 900 },
  );
  const first = running.invoke();
  await running.logged('in');
  const second = running.invoke();
  await running.clock.advance(20);
  const pids = [payload(await first), payload(await second)];
  assert.ok(
    pids.every((pid) => typeof pid === 'number'),
    JSON.stringify(pids),
  );
});

test('a request waits for the busy environment when that is quicker than starting another', async () => {
  await using running = await runFunction('exports.handler = async () => process.pid');
  const results = await Promise.all(Array.from({ length: 20 }, () => running.invoke()));
  assert.equal(new Set(results.map(payload)).size, 1);
});

test('there are never more than ten environments', async () => {
  await using running = await runFunction(
    'exports.handler = async () => { console.log("in"); await new Promise((r) => setTimeout(r, 1e6)) }',
    {
      Timeout: 900,
    },
  );
  const results = Array.from({ length: 12 }, () => running.invoke());
  const busy = () => running.logs.tail(1_000).filter((event) => event.message.endsWith('\tin')).length;
  while (busy() < 10) await running.clock.advance(20);
  for (let round = 0; round < 5; round++) await running.clock.advance(20);
  assert.equal(busy(), 10);
  assert.equal(running.logs.tail(1_000).filter((event) => event.message.startsWith('INIT_START')).length, 10);
  await running.resource.delete();
  await Promise.all(results);
});

test('an environment besides the first is stopped after a minute without work', async () => {
  await using running = await runFunction(
    'console.log("pid", process.pid); exports.handler = async () => { await new Promise((r) => setTimeout(r, 50)); return process.pid }',
    { Timeout: 900 },
  );
  const pids = () =>
    running.logs
      .tail(100)
      .flatMap(({ message }) => /\tpid (\d+)$/.exec(message)?.[1] ?? [])
      .map(Number);
  const invocations = [running.invoke(), running.invoke()];
  // Patience runs out once, so that one further environment starts, and no time passes while it does.
  await running.clock.advance(20);
  while (pids().length < 2) await setImmediate();
  await Promise.all(invocations);
  while (pids().filter(isRunning).length > 1) await running.clock.advance(60_000);
  const left = pids().find(isRunning);
  await running.clock.advance(600_000);
  assert.equal(payload(await running.invoke()), left);
});

test('an environment that is ready stays while another one only starts', async () => {
  const directory = mkdtempSync(join(tmpdir(), 's3m-environments-'));
  const [first, go] = [join(directory, 'first'), join(directory, 'go')];
  // The second environment's initialisation waits for a file.
  const code = `const { existsSync, writeFileSync } = require('node:fs');
    if (existsSync(${JSON.stringify(first)})) while (!existsSync(${JSON.stringify(go)}));
    writeFileSync(${JSON.stringify(first)}, '');
    exports.handler = async () => { await new Promise((r) => setTimeout(r, 50)); return process.pid }`;
  try {
    await using running = await runFunction(code, { Timeout: 900 });
    const invocations = [running.invoke(), running.invoke()];
    await running.clock.advance(20);
    const [ready] = (await Promise.all(invocations)).map(payload);
    await running.clock.advance(600_000);
    const third = running.invoke();
    writeFileSync(go, '');
    assert.equal(payload(await third), ready);
  } finally {
    writeFileSync(go, '');
    rmSync(directory, { recursive: true });
  }
});

test('reserved concurrency throttles beyond it, and zero blocks everything (LMB-040)', async () => {
  await using running = await runFunction(
    'exports.handler = async () => { console.log("in"); await new Promise((r) => setTimeout(r, 30)); return 1 }',
    {
      ReservedConcurrentExecutions: 1,
    },
  );
  const first = running.invoke();
  const refused = { kind: 'refused', status: 429, code: 'TooManyRequestsException', message: 'Rate Exceeded.' };
  assert.deepEqual(await running.invoke(), refused);
  assert.equal(payload(await first), 1);
  await using blocked = await runFunction('exports.handler = async () => 1', { ReservedConcurrentExecutions: 0 });
  assert.deepEqual(await blocked.invoke(), refused);
});

test('an update takes effect without a failed request (LMB-002)', async () => {
  await using running = await runFunction('exports.handler = async () => "old"');
  const answers: unknown[] = [];
  const updating = running.update('exports.handler = async () => "new"');
  while (answers.at(-1) !== 'new') answers.push(payload(await running.invoke()));
  await updating;
  assert.deepEqual(new Set(answers), new Set(['old', 'new']));
  assert.equal(answers[0], 'old');
  assert.equal(payload(await running.invoke()), 'new');
});

test('a request in flight is finished by the code it began with', async () => {
  await using running = await runFunction(
    'exports.handler = async () => { console.log("in"); await new Promise((r) => setTimeout(r, 100)); return "old" }',
  );
  const pending = running.invoke();
  await running.logged('\tin');
  await running.update('exports.handler = async () => "new"');
  assert.equal(payload(await running.invoke()), 'new');
  assert.equal(payload(await pending), 'old');
});

test('an update of tags only keeps the process', async () => {
  await using running = await runFunction('exports.handler = async () => process.pid');
  const before = payload(await running.invoke());
  await running.update('exports.handler = async () => process.pid', { Tags: [{ Key: 'a', Value: 'b' }] });
  assert.equal(payload(await running.invoke()), before);
});

test('a deleted function leaves no process, also none that it started', async () => {
  const running = await runFunction(
    `const { spawn } = require("node:child_process"); exports.handler = async () => [process.pid, spawn(process.execPath, ["-e", "setInterval(() => {}, 1e6)"]).pid]`,
  );
  const pids = payload(await running.invoke()) as number[];
  assert.ok(pids.every(isRunning));
  await running[Symbol.asyncDispose]();
  assert.deepEqual(pids.filter(isRunning), []);
  assert.equal(running.account.directory.find('function', running.function.arn), undefined);
});

test('an environment that dies while idle is replaced', async () => {
  await using running = await runFunction('exports.handler = async () => process.pid');
  const first = payload(await running.invoke()) as number;
  const started = () => running.logs.tail(100).filter((event) => event.message.startsWith('INIT_START')).length;
  process.kill(first, 'SIGKILL');
  while (started() < 2) await running.clock.advance(0);
  const second = payload(await running.invoke());
  assert.equal(typeof second, 'number');
  assert.notEqual(second, first);
});

/** A process that has ended may stay in the list until its parent looks. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
