import assert from 'node:assert/strict';
import test from 'node:test';
import { instanceProfile } from '../../../src/services/iam/instance-profile.ts';
import { managedPolicy } from '../../../src/services/iam/managed-policy.ts';
import { policy } from '../../../src/services/iam/policy.ts';
import { role } from '../../../src/services/iam/role.ts';
import { serviceLinkedRole } from '../../../src/services/iam/service-linked-role.ts';
import type { Properties, Resource, ResourceType } from '../../../src/services/resource-type.ts';
import { createContext, fakeAccount } from '../fake-account.ts';

const types: readonly ResourceType[] = [role, policy, managedPolicy, instanceProfile, serviceLinkedRole];

async function create(type: ResourceType, properties: Properties): Promise<Resource> {
  await using account = await fakeAccount({ accountId: '123456789012' });
  return type.create(createContext(account, type, { logicalId: 'Thing', properties }));
}

test('each IAM type says that it is not enforced', () => {
  for (const type of types) {
    assert.deepEqual(type.scope, { inert: 'roles and policies are not enforced yet (iam: not enforced)' }, type.type);
  }
});

test('Ref of a role is its name, with ARN and id as attributes', async () => {
  const unnamed = await create(role, {});
  assert.match(unnamed.ref, /^TestStack-Thing-[0-9A-Z]{12}$/);
  assert.equal(unnamed.attributes['Arn'], `arn:aws:iam::123456789012:role/${unnamed.ref}`);
  assert.match(String(unnamed.attributes['RoleId']), /^AROA[0-9A-Z]{17}$/);
  const named = await create(role, { RoleName: 'worker', Path: '/service/' });
  assert.equal(named.attributes['Arn'], 'arn:aws:iam::123456789012:role/service/worker');
});

test('a role name that CloudFormation makes up has at most 64 characters', async () => {
  await using account = await fakeAccount();
  const long = createContext(account, role, { logicalId: 'L'.repeat(80), stack: 'S'.repeat(80) });
  assert.equal((await role.create(long)).ref.length, 64);
});

test('Ref of a policy is its name, of a managed policy its ARN, of an instance profile its name', async () => {
  assert.equal((await create(policy, { PolicyName: 'p' })).ref, 'p');
  const managed = await create(managedPolicy, { ManagedPolicyName: 'm', Path: '/x/' });
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
