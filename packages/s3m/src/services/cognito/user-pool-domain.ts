import { PropertyReader } from '../property-reader.ts';
import type { Resource, ResourceType } from '../resource-type.ts';

const noSignIn = { inert: 'there is no sign-in page; tokens are given out by s3m token --pool' };

/** Where a user pool's sign-in pages are. Here there are none. */
export const userPoolDomain: ResourceType = {
  type: 'AWS::Cognito::UserPoolDomain',
  scope: noSignIn,
  properties: { Domain: noSignIn, UserPoolId: noSignIn, CustomDomainConfig: noSignIn, ManagedLoginVersion: noSignIn },
  attributes: ['CloudFrontDistribution'],
  create: async ({ properties, physicalId }) => {
    const resource: Resource = {
      ref: new PropertyReader(properties).string('Domain'),
      attributes: { CloudFrontDistribution: `${physicalId(13, 'base36')}.cloudfront.net` },
      update: () => Promise.resolve(resource),
      delete: () => Promise.resolve(),
    };
    return resource;
  },
};
