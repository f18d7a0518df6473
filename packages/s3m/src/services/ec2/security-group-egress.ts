import type { ResourceType } from '../resource-type.ts';
import { addRule } from './add-rule.ts';
import { ruleProperties } from './read-rule.ts';

/** `AWS::EC2::SecurityGroupEgress`: adds an outbound rule to a group, and takes away the one by which everything may leave (VPC-035). */
export const securityGroupEgress: ResourceType = {
  type: 'AWS::EC2::SecurityGroupEgress',
  scope: 'simulated',
  properties: { GroupId: 'simulated', ...ruleProperties('', 'egress') },
  required: ['GroupId', 'IpProtocol'],
  attributes: ['Id'],
  create: async (context) => addRule(context, 'egress'),
};
