import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { VirtualClock } from '../../src/clock/virtual-clock.ts';
import { Deadline } from '../../src/http/deadline.ts';

suite('deadline', () => {
  test('calls back once when it passes', async () => {
    const clock = new VirtualClock();
    let passed = 0;
    const deadline = new Deadline(clock, () => passed++);
    deadline.set(100);
    await clock.advance(99);
    assert.equal(passed, 0);
    await clock.advance(1);
    await clock.advance(1000);
    assert.equal(passed, 1);
  });

  test('moved later, it passes later and only once', async () => {
    const clock = new VirtualClock();
    let passed = 0;
    const deadline = new Deadline(clock, () => passed++);
    deadline.set(100);
    await clock.advance(50);
    deadline.set(100);
    await clock.advance(99);
    assert.equal(passed, 0);
    await clock.advance(1);
    assert.equal(passed, 1);
  });

  test('moved earlier, it passes earlier', async () => {
    const clock = new VirtualClock();
    let passed = 0;
    const deadline = new Deadline(clock, () => passed++);
    deadline.set(1000);
    deadline.set(10);
    await clock.advance(10);
    assert.equal(passed, 1);
  });

  test('cleared, it does not pass; set again, it does', async () => {
    const clock = new VirtualClock();
    let passed = 0;
    const deadline = new Deadline(clock, () => passed++);
    deadline.set(10);
    deadline.clear();
    await clock.advance(100);
    assert.equal(passed, 0);
    deadline.set(10);
    await clock.advance(10);
    assert.equal(passed, 1);
  });

  test('moving it a thousand times leaves one timer, and disposing it none', () => {
    const clock = new VirtualClock();
    const deadline = new Deadline(clock, () => {});
    for (let turn = 0; turn < 1000; turn++) deadline.set(100 + turn);
    assert.equal(clock.pending, 1);
    deadline.dispose();
    assert.equal(clock.pending, 0);
  });
});
