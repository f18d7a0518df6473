import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TrackingPolicy } from '../../../src/capabilities/scalable-target.ts';
import { ServiceUtilization } from '../../../src/services/service-utilization.ts';
import { decideScaling, type ScalingState, type TrackedPolicy } from '../../../src/services/applicationautoscaling/target-tracking.ts';

const STATE: ScalingState = { desired: 4, minimum: 1, maximum: 10, now: 1_000_000, deploying: false };

function tracked(points: readonly number[], changes: Partial<TrackingPolicy> = {}): TrackedPolicy {
  const policy: TrackingPolicy = {
    name: 'cpu',
    metric: 'ECSServiceAverageCPUUtilization',
    targetValue: 50,
    scaleOutCooldownMs: 300_000,
    scaleInCooldownMs: 300_000,
    disableScaleIn: false,
    ...changes,
  };
  return { policy, points };
}

const minutes = (count: number, value: number): number[] => Array.from({ length: count }, () => value);
const wanted = (policies: readonly TrackedPolicy[], changes: Partial<ScalingState> = {}): number | undefined =>
  decideScaling({ ...STATE, ...changes }, policies)?.desired;

describe('target tracking (ECS-097)', () => {
  it('scales out in proportion after three minutes above the target, and not earlier', () => {
    assert.equal(wanted([tracked([80, 80])]), undefined);
    assert.equal(wanted([tracked([80, 50, 80])]), undefined);
    assert.equal(wanted([tracked([80, 80, 80])]), 7);
    assert.equal(wanted([tracked([80, 80, 80])], { maximum: 5 }), 5);
    assert.equal(wanted([tracked([80, 80, 80])], { maximum: 4 }), undefined);
  });

  it('scales in after fifteen minutes well below the target', () => {
    assert.equal(wanted([tracked(minutes(14, 20))]), undefined);
    assert.equal(wanted([tracked(minutes(15, 20))]), 2);
    assert.equal(wanted([tracked(minutes(15, 46))]), undefined);
    assert.equal(wanted([tracked(minutes(15, 0))], { minimum: 2 }), 2);
    assert.equal(wanted([tracked(minutes(15, 20), { disableScaleIn: true })]), undefined);
  });

  it('waits for the cool-down of its way', () => {
    const [out, within] = [tracked([80, 80, 80]), tracked(minutes(15, 20))];
    assert.equal(wanted([out], { lastOut: STATE.now - 299_999 }), undefined);
    assert.equal(wanted([out], { lastOut: STATE.now - 300_000 }), 7);
    assert.equal(wanted([out], { lastIn: STATE.now - 1 }), 7, 'scaling out does not wait for a scale-in');
    assert.equal(wanted([within], { lastIn: STATE.now - 299_999 }), undefined);
  });

  it('scales in only when all policies agree, out when one wants to', () => {
    const [low, busy] = [tracked(minutes(15, 10)), tracked(minutes(15, 90), { name: 'memory' })];
    assert.equal(wanted([low, busy]), 8);
    assert.equal(wanted([low, tracked(minutes(15, 48))]), undefined);
    assert.equal(wanted([low, tracked(minutes(15, 30))]), 3);
  });

  it('does not scale in during a deployment', () => {
    assert.equal(wanted([tracked(minutes(15, 20))], { deploying: true }), undefined);
    assert.equal(wanted([tracked([80, 80, 80])], { deploying: true }), 7);
  });
});

describe('the utilization of a service', () => {
  const usage = (task: string, cpuMs: number) => ({ task, cpuMs, memoryBytes: 128 * 1024 * 1024, cpuUnits: 512, memoryMiB: 512 });

  it('is the average of the tasks that were there at the last look, in percent of what they have', () => {
    const utilization = new ServiceUtilization();
    assert.equal(utilization.look([usage('a', 0), usage('b', 1000)], 0), undefined);
    assert.deepEqual(utilization.look([usage('a', 100), usage('b', 1300), usage('c', 50)], 1000), { cpu: 40, memory: 25 });
  });

  it('is at most 100 percent, and nothing without tasks', () => {
    const utilization = new ServiceUtilization();
    utilization.look([usage('a', 0)], 0);
    assert.equal(utilization.look([usage('a', 5000)], 1000)?.cpu, 100);
    assert.equal(utilization.look([], 2000), undefined);
  });
});
