import { PropertyReader } from '../property-reader.ts';
import type { Resource, ResourceType } from '../resource-type.ts';

const noSignIn = { inert: 'an access token has the scopes that s3m token --pool is asked for' };

/** Names the scopes of an API. */
export const userPoolResourceServer: ResourceType = {
  type: 'AWS::Cognito::UserPoolResourceServer',
  scope: noSignIn,
  properties: { Identifier: noSignIn, Name: noSignIn, Scopes: noSignIn, UserPoolId: noSignIn },
  attributes: [],
  create: async ({ properties }) => {
    const resource: Resource = {
      ref: new PropertyReader(properties).string('Identifier'),
      attributes: {},
      update: () => Promise.resolve(resource),
      delete: () => Promise.resolve(),
    };
    return resource;
  },
};
