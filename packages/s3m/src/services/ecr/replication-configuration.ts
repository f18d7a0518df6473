import type { ResourceType } from '../resource-type.ts';

const ONE_REGISTRY = 'there is one account in one region here, so images have nowhere else to go';

/** `AWS::ECR::ReplicationConfiguration`; its `Ref` is the registry's account. */
export const replicationConfiguration: ResourceType = {
  type: 'AWS::ECR::ReplicationConfiguration',
  scope: { inert: ONE_REGISTRY },
  properties: { ReplicationConfiguration: { inert: ONE_REGISTRY } },
  required: ['ReplicationConfiguration'],
  attributes: ['RegistryId'],
  create: ({ account }) => {
    const resource = {
      ref: account.id,
      attributes: { RegistryId: account.id },
      update: () => Promise.resolve(resource),
      delete: () => Promise.resolve(),
    };
    return Promise.resolve(resource);
  },
};
