import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tryParseAddress } from '../../src/network/ipv4.ts';
import { ALLOW_ALL, describeRule, ruleAdmits, type SecurityRule } from '../../src/network/security-rule.ts';
import { peer, tcp } from './small-network.ts';

const admits = (...[rule, port, other]: [Parameters<typeof ruleAdmits>[0], number, Parameters<typeof ruleAdmits>[2]]): boolean =>
  ruleAdmits(rule, port, other, () => undefined);

const from = (address: string, ...groupIds: string[]): { address: number; groupIds: string[] } => ({
  address: tryParseAddress(address)!,
  groupIds,
});

describe('a security-group rule', () => {
  it('takes port ranges as inclusive (VPC-040)', () => {
    const admitted = [7999, 8000, 8100, 8101].map((port) => admits(tcp([8000, 8100], '10.0.0.0/8'), port, from('10.0.0.9')));
    assert.deepEqual(admitted, [false, true, true, false]);
  });

  it('for protocol -1 admits every port (VPC-034, VPC-040)', () => assert.ok(admits(ALLOW_ALL, 8080, from('198.51.100.7'))));

  it('for tcp with ports -1 admits every port', () => assert.ok(admits(tcp(-1, '0.0.0.0/0'), 8080, from('198.51.100.7'))));

  it('for udp admits no connection', () =>
    assert.ok(!admits({ ...ALLOW_ALL, protocol: 'udp', fromPort: 0, toPort: 65_535 }, 53, from('10.0.0.9'))));

  it('that the CDK writes for "disallow all traffic" admits nothing (VPC-033)', () => {
    const rule: SecurityRule = { protocol: 'icmp', fromPort: 252, toPort: 86, peer: peer('255.255.255.255/32') };
    for (const port of [0, 86, 252, 8080]) assert.ok(!admits(rule, port, from('255.255.255.255')));
  });

  it('that names a group admits who carries it, whatever the address (VPC-036)', () => {
    assert.ok(admits(tcp(8080, 'sg-nlb'), 8080, from('10.0.2.9', 'sg-other', 'sg-nlb')));
    assert.ok(!admits(tcp(8080, 'sg-nlb'), 8080, from('10.0.2.9')));
  });

  it('admits somebody without a known address only when it is for all addresses (NLB-056)', () => {
    assert.deepEqual(
      ['0.0.0.0/0', '0.0.0.0/1', '10.0.0.0/8', 'sg-nlb'].map((other) => admits(tcp(80, other), 80, { groupIds: [] })),
      [true, false, false, false],
    );
  });

  it('for IPv6 admits nobody here', () => {
    assert.ok(!admits({ protocol: '-1', fromPort: -1, toPort: -1, peer: { kind: 'ipv6', range: '::/0' } }, 80, from('10.0.0.9')));
  });

  it('reads as one would say it', () => {
    const name = (id: string): string => `${id} (Nlb)`;
    assert.equal(describeRule('ingress', tcp(8080, 'sg-1'), name), 'ingress tcp 8080 from sg-1 (Nlb)');
    assert.equal(describeRule('egress', tcp([1, 9], '10.0.0.0/8'), name), 'egress tcp 1-9 to 10.0.0.0/8');
    assert.equal(describeRule('egress', ALLOW_ALL, name), 'egress all traffic to 0.0.0.0/0');
    assert.equal(describeRule('ingress', tcp(-1, 'sg-1'), name), 'ingress all tcp from sg-1 (Nlb)');
  });
});
