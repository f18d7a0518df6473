import assert from 'node:assert/strict';
import { test } from 'node:test';
import { vpcRestrictDefaultSg } from '../../../src/services/cdk/vpc-restrict-default-sg.ts';
import { securityGroup } from '../../../src/services/ec2/security-group.ts';
import { subnet } from '../../../src/services/ec2/subnet.ts';
import { vpc } from '../../../src/services/ec2/vpc.ts';
import type { Properties, Resource, ResourceType } from '../../../src/services/resource-type.ts';
import { smallNetwork } from '../../network/small-network.ts';
import { createContext, fakeAccount } from '../fake-account.ts';

async function bench() {
  const small = smallNetwork();
  const account = await fakeAccount({ network: small.network });
  const context = (type: ResourceType, logicalId: string, properties: Properties): ReturnType<typeof createContext> =>
    createContext(account, type, { logicalId, properties });
  const make = async (type: ResourceType, logicalId: string, properties: Properties): Promise<Resource> =>
    type.create(context(type, logicalId, properties));
  const reaches = (from: { readonly id: string }, to: { readonly address: string }): boolean =>
    small.network.decide({ kind: 'interface', interfaceId: from.id }, { address: to.address, port: 8080 }).allowed;
  return { ...small, context, make, reaches, [Symbol.asyncDispose]: () => account[Symbol.asyncDispose]() };
}

const group = (rules: Properties = {}): Properties => ({ GroupDescription: 'x', VpcId: 'vpc-1', ...rules });
const toVpc = { SecurityGroupEgress: [{ IpProtocol: 'tcp', FromPort: 8080, ToPort: 8080, CidrIp: '10.0.2.0/24' }] };

test('a new group lets nothing in and everything out (VPC-031)', async () => {
  await using it = await bench();
  const made = await it.make(securityGroup, 'New', group());
  const [own, open] = [it.task({ groups: [made.ref] }), it.node({ groups: [] })];
  assert.equal(it.reaches(own, open), true);
  assert.equal(it.reaches(open, own), false);
});

test('an empty list of egress rules leaves everything out, one rule takes the place of that, and rules that go later leave nothing (VPC-032)', async () => {
  await using it = await bench();
  const made = await it.make(securityGroup, 'G', group({ SecurityGroupEgress: [] }));
  const own = it.task({ groups: [made.ref] });
  const [inside, elsewhere] = [it.node({ groups: [] }), it.node({ groups: [], subnetId: 'subnet-public' })];
  assert.deepEqual([it.reaches(own, inside), it.reaches(own, elsewhere)], [true, true]);
  await made.update!(it.context(securityGroup, 'G', group(toVpc)));
  assert.deepEqual([it.reaches(own, inside), it.reaches(own, elsewhere)], [true, false]);
  await made.update!(it.context(securityGroup, 'G', group()));
  assert.deepEqual([it.reaches(own, inside), it.reaches(own, elsewhere)], [false, false]);
});

test("CDK's custom resource leaves a VPC's default group no rule, until it is deleted (VPC-016)", async () => {
  await using it = await bench();
  const made = await it.make(vpc, 'Other', { CidrBlock: '10.1.0.0/16' });
  const { ref: subnetId } = await it.make(subnet, 'Inner', { VpcId: made.ref, CidrBlock: '10.1.0.0/24' });
  const [one, other] = ['one', 'other'].map((name) => it.network.attach({ name, subnetId, securityGroupIds: [] })) as [
    ReturnType<typeof it.task>,
    ReturnType<typeof it.task>,
  ];
  assert.equal(it.reaches(one, other), true);
  const restricted = await it.make(vpcRestrictDefaultSg, 'R', { DefaultSecurityGroupId: made.attributes['DefaultSecurityGroup']! });
  assert.equal(it.reaches(one, other), false);
  await restricted.delete();
  assert.equal(it.reaches(one, other), true);
});

test('who reaches a balancer reaches its targets, once their group lets its addresses in (VPC-052)', async () => {
  await using it = await bench();
  const made = await it.make(
    securityGroup,
    'Tasks',
    group({ SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 8080, ToPort: 8080, CidrIp: '10.0.2.0/24' }] }),
  );
  const target = it.task({ groups: [made.ref] });
  const balancer = it.node({ groups: [] });
  const stranger = it.task({ name: 'task stranger/1', groups: ['sg-task'] });
  assert.equal(it.reaches(stranger, target), false);
  assert.deepEqual([it.reaches(stranger, balancer), it.reaches(balancer, target)], [true, true]);
});
