import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bounds, decide, isSteady, type ScheduledTask, type ServiceSnapshot } from '../../../src/services/ecs/scheduler.ts';

/** `new:healthy`, `old:unhealthy`, `new:starting`, `old:stopping`, `new:pending`; several of them by `2x`. */
function tasks(...words: string[]): ScheduledTask[] {
  return words
    .flatMap((word) => {
      const [, count = '1', rest] = /^(?:(\d+)x)?(.*)$/.exec(word)!;
      return Array.from({ length: Number(count) }, () => rest!.split(':') as [string, string]);
    })
    .map(([deployment, state], index) => ({
      id: `${deployment}-${index}`,
      deployment,
      phase: state === 'starting' || state === 'stopping' ? state : 'running',
      health: state === 'healthy' || state === 'unhealthy' ? state : 'pending',
      zone: index % 2 === 0 ? 'a' : 'b',
    }));
}

function snapshot(present: readonly ScheduledTask[], changes: Partial<ServiceSnapshot> = {}): ServiceSnapshot {
  return {
    desired: 2,
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    primary: { id: 'new', failed: false },
    mayStart: true,
    tasks: present,
    ...changes,
  };
}

/** `start N; stop ids`. */
function decided(present: readonly ScheduledTask[], changes: Partial<ServiceSnapshot> = {}): { start: number; stop: string[] } {
  const { start, stop } = decide(snapshot(present, changes));
  return { start, stop: stop.map(({ task }) => task) };
}

describe('the service scheduler', () => {
  it('rounds the lower bound up and the upper bound down (ECS-071)', () => {
    assert.deepEqual(bounds({ desired: 3, minimumHealthyPercent: 50, maximumPercent: 150 }), { lower: 2, upper: 4 });
    assert.deepEqual(bounds({ desired: 1, minimumHealthyPercent: 50, maximumPercent: 200 }), { lower: 1, upper: 2 });
  });

  it('starts what is missing', () => {
    assert.deepEqual(decided([]), { start: 2, stop: [] });
    assert.deepEqual(decided(tasks('new:starting')), { start: 1, stop: [] });
    assert.deepEqual(decided(tasks('new:healthy', 'new:stopping')), { start: 1, stop: [] });
  });

  it('starts new tasks beside the old ones, then stops an old one for each healthy new one (ECS-072)', () => {
    assert.deepEqual(decided(tasks('2xold:healthy')), { start: 2, stop: [] });
    assert.deepEqual(decided(tasks('2xold:healthy', '2xnew:pending')), { start: 0, stop: [] });
    assert.deepEqual(decided(tasks('2xold:healthy', 'new:healthy', 'new:pending')), { start: 0, stop: ['old-0'] });
    assert.deepEqual(decided(tasks('2xold:healthy', '2xnew:healthy')), { start: 0, stop: ['old-0', 'old-1'] });
  });

  it('with 50 and 100 percent stops old ones down to the lower bound to make room', () => {
    const half = { desired: 4, minimumHealthyPercent: 50, maximumPercent: 100 };
    assert.deepEqual(decided(tasks('4xold:healthy'), half), { start: 2, stop: ['old-0', 'old-1'] });
    assert.deepEqual(decided(tasks('2xold:healthy', '2xnew:pending'), half), { start: 0, stop: [] });
  });

  it('does not make room while starts are put off', () => {
    const waiting = { minimumHealthyPercent: 0, maximumPercent: 100, mayStart: false };
    assert.deepEqual(decided(tasks('2xold:healthy'), waiting), { start: 0, stop: [] });
  });

  it('keeps an unhealthy task until its replacement is healthy (ECS-074)', () => {
    assert.deepEqual(decided(tasks('new:healthy', 'new:unhealthy')), { start: 1, stop: [] });
    assert.deepEqual(decided(tasks('new:healthy', 'new:unhealthy', 'new:pending')), { start: 0, stop: [] });
    assert.deepEqual(decided(tasks('new:healthy', 'new:unhealthy', 'new:healthy')), { start: 0, stop: ['new-1'] });
  });

  it('stops the older unhealthy task when its replacement is unhealthy as well (ECS-074)', () => {
    assert.deepEqual(decided(tasks('2xnew:unhealthy'), { desired: 1 }), { start: 1, stop: ['new-0'] });
  });

  it('replaces unhealthy tasks one by one when the maximum leaves no room (ECS-074)', () => {
    const full = { maximumPercent: 100, minimumHealthyPercent: 50 };
    assert.deepEqual(decided(tasks('2xnew:unhealthy'), full), { start: 1, stop: ['new-0'] });
    assert.deepEqual(decided(tasks('new:unhealthy', 'new:pending'), full), { start: 0, stop: [] });
  });

  it('stops old tasks that serve nobody at once', () => {
    assert.deepEqual(decided(tasks('old:healthy', 'old:unhealthy', 'old:starting')), { start: 2, stop: ['old-1', 'old-2'] });
  });

  it('scales in by tasks that are not healthy yet, then by healthy ones of the fullest zone', () => {
    assert.deepEqual(decided(tasks('2xnew:healthy', 'new:pending')), { start: 0, stop: ['new-2'] });
    const spread = tasks('3xnew:healthy').map((task, index) => ({ ...task, zone: index === 0 ? 'b' : 'a' }));
    assert.deepEqual(decided(spread), { start: 0, stop: ['new-1'] });
  });

  it('launches and stops nothing in a failed deployment (ECS-079)', () => {
    assert.deepEqual(decided(tasks('old:healthy', 'new:unhealthy'), { primary: { id: 'new', failed: true } }), { start: 0, stop: [] });
  });

  it('is stuck only when nothing under way can change it (ECS-073)', () => {
    const tight = { desired: 1, minimumHealthyPercent: 100, maximumPercent: 100 };
    assert.equal(decide(snapshot(tasks('old:healthy'), tight)).stuck, true);
    assert.equal(decide(snapshot(tasks('old:healthy'), { ...tight, mayStart: false })).stuck, false);
    assert.equal(decide(snapshot(tasks('new:starting'), tight)).stuck, false);
    assert.equal(decide(snapshot(tasks('old:healthy'), { ...tight, minimumHealthyPercent: 0 })).stuck, false);
  });

  it('is steady when only healthy tasks of the primary deployment are there, as many as wanted', () => {
    assert.equal(isSteady(snapshot(tasks('2xnew:healthy'))), true);
    assert.equal(isSteady(snapshot(tasks('2xnew:healthy', 'new:stopping'))), true);
    assert.equal(isSteady(snapshot(tasks('2xnew:healthy', 'old:stopping'))), false);
    assert.equal(isSteady(snapshot(tasks('new:healthy', 'new:pending'))), false);
    assert.equal(isSteady(snapshot(tasks('new:healthy'))), false);
    assert.equal(isSteady(snapshot([], { desired: 0 })), true);
  });

  it('never goes below the lower bound by its own action, nor above the upper one, whatever is there', () => {
    const states = ['healthy', 'unhealthy', 'pending', 'starting', 'stopping'];
    for (let code = 0; code < 20_000; code++) {
      let rest = code * 7919;
      const next = (count: number): number => {
        const digit = rest % count;
        rest = Math.floor(rest / count);
        return digit;
      };
      const desired = next(4);
      const minimumHealthyPercent = [0, 50, 100][next(3)]!;
      const maximumPercent = [100, 150, 200][next(3)]!;
      const present = tasks(...Array.from({ length: next(6) }, () => `${next(2) === 0 ? 'old' : 'new'}:${states[next(5)]!}`));
      const service = snapshot(present, { desired, minimumHealthyPercent, maximumPercent });
      const { lower, upper } = bounds(service);
      const decision = decide(service);
      const stopped = new Set(decision.stop.map(({ task }) => task));
      const active = present.filter(({ phase }) => phase !== 'stopping');
      const healthy = active.filter(({ health }) => health === 'healthy');
      const left = healthy.filter(({ id }) => !stopped.has(id)).length;
      const what = JSON.stringify(service);
      assert.equal(stopped.size, decision.stop.length, what);
      assert.ok(
        [...stopped].every((id) => active.some((task) => task.id === id)),
        what,
      );
      assert.ok(left >= Math.min(lower, healthy.length), what);
      if (decision.start > 0) assert.ok(active.length - stopped.size + decision.start <= upper, what);
    }
  });
});
