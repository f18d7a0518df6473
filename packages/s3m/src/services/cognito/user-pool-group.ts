import { PropertyReader } from '../property-reader.ts';
import type { Resource, ResourceType } from '../resource-type.ts';

const noUsers = { inert: 'there are no users; tokens of s3m token --pool are of the groups that are asked for' };

/** A group of a pool's users. */
export const userPoolGroup: ResourceType = {
  type: 'AWS::Cognito::UserPoolGroup',
  scope: noUsers,
  properties: { GroupName: noUsers, Description: noUsers, Precedence: noUsers, RoleArn: noUsers, UserPoolId: noUsers },
  attributes: [],
  create: async ({ properties, physicalName }) => {
    const resource: Resource = {
      ref: new PropertyReader(properties).optionalString('GroupName') ?? physicalName({ max: 128 }),
      attributes: {},
      update: () => Promise.resolve(resource),
      delete: () => Promise.resolve(),
    };
    return resource;
  },
};
