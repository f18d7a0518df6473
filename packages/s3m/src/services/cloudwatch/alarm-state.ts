/** What an alarm compares, and how often it has to be true. */
export interface AlarmRule {
  readonly comparison: Comparison;
  readonly threshold: number;
  /** Minutes that make one data point. */
  readonly periodMinutes: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly statistic: 'Average' | 'Sum';
  readonly missing: 'missing' | 'notBreaching' | 'breaching' | 'ignore';
}

export const COMPARISONS = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
] as const;

export type Comparison = (typeof COMPARISONS)[number];

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** What an alarm finds now; `value` is the newest data point. */
export interface Finding {
  readonly state: AlarmState;
  readonly value: number | undefined;
}

/** Minutes that an alarm looks back. */
export function minutesOf({ periodMinutes, evaluationPeriods }: AlarmRule): number {
  return periodMinutes * evaluationPeriods;
}

/**
 * Evaluates what was measured in each of the last minutes, the newest last, undefined where nothing was; the periods end now, as a rolling window does.
 * (Amazon CloudWatch User Guide, "Evaluating an alarm", "Configuring how CloudWatch alarms treat missing data")
 */
export function evaluateAlarm(rule: AlarmRule, minutes: readonly (number | undefined)[], before: AlarmState): Finding {
  const wanted = minutesOf(rule);
  if (minutes.length < wanted) return { state: 'INSUFFICIENT_DATA', value: undefined };
  const recent = minutes.slice(-wanted);
  const points = Array.from({ length: rule.evaluationPeriods }, (_, index) =>
    dataPoint(rule, recent.slice(index * rule.periodMinutes, (index + 1) * rule.periodMinutes)),
  );
  const value = points.at(-1);
  if (points.every((point) => point === undefined)) {
    if (rule.missing === 'missing') return { state: 'INSUFFICIENT_DATA', value };
    if (rule.missing === 'ignore') return { state: before, value };
  }
  const breaching = points.filter((point) => (point === undefined ? rule.missing === 'breaching' : breaches(rule, point))).length;
  return { state: breaching >= rule.datapointsToAlarm ? 'ALARM' : 'OK', value };
}

function dataPoint({ statistic }: AlarmRule, minutes: readonly (number | undefined)[]): number | undefined {
  const known = minutes.filter((minute) => minute !== undefined);
  if (known.length === 0) return undefined;
  const sum = known.reduce((all, minute) => all + minute, 0);
  return statistic === 'Sum' ? sum : sum / known.length;
}

function breaches({ comparison, threshold }: AlarmRule, value: number): boolean {
  if (comparison === 'GreaterThanOrEqualToThreshold') return value >= threshold;
  if (comparison === 'GreaterThanThreshold') return value > threshold;
  return comparison === 'LessThanThreshold' ? value < threshold : value <= threshold;
}
