import { PropertyReader } from '../property-reader.ts';
import type { Resource, ResourceContext, ResourceType } from '../resource-type.ts';
import { NOT_ENFORCED } from './not-enforced.ts';

/** The role of an EC2 instance. */
export const instanceProfile: ResourceType = {
  type: 'AWS::IAM::InstanceProfile',
  scope: NOT_ENFORCED,
  properties: { InstanceProfileName: 'simulated', Path: 'simulated', Roles: NOT_ENFORCED },
  required: ['Roles'],
  attributes: ['Arn'],
  replacedBy: ['InstanceProfileName', 'Path'],
  create,
};

async function create(context: ResourceContext): Promise<Resource> {
  const { account } = context;
  const properties = new PropertyReader(context.properties);
  const name = properties.optionalString('InstanceProfileName') ?? context.physicalName({ max: 128 });
  const path = properties.optionalString('Path') ?? '/';
  const resource: Resource = {
    ref: name,
    attributes: { Arn: `arn:${account.partition}:iam::${account.id}:instance-profile${path}${name}` },
    update: () => Promise.resolve(resource),
    delete: () => Promise.resolve(),
  };
  return resource;
}
