import type { Resource, ResourceType } from '../resource-type.ts';

/** `AWS::EC2::InternetGateway`: the door of a VPC once it is attached to one. */
export const internetGateway: ResourceType = {
  type: 'AWS::EC2::InternetGateway',
  scope: 'simulated',
  properties: { Tags: { inert: 'nothing reads tags' } },
  attributes: ['InternetGatewayId'],
  create: async (context) => {
    const id = `igw-${context.physicalId(17)}`;
    const resource: Resource = {
      ref: id,
      attributes: { InternetGatewayId: id },
      update: () => Promise.resolve(resource),
      delete: () => Promise.resolve(),
    };
    return resource;
  },
};
