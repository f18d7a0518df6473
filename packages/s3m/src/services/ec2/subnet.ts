import { PropertyReader } from '../property-reader.ts';
import type { Resource, ResourceType } from '../resource-type.ts';
import { inEc2 } from './in-ec2.ts';

/** `AWS::EC2::Subnet`: a part of a VPC in one availability zone. Whether it is public is a matter of its routes (VPC-001). */
export const subnet: ResourceType = {
  type: 'AWS::EC2::Subnet',
  scope: 'simulated',
  properties: {
    AvailabilityZone: 'simulated',
    CidrBlock: 'simulated',
    VpcId: 'simulated',
    MapPublicIpOnLaunch: { inert: 'tasks say themselves whether they want a public address' },
    Tags: { inert: 'nothing reads tags' },
  },
  required: ['VpcId', 'CidrBlock'],
  attributes: ['AvailabilityZone', 'CidrBlock', 'SubnetId', 'VpcId'],
  replacedBy: ['AvailabilityZone', 'CidrBlock', 'VpcId'],
  create: async (context) => {
    const read = new PropertyReader(context.properties);
    const id = `subnet-${context.physicalId(17)}`;
    const vpcId = read.string('VpcId');
    const cidr = read.string('CidrBlock');
    const zone = read.optionalString('AvailabilityZone') ?? `${context.account.region}a`;
    const remove = inEc2(() => context.account.network.addSubnet({ id, name: context.name.logicalId, vpcId, cidr, zone }));
    const resource: Resource = {
      ref: id,
      attributes: { SubnetId: id, VpcId: vpcId, CidrBlock: cidr, AvailabilityZone: zone },
      update: () => Promise.resolve(resource),
      delete: async () => remove(),
    };
    return resource;
  },
};
