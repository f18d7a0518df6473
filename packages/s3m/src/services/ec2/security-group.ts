import { ALLOW_ALL, type Direction, type SecurityRule } from '../../network/security-rule.ts';
import { PropertyReader } from '../property-reader.ts';
import type { Resource, ResourceContext, ResourceType } from '../resource-type.ts';
import { inEc2 } from './in-ec2.ts';
import { readRule, ruleProperties } from './read-rule.ts';

/** `AWS::EC2::SecurityGroup`: allow rules around network interfaces (VPC-030 to VPC-040). Changed rules count for the next connection. */
export const securityGroup: ResourceType = {
  type: 'AWS::EC2::SecurityGroup',
  scope: 'simulated',
  properties: {
    GroupDescription: { inert: 'for people' },
    GroupName: { inert: 'groups are found by id' },
    VpcId: 'simulated',
    ...ruleProperties('SecurityGroupIngress.', 'ingress'),
    ...ruleProperties('SecurityGroupEgress.', 'egress'),
    Tags: { inert: 'nothing reads tags' },
  },
  required: ['GroupDescription', 'VpcId'],
  attributes: ['GroupId', 'Id', 'VpcId'],
  replacedBy: ['GroupDescription', 'GroupName', 'VpcId'],
  create: (context) => Promise.resolve(createGroup(context)),
};

function createGroup(context: ResourceContext): Resource {
  const { network } = context.account;
  const vpcId = new PropertyReader(context.properties).string('VpcId');
  const id = `sg-${context.physicalId(17)}`;
  const rules = readRules(context);
  const remove = inEc2(() => network.addSecurityGroup({ id, name: context.name.logicalId, vpcId }));
  network.setInlineRules(id, rules);
  const resource: Resource = {
    ref: id,
    attributes: { GroupId: id, Id: id, VpcId: vpcId },
    update: async (next) => {
      network.setInlineRules(id, readRules(next));
      return resource;
    },
    delete: async () => remove(),
  };
  return resource;
}

function readRules({ properties }: ResourceContext): Record<Direction, SecurityRule[]> {
  const read = new PropertyReader(properties);
  const egress = read.objects('SecurityGroupEgress').map((rule) => readRule(rule, 'egress'));
  return {
    ingress: read.objects('SecurityGroupIngress').map((rule) => readRule(rule, 'ingress')),
    // VPC-031, VPC-032: without a rule in the template, the one that EC2 put in stays: everything may leave.
    egress: egress.length > 0 ? egress : [ALLOW_ALL],
  };
}
