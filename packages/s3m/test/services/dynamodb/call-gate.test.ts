import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { CallGate } from '../../../src/services/dynamodb/call-gate.ts';

test('who is alone waits for those before, and who comes later waits for it, in the order in which they came', async () => {
  const gate = new CallGate();
  const seen: string[] = [];
  const work = (name: string) => async (): Promise<void> => {
    seen.push(`${name} starts`);
    await turn();
    seen.push(`${name} ends`);
  };
  await Promise.all([
    gate.pass(work('a')),
    gate.pass(work('b')),
    gate.alone(work('c')),
    gate.pass(work('d')),
    gate.alone(work('e')),
    gate.pass(work('f')),
  ]);
  const alternating = (name: string): string[] => [`${name} starts`, `${name} ends`];
  assert.deepEqual(seen.slice(0, 2), ['a starts', 'b starts']);
  assert.deepEqual(seen.slice(4), ['c', 'd', 'e', 'f'].flatMap(alternating));
});

test('work that fails opens the gate again', async () => {
  const gate = new CallGate();
  await assert.rejects(
    gate.alone(() => Promise.reject(new Error('no'))),
    /no/,
  );
  await assert.rejects(
    gate.pass(() => Promise.reject(new Error('neither'))),
    /neither/,
  );
  assert.equal(await gate.alone(() => Promise.resolve('open')), 'open');
});
