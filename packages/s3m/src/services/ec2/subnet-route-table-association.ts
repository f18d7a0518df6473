import { PropertyReader } from '../property-reader.ts';
import type { Resource, ResourceContext, ResourceType } from '../resource-type.ts';
import { inNetwork } from '../in-network.ts';

/** `AWS::EC2::SubnetRouteTableAssociation`: gives a subnet a route table of its own (VPC-002). */
export const subnetRouteTableAssociation: ResourceType = {
  type: 'AWS::EC2::SubnetRouteTableAssociation',
  scope: 'simulated',
  properties: { SubnetId: 'simulated', RouteTableId: 'simulated' },
  required: ['SubnetId', 'RouteTableId'],
  attributes: ['Id'],
  replacedBy: ['SubnetId'],
  create: (context) => Promise.resolve(associate(context)),
};

function associate(context: ResourceContext): Resource {
  const id = `rtbassoc-${context.physicalId(17)}`;
  const add = ({ account, properties }: ResourceContext): (() => void) => {
    const read = new PropertyReader(properties);
    return inNetwork(() => account.network.model.associateRouteTable(read.string('SubnetId'), read.string('RouteTableId')));
  };
  let remove = add(context);
  const resource: Resource = {
    ref: id,
    attributes: { Id: id },
    update: (next) => {
      const removeOld = remove;
      // The newer association wins at once; taking the older one away leaves it alone.
      remove = add(next);
      removeOld();
      return Promise.resolve(resource);
    },
    delete: () => Promise.resolve(remove()),
  };
  return resource;
}
