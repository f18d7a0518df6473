import { PropertyReader } from '../property-reader.ts';
import type { Resource, ResourceContext, ResourceType } from '../resource-type.ts';
import { attachToRoles, noUsers } from './attach-to-roles.ts';
import { checkPolicyDocument } from './policy-document.ts';
import { readPolicy } from './read-policy.ts';

/** An inline policy of roles. */
export const policy: ResourceType = {
  type: 'AWS::IAM::Policy',
  scope: 'simulated',
  properties: {
    Groups: noUsers,
    PolicyDocument: 'simulated',
    PolicyName: 'simulated',
    Roles: 'simulated',
    Users: noUsers,
  },
  required: ['PolicyDocument', 'PolicyName'],
  attributes: ['Id'],
  replacedBy: ['PolicyName'],
  check: (properties) => checkPolicyDocument(properties['PolicyDocument'], 'PolicyDocument', 'identity'),
  create,
};

async function create(context: ResourceContext): Promise<Resource> {
  const name = new PropertyReader(context.properties).string('PolicyName');
  let detach = attach(context, name);
  const resource: Resource = {
    ref: name,
    attributes: { Id: context.physicalName({ max: 128 }) },
    update: async (next) => {
      // New first: between the two nobody is without.
      const attached = attach(next, name);
      detach();
      detach = attached;
      return resource;
    },
    delete: () => Promise.resolve(detach()),
  };
  return resource;
}

function attach(context: ResourceContext, name: string): () => void {
  const document = readPolicy(new PropertyReader(context.properties).raw('PolicyDocument'), 'PolicyDocument');
  return attachToRoles(context, { name, document });
}
