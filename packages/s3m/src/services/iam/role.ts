import { PropertyReader } from '../property-reader.ts';
import type { Finding, Properties, Resource, ResourceContext, ResourceType, Value } from '../resource-type.ts';
import { NOT_ENFORCED } from './not-enforced.ts';
import { checkPolicyDocument } from './policy-document.ts';

/** An IAM role: its name and ARN, and policies that are well-formed. */
export const role: ResourceType = {
  type: 'AWS::IAM::Role',
  scope: NOT_ENFORCED,
  properties: {
    AssumeRolePolicyDocument: NOT_ENFORCED,
    Description: NOT_ENFORCED,
    ManagedPolicyArns: NOT_ENFORCED,
    MaxSessionDuration: NOT_ENFORCED,
    Path: 'simulated',
    PermissionsBoundary: NOT_ENFORCED,
    Policies: NOT_ENFORCED,
    RoleName: 'simulated',
    Tags: NOT_ENFORCED,
  },
  required: ['AssumeRolePolicyDocument'],
  attributes: ['Arn', 'RoleId'],
  replacedBy: ['RoleName', 'Path'],
  check,
  create,
};

function check(properties: Properties): Finding[] {
  const inline: readonly Value[] = Array.isArray(properties['Policies']) ? properties['Policies'] : [];
  return [
    ...checkPolicyDocument(properties['AssumeRolePolicyDocument'], 'AssumeRolePolicyDocument', 'trust'),
    ...inline.flatMap((policy, index) =>
      typeof policy === 'object' && policy !== null && 'PolicyDocument' in policy
        ? checkPolicyDocument(policy['PolicyDocument'], `Policies[${index}].PolicyDocument`, 'identity')
        : [],
    ),
  ];
}

async function create(context: ResourceContext): Promise<Resource> {
  const { account } = context;
  const properties = new PropertyReader(context.properties);
  const name = properties.optionalString('RoleName') ?? context.physicalName({ max: 64 });
  const resource: Resource = {
    ref: name,
    attributes: {
      Arn: `arn:${account.partition}:iam::${account.id}:role${properties.optionalString('Path') ?? '/'}${name}`,
      RoleId: `AROA${context.physicalId(17, 'base36', 'role').toUpperCase()}`,
    },
    update: () => Promise.resolve(resource),
    delete: () => Promise.resolve(),
  };
  return resource;
}
