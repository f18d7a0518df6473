import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Later, unlessLater } from '../../../src/services/apigateway/later.ts';

const answer = (status: number) => ({ status, headers: [] });

test('an outcome is told to one who waits already and to one who comes afterwards, and the first one counts', async () => {
  const told: number[] = [];
  const early = new Later();
  early.whenSettled(
    (outcome) => told.push('status' in outcome ? outcome.status : 0),
    () => assert.fail(),
  );
  early.resolve(answer(201));
  early.resolve(answer(500));
  early.reject(new Error('too late'));
  assert.deepEqual(told, [201]);
  const late = new Later();
  late.resolve(answer(202));
  assert.deepEqual(await unlessLater(late), answer(202));
});

test('what goes wrong is told as well', async () => {
  const later = new Later();
  const promise = unlessLater(later);
  later.reject(new Error('gone'));
  await assert.rejects(async () => promise, /gone/);
});
