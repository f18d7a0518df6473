import { PropertyReader } from '../property-reader.ts';
import type { Resource, ResourceContext, ResourceType } from '../resource-type.ts';
import { NOT_ENFORCED } from './not-enforced.ts';
import { checkPolicyDocument } from './policy-document.ts';

/** An inline policy of roles, users or groups. */
export const policy: ResourceType = {
  type: 'AWS::IAM::Policy',
  scope: NOT_ENFORCED,
  properties: {
    Groups: NOT_ENFORCED,
    PolicyDocument: NOT_ENFORCED,
    PolicyName: NOT_ENFORCED,
    Roles: NOT_ENFORCED,
    Users: NOT_ENFORCED,
  },
  required: ['PolicyDocument', 'PolicyName'],
  attributes: ['Id'],
  replacedBy: ['PolicyName'],
  check: (properties) => checkPolicyDocument(properties['PolicyDocument'], 'PolicyDocument', 'identity'),
  create,
};

async function create(context: ResourceContext): Promise<Resource> {
  const name = new PropertyReader(context.properties).string('PolicyName');
  const resource: Resource = {
    ref: name,
    attributes: { Id: context.physicalName({ max: 128 }) },
    update: () => Promise.resolve(resource),
    delete: () => Promise.resolve(),
  };
  return resource;
}
