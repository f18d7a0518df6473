import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import { HeldConnections } from '../../../src/services/elasticloadbalancingv2/held-connections.ts';

class FakeSocket extends EventEmitter {
  destroyed = false;

  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

function socket(held: HeldConnections): FakeSocket {
  const made = new FakeSocket();
  held.hold(made as unknown as Socket);
  return made;
}

test('who is not let in hears nothing for 127 seconds, and then the end', async () => {
  const clock = new VirtualClock();
  const held = new HeldConnections(clock);
  const one = socket(held);
  await clock.advance(126_999);
  assert.equal(one.destroyed, false);
  await clock.advance(1);
  assert.equal(one.destroyed, true);
  assert.equal(held.size, 0);
});

test('no more than 256 wait: the oldest makes room', () => {
  const held = new HeldConnections(new VirtualClock());
  const sockets = Array.from({ length: 300 }, () => socket(held));
  assert.equal(held.size, 256);
  assert.deepEqual(
    sockets.map(({ destroyed }) => destroyed),
    sockets.map((_, index) => index < 44),
  );
});

test('one that goes by itself is forgotten', () => {
  const held = new HeldConnections(new VirtualClock());
  socket(held).destroy();
  assert.equal(held.size, 0);
});
