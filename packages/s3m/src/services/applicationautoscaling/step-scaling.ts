import type { StepAdjustment, StepPolicy } from '../../capabilities/scalable-target.ts';

/** The change by a policy that began its cool-down. */
export interface LastStep {
  /** When, on the clock of `now`. */
  readonly at: number;
  /** Tasks before it. */
  readonly from: number;
  readonly way: 'out' | 'in';
}

export interface StepState {
  readonly desired: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly now: number;
  /** Whether a deployment of the service is under way: it scales out then, but not in (ECS-097). */
  readonly deploying: boolean;
  /** Of this policy. */
  readonly last: LastStep | undefined;
}

/**
 * How many tasks there are to be when a metric lies `distance` from the alarm's threshold; undefined when nothing changes. While the cool-down after a
 * scale-out lasts, the tasks that it has added count as part of the next one; scale-ins wait for its end (API StepScalingPolicyConfiguration).
 */
export function decideStep(policy: StepPolicy, distance: number, state: StepState): number | undefined {
  const step = findStep(policy.steps, distance);
  if (step === undefined) return undefined;
  const { desired, minimum, maximum, now, last, deploying } = state;
  const cooling = isCooling(policy, last, now) ? last : undefined;
  const wanted = Math.min(maximum, Math.max(minimum, adjusted(policy, step.adjustment, cooling?.way === 'out' ? cooling.from : desired)));
  if (wanted > desired) return wanted;
  const mayScaleIn = cooling === undefined && !deploying;
  return wanted < desired && mayScaleIn ? wanted : undefined;
}

/** Whether the cool-down after a change still lasts; a larger scale-out within it begins none of its own. */
export function isCooling({ cooldownMs }: StepPolicy, last: LastStep | undefined, now: number): boolean {
  return last !== undefined && now - last.at < cooldownMs;
}

/** Above the threshold the lower bound belongs to a step, below it the upper one (Application Auto Scaling User Guide, "Step adjustments"). */
function findStep(steps: readonly StepAdjustment[], distance: number): StepAdjustment | undefined {
  if (distance > 0)
    return steps.find(({ lowerBound = -Infinity, upperBound = Infinity }) => lowerBound <= distance && distance < upperBound);
  const below = steps.find(({ lowerBound = -Infinity, upperBound = Infinity }) => lowerBound < distance && distance <= upperBound);
  return distance === 0 ? (steps.find(({ lowerBound }) => lowerBound === 0) ?? below) : below;
}

function adjusted({ adjustmentType, minimumMagnitude }: StepPolicy, adjustment: number, desired: number): number {
  if (adjustmentType === 'ExactCapacity') return adjustment;
  if (adjustmentType === 'ChangeInCapacity') return desired + adjustment;
  const change = wholeTasks((desired * adjustment) / 100);
  return desired + Math.sign(change) * Math.max(Math.abs(change), minimumMagnitude);
}

/** Towards nothing, but never to nothing. */
function wholeTasks(change: number): number {
  if (change === 0) return 0;
  return Math.abs(change) < 1 ? Math.sign(change) : Math.trunc(change);
}
