import { PropertyReader } from '../property-reader.ts';
import type { ResourceType } from '../resource-type.ts';
import { inNetwork } from '../in-network.ts';
import { unchanging } from './unchanging.ts';

/** `AWS::EC2::Subnet`: a part of a VPC in one availability zone. Whether it is public is a matter of its routes (VPC-001). */
export const subnet: ResourceType = {
  type: 'AWS::EC2::Subnet',
  scope: 'simulated',
  properties: {
    AvailabilityZone: 'simulated',
    CidrBlock: 'simulated',
    VpcId: 'simulated',
    MapPublicIpOnLaunch: { inert: 'it is for EC2 instances; tasks say themselves whether they want a public address' },
    Tags: { inert: 'nothing reads tags' },
  },
  required: ['VpcId', 'CidrBlock'],
  attributes: ['AvailabilityZone', 'CidrBlock', 'Ipv6CidrBlocks', 'NetworkAclAssociationId', 'SubnetId', 'VpcId'],
  replacedBy: ['AvailabilityZone', 'CidrBlock', 'VpcId'],
  create: async (context) => {
    const read = new PropertyReader(context.properties);
    const id = `subnet-${context.physicalId(17)}`;
    const [vpcId, cidr] = [read.string('VpcId'), read.string('CidrBlock')];
    const zone = read.optionalString('AvailabilityZone') ?? `${context.account.region}a`;
    const { model } = context.account.network;
    const remove = inNetwork(() => model.addSubnet({ id, name: context.name.logicalId, vpcId, cidr, zone }), 'CidrBlock');
    return unchanging(
      id,
      {
        SubnetId: id,
        VpcId: vpcId,
        CidrBlock: cidr,
        AvailabilityZone: zone,
        Ipv6CidrBlocks: [],
        NetworkAclAssociationId: `aclassoc-${context.physicalId(17, 'hex', 'acl association')}`,
      },
      remove,
    );
  },
};
