import { PropertyReader } from '../property-reader.ts';
import type { ResourceType } from '../resource-type.ts';
import { inNetwork } from '../in-network.ts';

/** `AWS::EC2::VPCGatewayAttachment`: attaches an internet gateway to a VPC. */
export const vpcGatewayAttachment: ResourceType = {
  type: 'AWS::EC2::VPCGatewayAttachment',
  scope: 'simulated',
  properties: { VpcId: 'simulated', InternetGatewayId: 'simulated' },
  required: ['VpcId', 'InternetGatewayId'],
  attributes: ['AttachmentType'],
  create: async (context) => {
    const read = new PropertyReader(context.properties);
    const vpcId = read.string('VpcId');
    const gatewayId = read.string('InternetGatewayId');
    const remove = inNetwork(() => context.account.network.model.attachInternetGateway(gatewayId, vpcId));
    return { ref: `IGW|${vpcId}`, attributes: { AttachmentType: 'IGW' }, delete: () => Promise.resolve(remove()) };
  },
};
