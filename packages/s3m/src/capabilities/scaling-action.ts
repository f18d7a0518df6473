/** A scaling policy as an alarm calls it. */
export interface ScalingAction {
  /** Called once a minute while the alarm is in ALARM, with what it measured. */
  breached(metric: number, threshold: number): void;
}
