import { PropertyReader } from '../property-reader.ts';
import type { Resource, ResourceContext, ResourceType } from '../resource-type.ts';

const NO_INSTANCES = { inert: 'there are no EC2 instances here' } as const;

/** The role of an EC2 instance. */
export const instanceProfile: ResourceType = {
  type: 'AWS::IAM::InstanceProfile',
  scope: NO_INSTANCES,
  properties: { InstanceProfileName: 'simulated', Path: 'simulated', Roles: NO_INSTANCES },
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
