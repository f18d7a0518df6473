import { PropertyReader } from '../property-reader.ts';
import type { Resource, ResourceContext, ResourceType } from '../resource-type.ts';
import { NOT_ENFORCED } from './not-enforced.ts';
import { checkPolicyDocument } from './policy-document.ts';

/** A policy that several principals share. */
export const managedPolicy: ResourceType = {
  type: 'AWS::IAM::ManagedPolicy',
  scope: NOT_ENFORCED,
  properties: {
    Description: NOT_ENFORCED,
    Groups: NOT_ENFORCED,
    ManagedPolicyName: 'simulated',
    Path: 'simulated',
    PolicyDocument: NOT_ENFORCED,
    Roles: NOT_ENFORCED,
    Tags: NOT_ENFORCED,
    Users: NOT_ENFORCED,
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
  const resource: Resource = {
    ref: arn,
    attributes: { PolicyArn: arn, PolicyId: `ANPA${context.physicalId(17, 'base36', 'policy').toUpperCase()}` },
    update: () => Promise.resolve(resource),
    delete: () => Promise.resolve(),
  };
  return resource;
}
