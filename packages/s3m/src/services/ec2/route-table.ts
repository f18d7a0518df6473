import { PropertyReader } from '../property-reader.ts';
import type { Resource, ResourceType } from '../resource-type.ts';

/** `AWS::EC2::RouteTable`: the routes of the subnets that are associated with it; the local route is always there (VPC-003). */
export const routeTable: ResourceType = {
  type: 'AWS::EC2::RouteTable',
  scope: 'simulated',
  properties: { VpcId: 'simulated', Tags: { inert: 'nothing reads tags' } },
  required: ['VpcId'],
  attributes: ['RouteTableId'],
  replacedBy: ['VpcId'],
  create: async (context) => {
    const id = `rtb-${context.physicalId(17)}`;
    const remove = context.account.network.addRouteTable(id, new PropertyReader(context.properties).string('VpcId'));
    const resource: Resource = {
      ref: id,
      attributes: { RouteTableId: id },
      update: () => Promise.resolve(resource),
      delete: async () => remove(),
    };
    return resource;
  },
};
