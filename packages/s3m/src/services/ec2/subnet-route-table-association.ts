import { PropertyReader } from '../property-reader.ts';
import type { ResourceType } from '../resource-type.ts';
import { inEc2 } from './in-ec2.ts';

/** `AWS::EC2::SubnetRouteTableAssociation`: which table a subnet uses (VPC-002). */
export const subnetRouteTableAssociation: ResourceType = {
  type: 'AWS::EC2::SubnetRouteTableAssociation',
  scope: 'simulated',
  properties: { SubnetId: 'simulated', RouteTableId: 'simulated' },
  required: ['SubnetId', 'RouteTableId'],
  attributes: ['Id'],
  create: async (context) => {
    const read = new PropertyReader(context.properties);
    const id = `rtbassoc-${context.physicalId(17)}`;
    const remove = inEc2(() => context.account.network.associateRouteTable(read.string('SubnetId'), read.string('RouteTableId')));
    return { ref: id, attributes: { Id: id }, delete: async () => remove() };
  },
};
