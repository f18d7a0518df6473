import { PropertyReader } from '../property-reader.ts';
import { ResourceFailure, type Resource, type ResourceContext, type ResourceType } from '../resource-type.ts';
import { inNetwork } from '../in-network.ts';

/** `AWS::EC2::SubnetNetworkAclAssociation`: gives a subnet a network ACL of its own instead of the VPC's default (VPC-043). */
export const subnetNetworkAclAssociation: ResourceType = {
  type: 'AWS::EC2::SubnetNetworkAclAssociation',
  scope: 'simulated',
  properties: { SubnetId: 'simulated', NetworkAclId: 'simulated' },
  required: ['SubnetId', 'NetworkAclId'],
  attributes: ['AssociationId'],
  replacedBy: ['SubnetId', 'NetworkAclId'],
  create: async (context) => create(context),
};

function create(context: ResourceContext): Resource {
  const { model } = context.account.network;
  const read = new PropertyReader(context.properties);
  const subnet = model.findSubnet(read.string('SubnetId'));
  if (subnet === undefined) {
    throw new ResourceFailure(`The subnet ID '${read.string('SubnetId')}' does not exist`, { property: 'SubnetId' });
  }
  const remove = inNetwork(() => model.acls.associate(subnet, read.string('NetworkAclId')), 'NetworkAclId');
  const id = `aclassoc-${context.physicalId(17)}`;
  return { ref: id, attributes: { AssociationId: id }, delete: () => Promise.resolve(remove()) };
}
