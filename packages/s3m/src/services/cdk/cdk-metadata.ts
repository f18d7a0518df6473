import type { ResourceType } from '../resource-type.ts';

/** The CDK's own usage statistics (CFN-058). */
export const cdkMetadata: ResourceType = {
  type: 'AWS::CDK::Metadata',
  scope: { inert: 'it tells AWS which constructs an app uses' },
  properties: { Analytics: { inert: 'it tells AWS which constructs an app uses' } },
  attributes: [],
  create: (context) => Promise.resolve({ ref: context.physicalId(32), attributes: {}, delete: () => Promise.resolve() }),
};
