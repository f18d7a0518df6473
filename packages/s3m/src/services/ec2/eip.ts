import type { Resource, ResourceType } from '../resource-type.ts';

/** `AWS::EC2::EIP`: a public address, one of those that RFC 5737 keeps for documentation. */
export const eip: ResourceType = {
  type: 'AWS::EC2::EIP',
  scope: { inert: 'nobody outside sees public addresses here' },
  properties: { Domain: { inert: 'there is only the VPC' }, Tags: { inert: 'nothing reads tags' } },
  attributes: ['AllocationId', 'PublicIp'],
  create: async (context) => {
    const address = `203.0.113.${(Number.parseInt(context.physicalId(2), 16) % 254) + 1}`;
    const resource: Resource = {
      ref: address,
      attributes: { PublicIp: address, AllocationId: `eipalloc-${context.physicalId(17)}` },
      update: () => Promise.resolve(resource),
      delete: () => Promise.resolve(),
    };
    return resource;
  },
};
