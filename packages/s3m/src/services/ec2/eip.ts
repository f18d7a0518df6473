import type { ResourceType } from '../resource-type.ts';
import { unchanging } from './unchanging.ts';

/** `AWS::EC2::EIP`: a public address, one of those that RFC 5737 keeps for documentation. */
export const eip: ResourceType = {
  type: 'AWS::EC2::EIP',
  scope: { inert: 'nobody outside sees public addresses here' },
  properties: { Domain: { inert: 'there is only the VPC' }, Tags: { inert: 'nothing reads tags' } },
  attributes: ['AllocationId', 'PublicIp'],
  create: async (context) => {
    const address = `203.0.113.${(Number.parseInt(context.physicalId(4), 16) % 254) + 1}`;
    return unchanging(address, { PublicIp: address, AllocationId: `eipalloc-${context.physicalId(17)}` });
  },
};
