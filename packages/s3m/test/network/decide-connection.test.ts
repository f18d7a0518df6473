import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { NetworkInterface } from '../../src/network/network.ts';
import type { NetworkSource } from '../../src/network/network-source.ts';
import { smallNetwork, tcp } from './small-network.ts';

const by = ({ id }: NetworkInterface): NetworkSource => ({ kind: 'interface', interfaceId: id });
const link: NetworkSource = { kind: 'private-link', vpcLinkId: 'abc123' };
const at = ({ address }: NetworkInterface, port = 8080): { address: string; port: number } => ({ address, port });

describe('a connection within a VPC', () => {
  it('passes when the groups of both ends let it, and both rules are named (VPC-039, VPC-050)', () => {
    const { network, node, task } = smallNetwork({
      balancer: { egress: [tcp(8080, 'sg-task')] },
      task: { ingress: [tcp(8080, 'sg-nlb')] },
    });
    const [from, target] = [node(), task()];
    const { allowed, hop } = network.decide(by(from), at(target));
    assert.ok(allowed);
    assert.deepEqual(hop, {
      from: `NLB node PrivateNlb (${from.address})`,
      to: `task weather/1 (${target.address})`,
      port: 8080,
      allowed: true,
      rule: 'egress tcp 8080 to sg-task (WeatherSecurityGroup) on sg-nlb (NlbSecurityGroup); ingress tcp 8080 from sg-nlb (NlbSecurityGroup) on sg-task (WeatherSecurityGroup)',
    });
  });

  it('is refused without an inbound rule, with the rule that would open it (VPC-030)', () => {
    const { network, node, task } = smallNetwork();
    const from = node();
    const { allowed, hop } = network.decide(by(from), at(task()));
    assert.ok(!allowed);
    assert.equal(
      hop.rule,
      `no ingress rule of sg-task (WeatherSecurityGroup) lets tcp 8080 in from NLB node PrivateNlb (${from.address}). To open it, add to sg-task (WeatherSecurityGroup): ingress tcp 8080 from sg-nlb (NlbSecurityGroup)`,
    );
  });

  it('tells everything that is missing at once', () => {
    const { network, node, task } = smallNetwork({ balancer: { egress: [] } });
    const { hop } = network.decide(by(node()), at(task()));
    assert.match(hop.rule, /^no egress rule of sg-nlb .*; no ingress rule of sg-task /);
    assert.match(
      hop.rule,
      /To open it, add to sg-nlb \(NlbSecurityGroup\): egress tcp 8080 to sg-task \(WeatherSecurityGroup\); add to sg-task/,
    );
  });

  it('from a node without security groups leaves freely and needs a rule for its address (NLB-052, VPC-051)', () => {
    const { network, node, task } = smallNetwork({ task: { ingress: [tcp(8080, 'sg-nlb')] } });
    const [from, target] = [node({ groups: [] }), task()];
    const refused = network.decide(by(from), at(target));
    assert.ok(!refused.allowed);
    assert.match(refused.hop.rule, /add to sg-task \(WeatherSecurityGroup\): ingress tcp 8080 from 10\.0\.2\.0\/24 \(subnet Private2\)$/);
    network.model.addSecurityRule('sg-task', 'ingress', tcp(8080, '10.0.2.0/24'));
    const passed = network.decide(by(from), at(target));
    assert.ok(passed.allowed);
    assert.match(passed.hop.rule, /^no security group on NLB node PrivateNlb; ingress tcp 8080 from 10\.0\.2\.0\/24 on sg-task/);
  });

  it('is decided by the rules of all groups of an interface together (VPC-030)', () => {
    const { network, node, task } = smallNetwork({ task: { ingress: [tcp(8080, 'sg-nlb')] } });
    network.model.addSecurityGroup({ id: 'sg-more', name: 'More', vpcId: 'vpc-1', ingress: [], egress: [] });
    assert.ok(network.decide(by(node()), at(task({ groups: ['sg-more', 'sg-task'] }))).allowed);
  });

  it('between tasks of the default group passes, from elsewhere not (VPC-038)', () => {
    const { network, node, task } = smallNetwork();
    const [one, other] = [task({ name: 'one', groups: [] }), task({ name: 'other', groups: [] })];
    assert.ok(network.decide(by(one), at(other)).allowed);
    assert.ok(!network.decide(by(node()), at(other)).allowed);
    network.model.restrictDefaultSecurityGroup('sg-default');
    assert.ok(!network.decide(by(one), at(other)).allowed);
    network.model.restoreDefaultSecurityGroup('sg-default');
    assert.ok(network.decide(by(one), at(other)).allowed);
  });

  it('is not opened by a rule for a group that nobody carries (VPC-037)', () => {
    const { network, node, task } = smallNetwork({ task: { ingress: [tcp(8080, 'sg-nlb')] } });
    assert.ok(!network.decide(by(node({ groups: [] })), at(task())).allowed);
  });

  it('follows a changed rule at once', () => {
    const { network, node, task } = smallNetwork();
    const [from, target] = [node(), task()];
    const allowed = (): boolean => network.decide(by(from), at(target)).allowed;
    assert.ok(!allowed());
    const remove = network.model.addSecurityRule('sg-task', 'ingress', tcp(8080, 'sg-nlb'));
    assert.ok(allowed());
    remove();
    assert.ok(!allowed());
    network.model.setSecurityRules('sg-task', { ingress: [tcp(8080, '10.0.0.0/16')], egress: [] });
    assert.ok(allowed());
  });

  it('follows changed groups of an interface at once', () => {
    const { network, node, task } = smallNetwork({ task: { ingress: [tcp(8080, 'sg-nlb')] } });
    const [from, target] = [task({ name: 'other' }), task()];
    assert.ok(!network.decide(by(from), at(target)).allowed);
    network.modifyInterface(from.id, { securityGroupIds: ['sg-nlb'] });
    assert.ok(network.decide(by(from), at(target)).allowed);
    assert.ok(network.decide(by(node()), at(target)).allowed);
  });

  it('to an address that nobody has is refused, also after the interface is gone', () => {
    const { network, node, task } = smallNetwork({ task: { ingress: [tcp(8080, 'sg-nlb')] } });
    const [from, target] = [node(), task()];
    assert.ok(network.decide(by(from), at(target)).allowed);
    target.detach();
    assert.equal(network.decide(by(from), at(target)).hop.rule, `no network interface has the address ${target.address}`);
    from.detach();
    assert.equal(network.decide(by(from), at(target)).hop.rule, `network interface ${from.id} is not attached any more`);
  });

  it("carries a client's address when the balancer keeps it: its range or the balancer's group admits it (NLB-047, NLB-055)", () => {
    const { network, node, task } = smallNetwork();
    const [from, target] = [node(), task()];
    const kept = (clientAddress: string | null): boolean =>
      network.decide({ kind: 'interface', interfaceId: from.id, clientAddress }, at(target)).allowed;
    network.model.setSecurityRules('sg-task', { ingress: [tcp(8080, '10.0.2.0/24')], egress: [] });
    assert.ok(!kept('10.0.0.77'), 'a rule for the node alone is not enough');
    network.model.setSecurityRules('sg-task', { ingress: [tcp(8080, '10.0.0.77/32')], egress: [] });
    assert.ok(kept('10.0.0.77'));
    assert.ok(!kept(null), 'the world outside has no address here');
    network.model.setSecurityRules('sg-task', { ingress: [tcp(8080, 'sg-nlb')], egress: [] });
    assert.ok(kept('10.0.0.77') && kept(null));
  });
});

describe('a client whose address a node keeps', () => {
  const refusalOf = (groups: readonly string[], clientAddress: string | null): string => {
    const { network, node, task } = smallNetwork({ task: { ingress: [tcp(8080, '10.0.2.0/24')] } });
    return network.decide({ kind: 'interface', interfaceId: node({ groups }).id, clientAddress }, at(task())).hop.rule;
  };

  it('is who is told of, not the node that a rule lets in, and the rule names the group of the node (NLB-047, NLB-055)', () => {
    assert.match(
      refusalOf(['sg-nlb'], null),
      /lets tcp 8080 in from a client outside, whose address NLB node PrivateNlb \(10\.0\.2\.\d+\) keeps\. To open it, add to sg-task \(WeatherSecurityGroup\): ingress tcp 8080 from sg-nlb/,
    );
  });

  it('needs a rule for its address when the node has no group (NLB-047, NLB-052)', () => {
    assert.match(
      refusalOf([], '10.0.0.77'),
      /in from client 10\.0\.0\.77, whose address .* keeps\. .*ingress tcp 8080 from 10\.0\.0\.77\/32$/,
    );
    assert.match(refusalOf([], null), /ingress tcp 8080 from 0\.0\.0\.0\/0$/);
  });
});

describe('a VPC link V1', () => {
  it('passes a node without security groups (NLB-052)', () => {
    const { network, node } = smallNetwork();
    assert.ok(network.decide(link, at(node({ groups: [] }), 80)).allowed);
  });

  it('needs a rule for all addresses while enforcement is on: the VPC range is not enough (NLB-054, NLB-056)', () => {
    const { network, node } = smallNetwork({ balancer: { ingress: [tcp(80, '10.0.0.0/16')] } });
    const target = node();
    const refused = network.decide(link, at(target, 80));
    assert.ok(!refused.allowed);
    assert.equal(
      refused.hop.rule,
      'no ingress rule of sg-nlb (NlbSecurityGroup) lets tcp 80 in from the VPC link. To open it, set EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic of the load balancer to off, or add to sg-nlb (NlbSecurityGroup): ingress tcp 80 from 0.0.0.0/0',
    );
    network.model.addSecurityRule('sg-nlb', 'ingress', tcp(80, '0.0.0.0/0'));
    assert.ok(network.decide(link, at(target, 80)).allowed);
  });

  it('passes whatever the rules while enforcement is off, and is stopped again when it is on (NLB-054)', () => {
    const { network, node } = smallNetwork();
    const target = node({ privateLink: 'unfiltered' });
    const { allowed, hop } = network.decide(link, at(target, 80));
    assert.ok(allowed);
    assert.equal(hop.rule, 'EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic is off');
    network.modifyInterface(target.id, { privateLink: 'filtered' });
    assert.ok(!network.decide(link, at(target, 80)).allowed);
  });

  it('reaches no task, not even one that is open to everybody', () => {
    const { network, task } = smallNetwork({ task: { ingress: [tcp(8080, '0.0.0.0/0')] } });
    assert.ok(!network.decide(link, at(task())).allowed);
  });

  it('reaches neither of two interfaces with one address in two VPCs, unless the VPC is named', () => {
    const { network, node } = smallNetwork();
    const target = node({ groups: [] });
    const dns = { support: true, hostnames: true };
    network.model.addVpc({
      id: 'vpc-2',
      name: 'Vpc2',
      cidr: '10.0.0.0/16',
      mainRouteTableId: 'rtb-2',
      defaultSecurityGroupId: 'sg-2',
      defaultNetworkAclId: 'acl-2',
      dns,
    });
    network.model.addSubnet({ id: 'subnet-9', name: 'Other', vpcId: 'vpc-2', zone: 'us-east-1a', cidr: '10.0.2.0/24' });
    network.attach({ name: 'twin', subnetId: 'subnet-9', securityGroupIds: [], address: target.address });
    assert.ok(!network.decide(link, at(target, 80)).allowed);
    assert.ok(network.decide(link, { ...at(target, 80), vpcId: 'vpc-1' }).allowed);
  });
});

describe('the world outside', () => {
  it('reaches no private address', () => {
    const { network, task } = smallNetwork({ task: { ingress: [tcp(8080, '0.0.0.0/0')] } });
    const { allowed, hop } = network.decide({ kind: 'outside' }, at(task()));
    assert.ok(!allowed);
    assert.match(hop.rule, /has no public address/);
  });

  it('reaches a public address only over a route to an attached internet gateway and a rule (VPC-001, VPC-009)', () => {
    const { network, node } = smallNetwork();
    const target = node({ public: true, subnetId: 'subnet-public' });
    const decide = (): { allowed: boolean; rule: string } => network.decide({ kind: 'outside' }, at(target, 80)).hop;
    assert.match(decide().rule, /subnet-public \(Public\) has no route to an attached internet gateway/);
    network.model.addInternetGateway('igw-1', 'Igw');
    network.model.addRoute('rtb-main', {
      destination: { kind: 'range', range: { first: 0, prefix: 0 } },
      target: { kind: 'internet-gateway', id: 'igw-1' },
    });
    assert.ok(!decide().allowed, 'the gateway is not attached');
    network.model.attachInternetGateway('igw-1', 'vpc-1');
    assert.match(decide().rule, /no ingress rule of sg-nlb .* from the internet/);
    network.model.addSecurityRule('sg-nlb', 'ingress', tcp(80, '0.0.0.0/0'));
    assert.ok(decide().allowed);
  });
});
