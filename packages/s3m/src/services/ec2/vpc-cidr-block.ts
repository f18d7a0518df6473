import { PropertyReader } from '../property-reader.ts';
import type { ResourceType } from '../resource-type.ts';
import { inNetwork } from '../in-network.ts';

/** `AWS::EC2::VPCCidrBlock`: a further IPv4 range of a VPC. */
export const vpcCidrBlock: ResourceType = {
  type: 'AWS::EC2::VPCCidrBlock',
  scope: 'simulated',
  properties: { CidrBlock: 'simulated', VpcId: 'simulated' },
  required: ['CidrBlock', 'VpcId'],
  attributes: ['Id'],
  create: async (context) => {
    const read = new PropertyReader(context.properties);
    const remove = inNetwork(() => context.account.network.model.addVpcRange(read.string('VpcId'), read.string('CidrBlock')), 'CidrBlock');
    const id = `vpc-cidr-assoc-${context.physicalId(17)}`;
    return { ref: id, attributes: { Id: id }, delete: () => Promise.resolve(remove()) };
  },
};
