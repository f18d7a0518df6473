import type { Resource, ResourceType } from '../resource-type.ts';

/** `AWS::EC2::FlowLog`. */
export const flowLog: ResourceType = {
  type: 'AWS::EC2::FlowLog',
  scope: { inert: 'connections are kept in traces; nothing reads flow logs' },
  properties: { '*': { inert: 'nothing reads flow logs' } },
  attributes: ['Id'],
  create: async (context) => {
    const id = `fl-${context.physicalId(17)}`;
    const resource: Resource = {
      ref: id,
      attributes: { Id: id },
      update: () => Promise.resolve(resource),
      delete: () => Promise.resolve(),
    };
    return resource;
  },
};
