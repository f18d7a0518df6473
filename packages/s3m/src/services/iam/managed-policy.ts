import type { ManagedPolicy } from '../../capabilities/role.ts';
import type { PolicyDocument } from '../../policy/policy-document.ts';
import { PropertyReader } from '../property-reader.ts';
import type { Resource, ResourceContext, ResourceType } from '../resource-type.ts';
import { attachToRoles, noUsers } from './attach-to-roles.ts';
import { checkPolicyDocument } from './policy-document.ts';
import { readPolicy } from './read-policy.ts';

/** A policy that several roles share. */
export const managedPolicy: ResourceType = {
  type: 'AWS::IAM::ManagedPolicy',
  scope: 'simulated',
  properties: {
    Description: { inert: 'a description' },
    Groups: noUsers,
    ManagedPolicyName: 'simulated',
    Path: 'simulated',
    PolicyDocument: 'simulated',
    Roles: 'simulated',
    Tags: { inert: 'tags of a policy play no part in what it allows' },
    Users: noUsers,
  },
  required: ['PolicyDocument'],
  attributes: ['PolicyArn', 'PolicyId'],
  replacedBy: ['ManagedPolicyName', 'Path', 'Description'],
  check: (properties) => checkPolicyDocument(properties['PolicyDocument'], 'PolicyDocument', 'identity'),
  create,
};

async function create(context: ResourceContext): Promise<Resource> {
  const { account } = context;
  const properties = new PropertyReader(context.properties);
  const name = properties.optionalString('ManagedPolicyName') ?? context.physicalName({ max: 128 });
  const arn = `arn:${account.partition}:iam::${account.id}:policy${properties.optionalString('Path') ?? '/'}${name}`;
  const live: { -readonly [Key in keyof ManagedPolicy]: ManagedPolicy[Key] } = { document: read(context) };
  const attach = (next: ResourceContext): (() => void) => attachToRoles(next, { name: arn, document: live.document });
  let detach = attach(context);
  const withdraw = account.directory.provide('managedPolicy', arn, live);
  const resource: Resource = {
    ref: arn,
    attributes: { PolicyArn: arn, PolicyId: `ANPA${context.physicalId(17, 'base36', 'policy').toUpperCase()}` },
    update: async (next) => {
      live.document = read(next);
      const attached = attach(next);
      detach();
      detach = attached;
      return resource;
    },
    delete: async () => {
      detach();
      withdraw();
    },
  };
  return resource;
}

function read(context: ResourceContext): PolicyDocument {
  return readPolicy(new PropertyReader(context.properties).raw('PolicyDocument'), 'PolicyDocument');
}
