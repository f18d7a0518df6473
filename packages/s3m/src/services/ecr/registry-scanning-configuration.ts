import type { ResourceType } from '../resource-type.ts';

const NO_SCANS = 'images are not scanned here';

/** `AWS::ECR::RegistryScanningConfiguration` (ECR-021); its `Ref` is the registry's account. */
export const registryScanningConfiguration: ResourceType = {
  type: 'AWS::ECR::RegistryScanningConfiguration',
  scope: { inert: NO_SCANS },
  properties: { Rules: { inert: NO_SCANS }, ScanType: { inert: NO_SCANS } },
  required: ['Rules', 'ScanType'],
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
