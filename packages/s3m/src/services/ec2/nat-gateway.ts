import { PropertyReader } from '../property-reader.ts';
import type { Resource, ResourceType } from '../resource-type.ts';
import { inEc2 } from './in-ec2.ts';

/** `AWS::EC2::NatGateway`: the way out for private subnets; only from a public subnet does it lead anywhere (VPC-011). */
export const natGateway: ResourceType = {
  type: 'AWS::EC2::NatGateway',
  scope: 'simulated',
  properties: {
    SubnetId: 'simulated',
    AllocationId: { inert: 'nobody outside sees the public address' },
    Tags: { inert: 'nothing reads tags' },
  },
  required: ['SubnetId'],
  attributes: ['NatGatewayId'],
  replacedBy: ['SubnetId', 'AllocationId'],
  create: async (context) => {
    const id = `nat-${context.physicalId(17)}`;
    const remove = inEc2(() => context.account.network.addNatGateway(id, new PropertyReader(context.properties).string('SubnetId')));
    const resource: Resource = {
      ref: id,
      attributes: { NatGatewayId: id },
      update: () => Promise.resolve(resource),
      delete: async () => remove(),
    };
    return resource;
  },
};
