import type { ScalingAction } from './scaling-action.ts';

/** What Application Auto Scaling measures of a service. */
export type ScalingMetric = 'ECSServiceAverageCPUUtilization' | 'ECSServiceAverageMemoryUtilization' | 'ALBRequestCountPerTarget';

/** A target-tracking policy; cool-downs in milliseconds. */
export interface TrackingPolicy {
  readonly name: string;
  readonly metric: ScalingMetric;
  /** ARN of the target group whose requests are counted. */
  readonly targetGroupArn?: string;
  /** Percent, or requests a minute and target. */
  readonly targetValue: number;
  readonly scaleOutCooldownMs: number;
  readonly scaleInCooldownMs: number;
  readonly disableScaleIn: boolean;
}

/** What to do when the metric lies so far from the alarm's threshold. */
export interface StepAdjustment {
  /** Distances from the threshold; left out, without a bound. */
  readonly lowerBound?: number;
  readonly upperBound?: number;
  readonly adjustment: number;
}

/** A step-scaling policy; cool-down in milliseconds. */
export interface StepPolicy {
  readonly name: string;
  readonly adjustmentType: 'ChangeInCapacity' | 'PercentChangeInCapacity' | 'ExactCapacity';
  /** Tasks that a percentage changes at least. */
  readonly minimumMagnitude: number;
  readonly cooldownMs: number;
  readonly steps: readonly StepAdjustment[];
}

/** A service whose number of tasks is set by policies, within bounds. */
export interface ScalableTarget {
  /** Begins to follow a policy; answers what ends it. */
  track(policy: TrackingPolicy): () => void;
  /** Answers what an alarm calls to have the policy carried out. */
  stepBy(policy: StepPolicy): ScalingAction;
}
