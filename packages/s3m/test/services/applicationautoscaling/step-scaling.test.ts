import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { StepPolicy } from '../../../src/capabilities/scalable-target.ts';
import { decideStep, type StepState } from '../../../src/services/applicationautoscaling/step-scaling.ts';

const out: StepPolicy = {
  name: 'upper',
  adjustmentType: 'ChangeInCapacity',
  minimumMagnitude: 0,
  cooldownMs: 300_000,
  steps: [
    { lowerBound: 0, upperBound: 20, adjustment: 1 },
    { lowerBound: 20, adjustment: 3 },
  ],
};
const inwards: StepPolicy = { ...out, name: 'lower', steps: [{ upperBound: 0, adjustment: -1 }] };
const state: StepState = { desired: 4, minimum: 1, maximum: 10, now: 1_000_000, deploying: false, last: undefined };

describe('steps of a scaling policy', () => {
  it('are chosen by the distance from the threshold: above it the lower bound counts, below it the upper one', () => {
    const chosen = (policy: StepPolicy, distance: number): number | undefined => decideStep(policy, distance, state);
    assert.deepEqual(
      [0, 19.9, 20, 200].map((distance) => chosen(out, distance)),
      [5, 5, 7, 7],
    );
    assert.equal(chosen(out, -1), undefined);
    const steps = [
      { lowerBound: -20, upperBound: 0, adjustment: -1 },
      { upperBound: -20, adjustment: -2 },
    ];
    assert.deepEqual(
      [0, -19.9, -20, -30].map((distance) => chosen({ ...inwards, steps }, distance)),
      [3, 3, 2, 2],
    );
  });

  it('change the count by tasks, to a number, or by a share, within the bounds of the target', () => {
    const by = (
      adjustmentType: StepPolicy['adjustmentType'],
      adjustment: number,
      desired: number,
      minimumMagnitude = 0,
    ): number | undefined => decideStep({ ...out, adjustmentType, minimumMagnitude, steps: [{ adjustment }] }, 1, { ...state, desired });
    assert.equal(by('ExactCapacity', 6, 4), 6);
    assert.equal(by('ExactCapacity', 60, 4), 10);
    assert.equal(by('ChangeInCapacity', -9, 4), 1);
    assert.equal(by('PercentChangeInCapacity', 60, 4), 6, '2.4 tasks are 2');
    assert.equal(by('PercentChangeInCapacity', 10, 4), 5, 'less than one is one');
    assert.equal(by('PercentChangeInCapacity', -10, 4), 3);
    assert.equal(by('PercentChangeInCapacity', 25, 4, 2), 6, 'at least two');
    assert.equal(by('PercentChangeInCapacity', -25, 4, 2), 2);
    assert.equal(by('ExactCapacity', 4, 4), undefined);
  });

  it('within the cool-down count what was added: only a larger step adds the rest; scale-ins wait for its end', () => {
    const last = { at: 900_000, from: 4, way: 'out' } as const;
    assert.equal(decideStep(out, 10, { ...state, desired: 5, last }), undefined);
    assert.equal(decideStep(out, 30, { ...state, desired: 5, last }), 7, 'three more than 4');
    assert.equal(decideStep(out, 10, { ...state, desired: 5, last, now: 1_200_000 }), 6);
    const lastIn = { at: 900_000, from: 5, way: 'in' } as const;
    assert.equal(decideStep(inwards, -10, { ...state, last: lastIn }), undefined);
    assert.equal(decideStep(inwards, -10, { ...state, last: lastIn, now: 1_200_000 }), 3);
  });

  it('scale out during a deployment, but not in (ECS-097)', () => {
    assert.equal(decideStep(out, 10, { ...state, deploying: true }), 5);
    assert.equal(decideStep(inwards, -10, { ...state, deploying: true }), undefined);
  });
});
