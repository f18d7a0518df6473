import type { Resource, ResourceContext, ResourceType } from '../resource-type.ts';
import { checkTargetGroup } from './check-target-group.ts';
import { LiveTargetGroup } from './live-target-group.ts';
import { readTargetGroupSettings } from './target-group-settings.ts';
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
    VpcId: 'simulated',
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
  required: ['Port', 'Protocol', 'VpcId'],
  attributes: ['TargetGroupArn', 'TargetGroupFullName', 'TargetGroupName'],
  replacedBy: ['Name', 'Port', 'Protocol', 'ProtocolVersion', 'TargetType', 'VpcId'],
  check: checkTargetGroup,
  create: async (context) => createTargetGroup(context),
};

function createTargetGroup(context: ResourceContext): Resource {
  const { account } = context;
  const name = new PropertyReader(context.properties).optionalString('Name') ?? context.physicalName({ max: 32 });
  const fullName = `targetgroup/${name}/${context.physicalId(16)}`;
  const arn = `arn:${account.partition}:elasticloadbalancing:${account.region}:${account.id}:${fullName}`;
  const group = new LiveTargetGroup(arn, name, readTargetGroupSettings(context.properties), account);
  const takeBack = account.directory.provide('targetGroup', arn, group);
  const resource: Resource = {
    ref: arn,
    attributes: { TargetGroupArn: arn, TargetGroupFullName: fullName, TargetGroupName: name },
    update: async (next) => {
      group.configure(readTargetGroupSettings(next.properties));
      return resource;
    },
    delete: async () => {
      takeBack();
      group.close();
    },
  };
  return resource;
}
