import { ResourceFailure, type Resource, type ResourceContext, type ResourceType } from '../resource-type.ts';
import { FunctionTargetGroup, type FunctionGroupSettings } from './functions/function-group.ts';
import { checkTargetGroup } from './check-target-group.ts';
import type { Target } from '../../capabilities/target-group.ts';
import { addressTarget, balancerTargets, noInstances } from './registered-by-template.ts';
import { LiveTargetGroup } from './live-target-group.ts';
import { readTargetGroupSettings, readTargetType } from './target-group-settings.ts';
import { PropertyReader } from '../property-reader.ts';

/** `AWS::ElasticLoadBalancingV2::TargetGroup`: targets of a load balancer, and their health. */
export const targetGroup: ResourceType = {
  type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
  scope: 'simulated',
  properties: {
    Name: 'simulated',
    Port: 'simulated',
    Protocol: 'simulated',
    ProtocolVersion: 'simulated',
    TargetType: 'simulated',
    'Targets.Id': 'simulated',
    'Targets.Port': 'simulated',
    'Targets.AvailabilityZone': { inert: 'a target is in the zone of its network interface' },
    VpcId: 'simulated',
    HealthCheckEnabled: 'simulated',
    HealthCheckIntervalSeconds: 'simulated',
    HealthCheckPath: 'simulated',
    HealthCheckPort: 'simulated',
    HealthCheckProtocol: 'simulated',
    HealthCheckTimeoutSeconds: 'simulated',
    HealthyThresholdCount: 'simulated',
    UnhealthyThresholdCount: 'simulated',
    'Matcher.HttpCode': 'simulated',
    TargetGroupAttributes: 'simulated',
    Tags: { inert: 'nothing reads tags' },
  },
  attributes: ['TargetGroupArn', 'TargetGroupFullName', 'TargetGroupName'],
  replacedBy: ['Name', 'Port', 'Protocol', 'ProtocolVersion', 'TargetType', 'VpcId'],
  check: checkTargetGroup,
  create: async (context) => createTargetGroup(context),
};

function createTargetGroup(context: ResourceContext): Resource {
  const { account } = context;
  const read = new PropertyReader(context.properties);
  const name = read.optionalString('Name') ?? context.physicalName({ max: 32 });
  const fullName = `targetgroup/${name}/${context.physicalId(16)}`;
  const arn = `arn:${account.partition}:elasticloadbalancing:${account.region}:${account.id}:${fullName}`;
  if (read.optionalString('TargetType') === 'lambda') return createFunctionGroup(context, { arn, name, fullName });
  const group = new LiveTargetGroup(arn, name, readTargetGroupSettings(context.properties), account);
  let registered = registerAll(group, [], targetsOf(context));
  const takeBack = account.directory.provide('targetGroup', arn, group);
  const resource: Resource = {
    ref: arn,
    attributes: { TargetGroupArn: arn, TargetGroupFullName: fullName, TargetGroupName: name },
    update: async (next) => {
      group.configure(readTargetGroupSettings(next.properties));
      registered = registerAll(group, registered, targetsOf(next));
      return resource;
    },
    delete: async () => {
      takeBack();
      group.close();
    },
  };
  return resource;
}

/** A group of type `lambda` has one function, or none yet. */
function createFunctionGroup(
  context: ResourceContext,
  { arn, name, fullName }: { readonly arn: string; readonly name: string; readonly fullName: string },
): Resource {
  const { account } = context;
  const group = new FunctionTargetGroup(arn, name, readFunctionGroup(context), account);
  const takeBack = account.directory.provide('targetGroup', arn, group);
  const resource: Resource = {
    ref: arn,
    attributes: { TargetGroupArn: arn, TargetGroupFullName: fullName, TargetGroupName: name },
    update: async (next) => {
      group.settings = readFunctionGroup(next);
      return resource;
    },
    delete: async () => takeBack(),
  };
  return resource;
}

/** @throws ResourceFailure when there is no such function */
function readFunctionGroup({ properties, account }: ResourceContext): FunctionGroupSettings {
  const read = new PropertyReader(properties);
  const [target] = read.objects('Targets');
  const functionArn = target?.string('Id');
  const base = functionArn?.split(':').slice(0, 7).join(':');
  if (base !== undefined && account.directory.find('function', base) === undefined)
    throw new ResourceFailure(`The function '${functionArn}' does not exist`, { property: 'Targets[0].Id' });
  const multiValue = read
    .objects('TargetGroupAttributes')
    .some((attribute) => attribute.string('Key') === 'lambda.multi_value_headers.enabled' && attribute.string('Value') === 'true');
  return { functionArn, multiValue };
}

/** The targets that the template itself registers. */
function targetsOf({ properties, account }: ResourceContext): readonly Target[] {
  const read = new PropertyReader(properties);
  const port = read.integer('Port');
  const type = readTargetType(read);
  const named = read.objects('Targets').map((target) => ({ id: target.string('Id'), port: target.integer('Port', port) }));
  if (type === 'instance' && named.length > 0) throw noInstances(named);
  const vpcId = read.optionalString('VpcId');
  return named.flatMap((target) => (type === 'alb' ? balancerTargets(account, target) : [addressTarget(account, target, vpcId)]));
}

function registerAll(group: LiveTargetGroup, before: readonly Target[], now: readonly Target[]): readonly Target[] {
  const isIn = (list: readonly Target[], target: Target): boolean =>
    list.some(({ address, port }) => address === target.address && port === target.port);
  for (const target of before) if (!isIn(now, target)) void group.deregister(target);
  for (const target of now) if (!isIn(before, target)) group.register(target);
  return now;
}
