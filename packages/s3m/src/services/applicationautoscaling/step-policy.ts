import type { StepPolicy } from '../../capabilities/scalable-target.ts';
import { isObject, listOf, textOf } from '../known-value.ts';
import { PropertyReader } from '../property-reader.ts';
import { ResourceFailure, type Finding, type Properties } from '../resource-type.ts';

const TYPES = ['ChangeInCapacity', 'PercentChangeInCapacity', 'ExactCapacity'] as const;
const DEFAULT_COOLDOWN_S = 300;
const AT = 'StepScalingPolicyConfiguration';

/** What AWS would refuse in the steps of a policy. */
export function checkStepPolicy(properties: Properties): Finding[] {
  const configuration = properties[AT];
  if (!isObject(configuration)) {
    return [{ property: AT, kind: 'invalid', message: 'A step scaling policy needs a StepScalingPolicyConfiguration.' }];
  }
  const steps = listOf(configuration['StepAdjustments']);
  return steps.flatMap((step, index): Finding[] => {
    const [lower, upper] = [textOf(step['MetricIntervalLowerBound']), textOf(step['MetricIntervalUpperBound'])];
    const property = `${AT}.StepAdjustments[${index}]`;
    if (lower === undefined && upper === undefined && steps.length > 1)
      return [
        { property, kind: 'invalid', message: 'At least one of MetricIntervalLowerBound and MetricIntervalUpperBound must be given.' },
      ];
    if (lower !== undefined && upper !== undefined && Number(lower) >= Number(upper))
      return [{ property, kind: 'invalid', message: 'MetricIntervalLowerBound must be less than MetricIntervalUpperBound.' }];
    return [];
  });
}

/** @throws ResourceFailure */
export function readStepPolicy(properties: Properties, name: string): StepPolicy {
  const configuration = new PropertyReader(properties).object(AT);
  if (configuration === undefined)
    throw new ResourceFailure('A step scaling policy needs a StepScalingPolicyConfiguration.', { property: AT });
  return {
    name,
    adjustmentType: configuration.oneOf('AdjustmentType', TYPES),
    minimumMagnitude: configuration.integer('MinAdjustmentMagnitude', 0),
    cooldownMs: configuration.integer('Cooldown', DEFAULT_COOLDOWN_S) * 1000,
    steps: configuration.objects('StepAdjustments').map((step) => ({
      adjustment: step.integer('ScalingAdjustment'),
      ...(step.has('MetricIntervalLowerBound') ? { lowerBound: step.number('MetricIntervalLowerBound', 0) } : {}),
      ...(step.has('MetricIntervalUpperBound') ? { upperBound: step.number('MetricIntervalUpperBound', 0) } : {}),
    })),
  };
}
