import { ALLOW_ALL, type Direction, type SecurityRule } from '../../network/security-rule.ts';
import type { VpcModel } from '../../network/vpc-model.ts';
import { PropertyReader } from '../property-reader.ts';
import type { Properties, Resource, ResourceContext, ResourceType } from '../resource-type.ts';
import { inNetwork } from '../in-network.ts';
import { readRule, ruleProperties } from './read-rule.ts';

/** `AWS::EC2::SecurityGroup`: allow rules around network interfaces (VPC-030 to VPC-040). Changed rules count for the next connection. */
export const securityGroup: ResourceType = {
  type: 'AWS::EC2::SecurityGroup',
  scope: 'simulated',
  properties: {
    GroupDescription: { inert: 'text for people' },
    GroupName: { inert: 'groups are found by id' },
    VpcId: 'simulated',
    ...ruleProperties('SecurityGroupIngress.', 'ingress'),
    ...ruleProperties('SecurityGroupEgress.', 'egress'),
    Tags: { inert: 'nothing reads tags' },
  },
  // EC2 would take the account's default VPC; there is none here.
  required: ['GroupDescription', 'VpcId'],
  attributes: ['GroupId', 'Id', 'VpcId'],
  replacedBy: ['GroupDescription', 'GroupName', 'VpcId'],
  create: (context) => Promise.resolve(createGroup(context)),
};

function createGroup(context: ResourceContext): Resource {
  const { model } = context.account.network;
  const vpcId = new PropertyReader(context.properties).string('VpcId');
  const id = `sg-${context.physicalId(17)}`;
  let { ingress, egress } = readRules(context.properties, model);
  // VPC-031, VPC-032: without a rule in the template, the one that EC2 puts in stays: everything may leave.
  let applied = egress.length > 0 ? egress : [ALLOW_ALL];
  const remove = inNetwork(() => model.addSecurityGroup({ id, name: context.name.logicalId, vpcId, ingress, egress: applied }), 'VpcId');
  const resource: Resource = {
    ref: id,
    attributes: { GroupId: id, Id: id, VpcId: vpcId },
    update: (next) => {
      const hadRules = egress.length > 0;
      ({ ingress, egress } = readRules(next.properties, model));
      // VPC-032: rules that are taken out of the template later are not replaced by EC2's own.
      if (hadRules || egress.length > 0) applied = egress;
      model.setSecurityRules(id, { ingress, egress: applied });
      return Promise.resolve(resource);
    },
    delete: () => Promise.resolve(remove()),
  };
  return resource;
}

function readRules(properties: Properties, model: VpcModel): Readonly<Record<Direction, readonly SecurityRule[]>> {
  const read = new PropertyReader(properties);
  return {
    ingress: read.objects('SecurityGroupIngress').map((rule) => readRule(rule, 'ingress', model)),
    egress: read.objects('SecurityGroupEgress').map((rule) => readRule(rule, 'egress', model)),
  };
}
