import type { TrackingPolicy } from '../../capabilities/scalable-target.ts';
import type { Account } from '../account.ts';
import { checkStepPolicy, readStepPolicy } from './step-policy.ts';
import { isObject, textOf } from '../known-value.ts';
import { PropertyReader } from '../property-reader.ts';
import {
  ResourceFailure,
  type Finding,
  type Properties,
  type Resource,
  type ResourceContext,
  type ResourceType,
} from '../resource-type.ts';

const METRICS = ['ECSServiceAverageCPUUtilization', 'ECSServiceAverageMemoryUtilization', 'ALBRequestCountPerTarget'] as const;
/** ECS-097 */
const DEFAULT_COOLDOWN_S = 300;

/** `AWS::ApplicationAutoScaling::ScalingPolicy`: target tracking on what the tasks of a service use or on requests to them (ECS-097), or steps that an alarm takes. */
export const scalingPolicy: ResourceType = {
  type: 'AWS::ApplicationAutoScaling::ScalingPolicy',
  scope: 'simulated',
  properties: {
    PolicyName: 'simulated',
    PolicyType: 'simulated',
    ScalingTargetId: 'simulated',
    ResourceId: 'simulated',
    ScalableDimension: 'simulated',
    ServiceNamespace: 'simulated',
    'TargetTrackingScalingPolicyConfiguration.TargetValue': 'simulated',
    'TargetTrackingScalingPolicyConfiguration.ScaleInCooldown': 'simulated',
    'TargetTrackingScalingPolicyConfiguration.ScaleOutCooldown': 'simulated',
    'TargetTrackingScalingPolicyConfiguration.DisableScaleIn': 'simulated',
    'TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification.PredefinedMetricType': 'simulated',
    'TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification.ResourceLabel': 'simulated',
    'StepScalingPolicyConfiguration.AdjustmentType': 'simulated',
    'StepScalingPolicyConfiguration.Cooldown': 'simulated',
    'StepScalingPolicyConfiguration.MinAdjustmentMagnitude': 'simulated',
    'StepScalingPolicyConfiguration.StepAdjustments': 'simulated',
    'StepScalingPolicyConfiguration.MetricAggregationType': {
      inert: 'an alarm hands on one value a minute here, and the three are the same of one',
    },
  },
  required: ['PolicyName', 'PolicyType'],
  attributes: ['Arn'],
  replacedBy: ['PolicyName', 'PolicyType', 'ScalingTargetId', 'ResourceId', 'ScalableDimension', 'ServiceNamespace'],
  check: checkPolicy,
  create: (context) => Promise.resolve().then(() => createPolicy(context)),
};

function checkPolicy(properties: Properties): Finding[] {
  const type = textOf(properties['PolicyType']);
  if (type === 'StepScaling') return checkStepPolicy(properties);
  if (type !== undefined && type !== 'TargetTrackingScaling') {
    const message = `policy type ${type} is not supported; TargetTrackingScaling and StepScaling are`;
    return [{ property: 'PolicyType', kind: 'unsupported', message }];
  }
  const configuration = properties['TargetTrackingScalingPolicyConfiguration'];
  const predefined = isObject(configuration) ? configuration['PredefinedMetricSpecification'] : undefined;
  const metric = isObject(predefined) ? textOf(predefined['PredefinedMetricType']) : undefined;
  if (metric === undefined || (METRICS as readonly string[]).includes(metric)) return [];
  return [
    {
      property: 'TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification.PredefinedMetricType',
      kind: 'unsupported',
      message: `metric ${metric} is not supported; ${METRICS.join(', ')} are`,
    },
  ];
}

function createPolicy(context: ResourceContext): Resource {
  const { account } = context;
  const reader = new PropertyReader(context.properties);
  const id = reader.optionalString('ScalingTargetId') ?? `${reader.string('ResourceId')}|${reader.string('ScalableDimension')}|ecs`;
  const target = account.directory.find('scalableTarget', id);
  const [resourceId = ''] = id.split('|');
  if (target === undefined) {
    throw new ResourceFailure(
      `No scalable target registered for service namespace: ecs, resource ID: ${resourceId}, scalable dimension: ecs:service:DesiredCount`,
      { property: 'ScalingTargetId', fix: 'Name the AWS::ApplicationAutoScaling::ScalableTarget with Ref.' },
    );
  }
  const name = reader.string('PolicyName');
  const uuid = context.physicalId(32, 'hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const arn = `arn:${account.partition}:autoscaling:${account.region}:${account.id}:scalingPolicy:${uuid}:resource/ecs/${resourceId}:policyName/${name}`;
  const follow = (properties: Properties): (() => void) =>
    reader.string('PolicyType') === 'StepScaling'
      ? account.directory.provide('scalingAction', arn, target.stepBy(readStepPolicy(properties, name)))
      : target.track(readPolicy(account, properties, name));
  let end = follow(context.properties);
  const resource: Resource = {
    ref: arn,
    attributes: { Arn: arn },
    update: (next) => {
      end();
      end = follow(next.properties);
      return Promise.resolve(resource);
    },
    delete: () => Promise.resolve(end()),
  };
  return resource;
}

function readPolicy(account: Account, properties: Properties, name: string): TrackingPolicy {
  const configuration = new PropertyReader(properties).object('TargetTrackingScalingPolicyConfiguration');
  const predefined = configuration?.object('PredefinedMetricSpecification');
  if (configuration === undefined || predefined === undefined) {
    throw new ResourceFailure(
      'A target tracking policy needs a TargetTrackingScalingPolicyConfiguration with a PredefinedMetricSpecification.',
      {
        property: 'TargetTrackingScalingPolicyConfiguration',
      },
    );
  }
  const metric = predefined.oneOf('PredefinedMetricType', METRICS);
  return {
    name,
    metric,
    ...(metric === 'ALBRequestCountPerTarget' ? { targetGroupArn: targetGroupOf(account, predefined.string('ResourceLabel')) } : {}),
    targetValue: configuration.number('TargetValue', 0),
    scaleOutCooldownMs: configuration.integer('ScaleOutCooldown', DEFAULT_COOLDOWN_S) * 1000,
    scaleInCooldownMs: configuration.integer('ScaleInCooldown', DEFAULT_COOLDOWN_S) * 1000,
    disableScaleIn: configuration.boolean('DisableScaleIn', false),
  };
}

/** `app/BALANCER/ID/targetgroup/GROUP/ID` */
function targetGroupOf(account: Account, label: string): string {
  const group = /^app\/[^/]+\/[^/]+\/(targetgroup\/[^/]+\/[^/]+)$/.exec(label)?.[1];
  const arn = `arn:${account.partition}:elasticloadbalancing:${account.region}:${account.id}:${group ?? ''}`;
  if (group !== undefined && account.directory.find('targetGroup', arn) !== undefined) return arn;
  throw new ResourceFailure(`The resource label "${label}" names no target group of an application load balancer.`, {
    property: 'TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification.ResourceLabel',
    fix: 'Join LoadBalancerFullName and TargetGroupFullName with a slash: app/NAME/ID/targetgroup/NAME/ID.',
  });
}
