import type { ResourceType } from '../resource-type.ts';
import { addRule } from './add-rule.ts';
import { ruleProperties } from './read-rule.ts';

/** `AWS::EC2::SecurityGroupIngress`: adds an inbound rule to a group. */
export const securityGroupIngress: ResourceType = {
  type: 'AWS::EC2::SecurityGroupIngress',
  scope: 'simulated',
  properties: { GroupId: 'simulated', ...ruleProperties('', 'ingress') },
  required: ['GroupId', 'IpProtocol'],
  attributes: ['Id'],
  create: async (context) => addRule(context, 'ingress'),
};
