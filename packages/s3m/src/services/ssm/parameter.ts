import type { StoredParameter } from '../../capabilities/stored-parameter.ts';
import { textOf } from '../known-value.ts';
import { PropertyReader } from '../property-reader.ts';
import type { Finding, Properties, Resource, ResourceContext, ResourceType } from '../resource-type.ts';

const NOT_READ = 'nothing reads it here';

/** `AWS::SSM::Parameter`: its value reaches tasks (`Secrets`) and the template (`{{resolve:ssm:...}}`). */
export const parameter: ResourceType = {
  type: 'AWS::SSM::Parameter',
  scope: 'simulated',
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
  check: checkParameter,
  create: (context) => Promise.resolve(createParameter(context)),
};

function checkParameter(properties: Properties): Finding[] {
  const type = textOf(properties['Type']);
  if (type === undefined || type === 'String' || type === 'StringList') return [];
  return [
    {
      property: 'Type',
      kind: 'invalid',
      message: `${type} is not a valid enum value`,
      fix: 'Allowed: String, StringList. CloudFormation makes no SecureString.',
    },
  ];
}

function createParameter(context: ResourceContext): Resource {
  const { account } = context;
  const name = new PropertyReader(context.properties).optionalString('Name') ?? context.physicalName();
  const arn = `arn:${account.partition}:ssm:${account.region}:${account.id}:parameter/${name.replace(/^\//, '')}`;
  const versions: string[] = [];
  const stored: StoredParameter = { arn, name, value: (version) => versions[(version ?? versions.length) - 1] };
  const withdraw = account.directory.provide('parameter', name, stored);
  const describe = ({ properties }: ResourceContext): Resource => {
    const reader = new PropertyReader(properties);
    const value = reader.string('Value');
    if (versions.at(-1) !== value) versions.push(value);
    return {
      ref: name,
      attributes: { Arn: arn, Type: reader.string('Type'), Value: value },
      update: (next) => Promise.resolve(describe(next)),
      delete: () => Promise.resolve(withdraw()),
    };
  };
  return describe(context);
}
