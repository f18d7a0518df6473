import { PropertyReader } from '../property-reader.ts';
import type { ResourceType } from '../resource-type.ts';
import { inNetwork } from '../in-network.ts';
import { unchanging } from './unchanging.ts';

/** `AWS::EC2::RouteTable`: routes for the subnets that are associated with it; the local route is always there (VPC-003). */
export const routeTable: ResourceType = {
  type: 'AWS::EC2::RouteTable',
  scope: 'simulated',
  properties: { VpcId: 'simulated', Tags: { inert: 'nothing reads tags' } },
  required: ['VpcId'],
  attributes: ['RouteTableId'],
  replacedBy: ['VpcId'],
  create: async (context) => {
    const id = `rtb-${context.physicalId(17)}`;
    const vpcId = new PropertyReader(context.properties).string('VpcId');
    const { model } = context.account.network;
    const remove = inNetwork(() => model.addRouteTable({ id, name: context.name.logicalId, vpcId }), 'VpcId');
    return unchanging(id, { RouteTableId: id }, remove);
  },
};
