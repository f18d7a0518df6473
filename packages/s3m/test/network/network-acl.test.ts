import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tryParseRange } from '../../src/network/ipv4.ts';
import type { AclEntry } from '../../src/network/network-acl.ts';
import type { NetworkInterface, Verdict } from '../../src/network/network.ts';
import { ALLOW_ALL } from '../../src/network/security-rule.ts';
import { smallNetwork, to, type SmallNetwork } from './small-network.ts';

/** `entry(100, 'allow', [8080, 8080], '10.0.0.0/16')` */
function entry(ruleNumber: number, action: 'allow' | 'deny', [from, end]: readonly [number, number], cidr: string): AclEntry {
  return { ruleNumber, action, protocol: 'tcp', ports: { from, to: end }, range: tryParseRange(cidr) };
}

/** Groups let everything pass; `subnet-1`, that of the task, has an ACL of its own without entries. */
function guardedNetwork(): SmallNetwork & { readonly reach: () => Verdict; readonly from: NetworkInterface } {
  const small = smallNetwork({ balancer: { egress: [ALLOW_ALL] }, task: { ingress: [ALLOW_ALL], egress: [ALLOW_ALL] } });
  const { acls } = small.network.model;
  acls.add({ id: 'acl-1', name: 'Guard', vpcId: 'vpc-1' });
  acls.associate({ id: 'subnet-1', vpcId: 'vpc-1' }, 'acl-1');
  const [from, target] = [small.node(), small.task()];
  const reach = (): Verdict => small.network.decide({ kind: 'interface', interfaceId: from.id }, { address: target.address, port: 8080 });
  return { ...small, from, reach };
}

describe('a network ACL', () => {
  it('that is new lets nothing pass, and both missing rules are named (VPC-042, VPC-045)', () => {
    const { reach } = guardedNetwork();
    const { allowed, hop } = reach();
    assert.ok(!allowed);
    assert.match(
      hop.rule,
      /^no inbound rule of network ACL acl-1 \(Guard\) of subnet subnet-1 \(Private1\) lets tcp 8080 in from NLB node/,
    );
    assert.match(hop.rule, /no outbound rule of network ACL acl-1 .* lets tcp 1024-65535 \(answers\) out to NLB node/);
    assert.match(
      hop.rule,
      /To open it, add to acl-1 \(Guard\): inbound allow tcp 8080 from 10\.0\.2\.0\/24; add to acl-1 \(Guard\): outbound allow tcp 1024-65535 to 10\.0\.2\.0\/24$/,
    );
  });

  it('is stateless: answers need a rule of their own, for all ports that a balancer may use (VPC-041, VPC-044)', () => {
    const { network, reach } = guardedNetwork();
    const { acls } = network.model;
    acls.addEntry('acl-1', 'ingress', entry(100, 'allow', [8080, 8080], '10.0.0.0/16'));
    assert.ok(!reach().allowed);
    acls.addEntry('acl-1', 'egress', entry(100, 'allow', [32_768, 65_535], '10.0.0.0/16'));
    assert.match(reach().hop.rule, /lets tcp 1024-32767 \(answers\) out to/);
    acls.addEntry('acl-1', 'egress', entry(110, 'allow', [1024, 32_767], '10.0.2.0/24'));
    const { allowed, hop } = reach();
    assert.ok(allowed);
    assert.match(hop.rule, /network ACL acl-1 \(Guard\) of subnet subnet-1 \(Private1\) lets tcp 8080 in from/);
  });

  it('is decided by the lowest number that matches (VPC-041)', () => {
    const { network, reach } = guardedNetwork();
    const { acls } = network.model;
    acls.addEntry('acl-1', 'egress', entry(100, 'allow', [0, 65_535], '0.0.0.0/0'));
    acls.addEntry('acl-1', 'ingress', entry(200, 'allow', [0, 65_535], '0.0.0.0/0'));
    assert.ok(reach().allowed);
    const remove = acls.addEntry('acl-1', 'ingress', entry(100, 'deny', [8000, 9000], '10.0.2.0/24'));
    assert.match(
      reach().hop.rule,
      /^inbound rule 100 \(deny tcp 8000-9000 10\.0\.2\.0\/24\) of network ACL acl-1 .* refuses tcp 8080 in from .*To open it, .*, with a number below 100$/,
    );
    remove();
    acls.addEntry('acl-1', 'ingress', entry(300, 'deny', [8000, 9000], '10.0.2.0/24'));
    assert.ok(reach().allowed);
  });

  it('does not count within its subnet (VPC-041)', () => {
    const { network, task } = guardedNetwork();
    const [one, other] = [task({ name: 'task a' }), task({ name: 'task b' })];
    assert.ok(network.decide({ kind: 'interface', interfaceId: one.id }, { address: other.address, port: 8080 }).allowed);
  });

  it("gives way to the VPC's default, which lets everything pass unsaid, when it is taken away (VPC-042, VPC-043)", () => {
    const small = smallNetwork({ balancer: { egress: [ALLOW_ALL] }, task: { ingress: [ALLOW_ALL] } });
    const { acls } = small.network.model;
    acls.add({ id: 'acl-1', name: 'Guard', vpcId: 'vpc-1' });
    const [from, target] = [small.node(), small.task()];
    const reach = (): Verdict => small.network.decide({ kind: 'interface', interfaceId: from.id }, { address: target.address, port: 8080 });
    const associated = acls.associate({ id: 'subnet-1', vpcId: 'vpc-1' }, 'acl-1');
    assert.ok(!reach().allowed);
    associated();
    assert.ok(reach().allowed);
    assert.doesNotMatch(reach().hop.rule, /ACL/);
  });

  it('of the subnet of a NAT gateway counts on the way out (VPC-012)', () => {
    const { network, task } = smallNetwork();
    const { model } = network;
    model.addInternetGateway('igw-1', 'Igw');
    model.attachInternetGateway('igw-1', 'vpc-1');
    model.addRouteTable({ id: 'rtb-public', name: 'PublicRoutes', vpcId: 'vpc-1' });
    model.associateRouteTable('subnet-public', 'rtb-public');
    model.addRoute('rtb-public', { destination: to('0.0.0.0/0'), target: { kind: 'internet-gateway', id: 'igw-1' } });
    model.addNatGateway({ id: 'nat-1', name: 'Nat', subnetId: 'subnet-public', connectivity: 'public' });
    model.addRoute('rtb-main', { destination: to('0.0.0.0/0'), target: { kind: 'nat-gateway', id: 'nat-1' } });
    const from = task();
    const leave = (): Verdict => network.egressTo(from.id, { host: 'registry.example.org', port: 443 });
    assert.ok(leave().allowed);
    model.acls.add({ id: 'acl-1', name: 'Guard', vpcId: 'vpc-1' });
    model.acls.associate({ id: 'subnet-public', vpcId: 'vpc-1' }, 'acl-1');
    assert.match(leave().hop.rule, /no inbound rule of network ACL acl-1 \(Guard\) of subnet subnet-public/);
    model.acls.addEntry('acl-1', 'ingress', entry(100, 'allow', [443, 443], '10.0.0.0/16'));
    model.acls.addEntry('acl-1', 'egress', entry(100, 'allow', [443, 443], '0.0.0.0/0'));
    assert.match(leave().hop.rule, /no inbound rule of .* lets tcp 1024-65535 \(answers\) in from registry\.example\.org/);
    model.acls.addEntry('acl-1', 'ingress', entry(110, 'allow', [1024, 65_535], '0.0.0.0/0'));
    model.acls.addEntry('acl-1', 'egress', entry(110, 'allow', [1024, 65_535], '10.0.0.0/16'));
    assert.ok(leave().allowed);
  });

  it('refuses two entries of one number, and a subnet of another VPC, in the words of EC2', () => {
    const { network } = guardedNetwork();
    const { acls } = network.model;
    acls.addEntry('acl-1', 'ingress', entry(100, 'allow', [1, 2], '0.0.0.0/0'));
    acls.addEntry('acl-1', 'egress', entry(100, 'allow', [1, 2], '0.0.0.0/0'));
    assert.throws(() => acls.addEntry('acl-1', 'ingress', entry(100, 'deny', [1, 2], '0.0.0.0/0')), {
      code: 'NetworkAclEntryAlreadyExists',
      message: 'The network acl entry identified by 100 already exists.',
    });
    assert.throws(() => acls.associate({ id: 'subnet-9', vpcId: 'vpc-9' }, 'acl-1'), /belong to different networks/);
  });
});
