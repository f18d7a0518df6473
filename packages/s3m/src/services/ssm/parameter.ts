import { PropertyReader } from '../property-reader.ts';
import type { Resource, ResourceContext, ResourceType } from '../resource-type.ts';

const NOT_READ = 'nothing reads parameters over the API of Systems Manager here yet';

/** `AWS::SSM::Parameter`: what its name and attributes answer in the template. */
export const parameter: ResourceType = {
  type: 'AWS::SSM::Parameter',
  scope: { inert: NOT_READ },
  properties: {
    Name: 'simulated',
    Type: 'simulated',
    Value: 'simulated',
    AllowedPattern: { inert: NOT_READ },
    DataType: { inert: NOT_READ },
    Description: { inert: NOT_READ },
    Policies: { inert: NOT_READ },
    Tags: { inert: 'tags have no effect here' },
    Tier: { inert: NOT_READ },
  },
  required: ['Type', 'Value'],
  attributes: ['Arn', 'Type', 'Value'],
  replacedBy: ['Name'],
  create: (context) => Promise.resolve(describeParameter(context)),
};

function describeParameter(context: ResourceContext): Resource {
  const { account } = context;
  const reader = new PropertyReader(context.properties);
  const name = reader.optionalString('Name') ?? context.physicalName();
  return {
    ref: name,
    attributes: {
      Arn: `arn:${account.partition}:ssm:${account.region}:${account.id}:parameter/${name.replace(/^\//, '')}`,
      Type: reader.string('Type'),
      Value: reader.string('Value'),
    },
    update: (next) => Promise.resolve(describeParameter(next)),
    delete: () => Promise.resolve(),
  };
}
