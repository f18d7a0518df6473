import type { TrackingPolicy } from '../../capabilities/scalable-target.ts';

/** Minutes in a row above the target value before it scales out, and below before it scales in (ECS-097). */
const OUT_MINUTES = 3;
const IN_MINUTES = 15;
/** The lower alarm stands at nine tenths of the target value. */
const IN_SHARE = 0.9;

/** Data points that are needed at most. */
export const KEPT_MINUTES: number = IN_MINUTES;

/** A policy with its metric of each of the last minutes, the newest last. */
export interface TrackedPolicy {
  readonly policy: TrackingPolicy;
  readonly points: readonly number[];
}

export interface ScalingState {
  readonly desired: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly now: number;
  /** When it last scaled, on the same clock as `now`. */
  readonly lastOut?: number;
  readonly lastIn?: number;
  /** Whether a deployment of the service is under way. */
  readonly deploying: boolean;
}

export interface ScalingDecision {
  readonly desired: number;
  /** The policy that made it. */
  readonly policy: TrackingPolicy;
  readonly metric: number;
}

/**
 * What target tracking does now: out if any policy wants to, in only if all agree, and not during a deployment (ECS-097);
 * undefined when nothing changes.
 */
export function decideScaling(state: ScalingState, policies: readonly TrackedPolicy[]): ScalingDecision | undefined {
  const out = largest(policies.flatMap((tracked) => wishOut(state, tracked)));
  if (out !== undefined) return bounded(state, out, 'out');
  if (state.deploying || policies.length === 0) return undefined;
  const wishes = policies.map((tracked) => wishIn(state, tracked));
  const agreed = wishes.filter((wish) => wish !== undefined);
  const least = agreed.length === wishes.length ? largest(agreed) : undefined;
  return least === undefined ? undefined : bounded(state, least, 'in');
}

function wishOut(state: ScalingState, { policy, points }: TrackedPolicy): ScalingDecision[] {
  const recent = points.slice(-OUT_MINUTES);
  if (recent.length < OUT_MINUTES || !recent.every((point) => point > policy.targetValue)) return [];
  if (state.lastOut !== undefined && state.now - state.lastOut < policy.scaleOutCooldownMs) return [];
  return [proportional(state, policy, recent.at(-1)!)];
}

function wishIn(state: ScalingState, { policy, points }: TrackedPolicy): ScalingDecision | undefined {
  const recent = points.slice(-IN_MINUTES);
  if (policy.disableScaleIn || recent.length < IN_MINUTES) return undefined;
  if (!recent.every((point) => point < policy.targetValue * IN_SHARE)) return undefined;
  if (state.lastIn !== undefined && state.now - state.lastIn < policy.scaleInCooldownMs) return undefined;
  return proportional(state, policy, recent.at(-1)!);
}

/** So many tasks as would have the target value under the same load, rounded up. */
function proportional({ desired }: ScalingState, policy: TrackingPolicy, metric: number): ScalingDecision {
  return { desired: Math.ceil((desired * metric) / policy.targetValue), policy, metric };
}

function bounded({ desired, minimum, maximum }: ScalingState, wish: ScalingDecision, way: 'out' | 'in'): ScalingDecision | undefined {
  const wanted = Math.min(maximum, Math.max(minimum, wish.desired));
  const changes = way === 'out' ? wanted > desired : wanted < desired;
  return changes ? { ...wish, desired: wanted } : undefined;
}

function largest(wishes: readonly ScalingDecision[]): ScalingDecision | undefined {
  return wishes.toSorted((one, other) => other.desired - one.desired)[0];
}
