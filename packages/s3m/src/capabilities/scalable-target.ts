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

/** A service whose number of tasks is set by policies, within bounds. */
export interface ScalableTarget {
  /** Begins to follow a policy; answers what ends it. */
  track(policy: TrackingPolicy): () => void;
}
