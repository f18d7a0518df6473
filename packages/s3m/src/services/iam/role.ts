import type { AttachedPolicy } from '../../capabilities/role.ts';
import { DuplicateCapability } from '../../capabilities/directory.ts';
import { isUnresolved } from '../known-value.ts';
import { PropertyReader } from '../property-reader.ts';
import {
  ResourceFailure,
  type Finding,
  type Properties,
  type Resource,
  type ResourceContext,
  type ResourceType,
  type Value,
} from '../resource-type.ts';
import { findAwsManaged, isAwsManaged, knownAwsPolicies } from './aws-managed-policies.ts';
import { LiveRole, type RoleDefinition } from './live-role.ts';
import { checkPolicyDocument } from './policy-document.ts';
import { findManagedPolicy, readPolicy } from './read-policy.ts';

/** Of a role that says nothing else, in seconds. */
const defaultMaxSession = 3600;

/** An IAM role: who may assume it, and what it allows. */
export const role: ResourceType = {
  type: 'AWS::IAM::Role',
  scope: 'simulated',
  properties: {
    AssumeRolePolicyDocument: 'simulated',
    Description: { inert: 'a description' },
    ManagedPolicyArns: 'simulated',
    MaxSessionDuration: 'simulated',
    Path: 'simulated',
    PermissionsBoundary: 'simulated',
    Policies: 'simulated',
    RoleName: 'simulated',
    Tags: 'simulated',
  },
  required: ['AssumeRolePolicyDocument'],
  attributes: ['Arn', 'RoleId'],
  replacedBy: ['RoleName', 'Path'],
  check,
  create,
};

function check(properties: Properties): Finding[] {
  const inline: readonly Value[] = Array.isArray(properties['Policies']) ? properties['Policies'] : [];
  const managed: readonly Value[] = Array.isArray(properties['ManagedPolicyArns']) ? properties['ManagedPolicyArns'] : [];
  return [
    ...checkPolicyDocument(properties['AssumeRolePolicyDocument'], 'AssumeRolePolicyDocument', 'trust'),
    ...inline.flatMap((policy, index) =>
      typeof policy === 'object' && policy !== null && 'PolicyDocument' in policy
        ? checkPolicyDocument(policy['PolicyDocument'], `Policies[${index}].PolicyDocument`, 'identity')
        : [],
    ),
    ...managed.flatMap((arn, index) => checkKnown(arn, `ManagedPolicyArns[${index}]`)),
    ...checkKnown(properties['PermissionsBoundary'], 'PermissionsBoundary'),
  ];
}

/** What a policy of AWS allows has to be known, or nothing could be said of the role. */
function checkKnown(arn: Value | undefined, property: string): Finding[] {
  if (typeof arn !== 'string' || isUnresolved(arn) || !isAwsManaged(arn) || findAwsManaged(arn) !== undefined) return [];
  return [
    {
      property,
      kind: 'unsupported',
      message: `What the policy ${arn} allows is not known here`,
      fix: `Write what it should allow as a policy of the template. Known: ${knownAwsPolicies.join(', ')}. Accepted, it allows nothing.`,
    },
  ];
}

async function create(context: ResourceContext): Promise<Resource> {
  const { account } = context;
  const properties = new PropertyReader(context.properties);
  const name = properties.optionalString('RoleName') ?? context.physicalName({ max: 64 });
  const arn = `arn:${account.partition}:iam::${account.id}:role${properties.optionalString('Path') ?? '/'}${name}`;
  const id = `AROA${context.physicalId(17, 'base36', 'role').toUpperCase()}`;
  const created = new LiveRole({ arn, name, id }, readDefinition(context));
  const withdraw = provide(context, created);
  const resource: Resource = {
    ref: name,
    attributes: { Arn: arn, RoleId: id },
    update: async (next) => {
      created.update(readDefinition(next));
      return resource;
    },
    delete: () => Promise.resolve(withdraw()),
  };
  return resource;
}

function provide(context: ResourceContext, created: LiveRole): () => void {
  try {
    return context.account.directory.provide('role', created.arn, created);
  } catch (error) {
    if (!(error instanceof DuplicateCapability)) throw error;
    throw new ResourceFailure(`Role with name ${created.name} already exists.`, {
      property: 'RoleName',
      fix: 'Give each role a name of its own, or none.',
      cause: error,
    });
  }
}

/** @throws ResourceFailure */
function readDefinition(context: ResourceContext): RoleDefinition {
  const properties = new PropertyReader(context.properties);
  const boundary = properties.optionalString('PermissionsBoundary');
  const inline = properties.objects('Policies').map((policy, index): AttachedPolicy => ({
    name: policy.string('PolicyName'),
    document: readPolicy(policy.raw('PolicyDocument'), `Policies[${index}].PolicyDocument`),
  }));
  const managed = properties
    .strings('ManagedPolicyArns')
    .map((arn, index) => findManagedPolicy(context.account, arn, `ManagedPolicyArns[${index}]`));
  return {
    trust: readPolicy(properties.raw('AssumeRolePolicyDocument'), 'AssumeRolePolicyDocument'),
    maxSessionSeconds: properties.integer('MaxSessionDuration', defaultMaxSession),
    tags: Object.fromEntries(properties.objects('Tags').map((tag) => [tag.string('Key'), tag.string('Value')])),
    policies: [...inline, ...managed],
    boundary: boundary === undefined ? undefined : findManagedPolicy(context.account, boundary, 'PermissionsBoundary'),
  };
}
