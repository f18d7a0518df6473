import assert from 'node:assert/strict';
import test from 'node:test';
import type { InvokeResult } from '../../../src/capabilities/invocable.ts';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import { defaultEventSettings, EventQueue } from '../../../src/services/lambda/event-queue.ts';
import { throttled } from '../../../src/services/lambda/refusals.ts';

const base = { requestId: 'r', durationMs: 1, logs: [] };
const success: InvokeResult = { ...base, kind: 'success', payload: 'null' };
const failure: InvokeResult = { ...base, kind: 'function-error', payload: '{}', errorType: 'Error', errorMessage: 'no' };

/** Times in seconds at which an event was tried, and why it was dropped. */
async function deliver(results: readonly InvokeResult[], settings = defaultEventSettings, seconds = 40_000) {
  const clock = new VirtualClock();
  const begin = clock.now();
  const tried: number[] = [];
  const dropped: string[] = [];
  const queue = new EventQueue(clock, (_, why) => dropped.push(why));
  queue.put({
    requestId: 'r',
    settings,
    run: async () => {
      tried.push((clock.now() - begin) / 1000);
      return results[Math.min(tried.length, results.length) - 1]!;
    },
  });
  await clock.advance(seconds * 1000);
  return { tried, dropped };
}

test('An event that the function takes is handed over once, at once (LMB-042)', async () => {
  const { tried, dropped } = await deliver([success], defaultEventSettings, 400);
  assert.deepEqual([tried, dropped], [[0], []]);
});

test('After an error it is tried again after a minute, then after two more, then dropped (LMB-042)', async () => {
  const { tried, dropped } = await deliver([failure], defaultEventSettings, 400);
  assert.deepEqual(tried, [0, 60, 180]);
  assert.deepEqual(dropped, ['the function failed 3 times, at last with Error: no']);
  assert.deepEqual((await deliver([failure, success], defaultEventSettings, 400)).tried, [0, 60]);
  assert.deepEqual((await deliver([failure], { ...defaultEventSettings, maxRetries: 0 }, 400)).tried, [0]);
});

test('A throttled event comes again with doubling pauses, up to its age (LMB-042)', async () => {
  const { tried, dropped } = await deliver([throttled()], { maxRetries: 2, maxAgeMs: 60_000 }, 200);
  assert.deepEqual(tried, [0, 1, 3, 7, 15, 31]);
  assert.deepEqual(dropped, ['it is older than 60 seconds']);
});

test('What can never succeed is dropped at once; a closed queue forgets what waits', async () => {
  const { dropped } = await deliver([{ kind: 'refused', status: 404, code: 'ResourceNotFoundException', message: 'm' }], undefined, 10);
  assert.deepEqual(dropped, ['ResourceNotFoundException: m']);
  const clock = new VirtualClock();
  let tried = 0;
  const queue = new EventQueue(clock, () => assert.fail());
  queue.put({ requestId: 'r', settings: defaultEventSettings, run: async () => (tried++, failure) });
  await clock.advance(1_000);
  queue.close();
  await clock.advance(120_000);
  assert.equal(tried, 1);
});
