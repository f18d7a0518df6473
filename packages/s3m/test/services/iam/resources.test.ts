import assert from 'node:assert/strict';
import test from 'node:test';
import { instanceProfile } from '../../../src/services/iam/instance-profile.ts';
import { managedPolicy } from '../../../src/services/iam/managed-policy.ts';
import { policy } from '../../../src/services/iam/policy.ts';
import { role } from '../../../src/services/iam/role.ts';
import { serviceLinkedRole } from '../../../src/services/iam/service-linked-role.ts';
import type { Properties, Resource, ResourceType } from '../../../src/services/resource-type.ts';
import { createContext, fakeAccount } from '../fake-account.ts';

const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const allow = (Action: string): Properties => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });

async function create(type: ResourceType, properties: Properties): Promise<Resource> {
  await using account = await fakeAccount({ accountId: '123456789012' });
  return type.create(createContext(account, type, { logicalId: 'Thing', properties }));
}

test('Ref of a role is its name, with ARN and id as attributes', async () => {
  const unnamed = await create(role, { AssumeRolePolicyDocument: trust });
  assert.match(unnamed.ref, /^TestStack-Thing-[0-9A-Z]{12}$/);
  assert.equal(unnamed.attributes['Arn'], `arn:aws:iam::123456789012:role/${unnamed.ref}`);
  assert.match(String(unnamed.attributes['RoleId']), /^AROA[0-9A-Z]{17}$/);
  const named = await create(role, { AssumeRolePolicyDocument: trust, RoleName: 'worker', Path: '/service/' });
  assert.equal(named.attributes['Arn'], 'arn:aws:iam::123456789012:role/service/worker');
});

test('a role name that CloudFormation makes up has at most 64 characters', async () => {
  await using account = await fakeAccount();
  const long = createContext(account, role, {
    logicalId: 'L'.repeat(80),
    stack: 'S'.repeat(80),
    properties: { AssumeRolePolicyDocument: trust },
  });
  assert.equal((await role.create(long)).ref.length, 64);
});

test('Ref of a policy is its name, of a managed policy its ARN, of an instance profile its name', async () => {
  assert.equal((await create(policy, { PolicyName: 'p', PolicyDocument: allow('x:Y') })).ref, 'p');
  const managed = await create(managedPolicy, { ManagedPolicyName: 'm', Path: '/x/', PolicyDocument: allow('x:Y') });
  assert.equal(managed.ref, 'arn:aws:iam::123456789012:policy/x/m');
  assert.equal(managed.attributes['PolicyArn'], managed.ref);
  const profile = await create(instanceProfile, { InstanceProfileName: 'i' });
  assert.equal(profile.ref, 'i');
  assert.equal(profile.attributes['Arn'], 'arn:aws:iam::123456789012:instance-profile/i');
});

test('a service-linked role has the name that the service gives it', async () => {
  assert.equal((await create(serviceLinkedRole, { AWSServiceName: 'ecs.amazonaws.com' })).ref, 'AWSServiceRoleForECS');
  assert.equal(
    (await create(serviceLinkedRole, { AWSServiceName: 'autoscaling.amazonaws.com', CustomSuffix: 'x' })).ref,
    'AWSServiceRoleForAutoscaling_x',
  );
});

test('malformed policies of a role are found with their place', () => {
  const findings = role.check!(
    {
      AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole' }] },
      Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'x' }] } }],
    },
    {},
  );
  assert.deepEqual(
    findings.map((finding) => finding.property),
    ['AssumeRolePolicyDocument.Statement[0]', 'Policies[0].PolicyDocument.Statement[0]'],
  );
});

test('a role has its inline policies, the managed ones it names, and those that name it; updates and deletions are seen at once (IAM-010)', async () => {
  await using account = await fakeAccount();
  const make = (type: ResourceType, logicalId: string, properties: Properties): Promise<Resource> =>
    type.create(createContext(account, type, { logicalId, properties }));
  const shared = await make(managedPolicy, 'Shared', { ManagedPolicyName: 'shared', PolicyDocument: allow('s:One') });
  const created = await make(role, 'Role', {
    AssumeRolePolicyDocument: trust,
    RoleName: 'worker',
    Policies: [{ PolicyName: 'inline', PolicyDocument: allow('i:One') }],
    ManagedPolicyArns: [shared.ref, 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
    Tags: [{ Key: 'team', Value: 'blue' }],
  });
  const live = account.directory.find('role', String(created.attributes['Arn']))!;
  const attached = await make(policy, 'Policy', { PolicyName: 'attached', Roles: ['worker'], PolicyDocument: allow('a:One') });
  const actions = (): string[] => live.policies.flatMap(({ document }) => document.statements.flatMap((each) => each.actions.patterns));
  const logs = ['logs:createloggroup', 'logs:createlogstream', 'logs:putlogevents'];
  assert.deepEqual(actions(), ['i:one', 's:one', ...logs, 'a:one']);
  const change = { PolicyName: 'attached', Roles: ['worker'], PolicyDocument: allow('a:Two') };
  await attached.update!(createContext(account, policy, { logicalId: 'Policy', properties: change }));
  const changed = { ManagedPolicyName: 'shared', PolicyDocument: allow('s:Two') };
  await shared.update!(createContext(account, managedPolicy, { logicalId: 'Shared', properties: changed }));
  assert.deepEqual(actions(), ['i:one', 's:two', ...logs, 'a:two']);
  await attached.delete();
  assert.deepEqual(actions(), ['i:one', 's:two', ...logs]);
  assert.deepEqual(live.tags, { team: 'blue' });
});

test('a policy for a role that does not exist is refused with the text of IAM (IAM-024)', async () => {
  await assert.rejects(create(policy, { PolicyName: 'p', Roles: ['nobody'], PolicyDocument: allow('x:Y') }), {
    message: 'The role with name nobody cannot be found.',
  });
});

test('a policy of AWS whose text is not known is reported at load', () => {
  const ManagedPolicyArns = ['arn:aws:iam::aws:policy/AmazonEC2FullAccess', 'arn:aws:iam::aws:policy/AdministratorAccess'];
  const findings = role.check!({ AssumeRolePolicyDocument: trust, ManagedPolicyArns }, {});
  assert.deepEqual(
    findings.map(({ property, kind }) => [property, kind]),
    [['ManagedPolicyArns[0]', 'unsupported']],
  );
});
