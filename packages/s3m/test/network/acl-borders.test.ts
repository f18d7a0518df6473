import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tryParseRange } from '../../src/network/ipv4.ts';
import type { Verdict } from '../../src/network/network.ts';
import { ALLOW_ALL, type Direction } from '../../src/network/security-rule.ts';
import { smallNetwork, to, type SmallNetwork } from './small-network.ts';

type SubnetId = 'subnet-1' | 'subnet-2' | 'subnet-public';
/** What is closed: a direction of a subnet's ACL, for one port. */
type Border = readonly [SubnetId, Direction, number];

/** Groups let everything pass, private subnets lead to a NAT gateway in the public one, and each subnet has an ACL that lets everything pass. */
function guarded(): SmallNetwork {
  const small = smallNetwork({ balancer: { ingress: [ALLOW_ALL] }, task: { ingress: [ALLOW_ALL] } });
  const { model } = small.network;
  model.addInternetGateway('igw-1', 'Igw');
  model.attachInternetGateway('igw-1', 'vpc-1');
  model.addRouteTable({ id: 'rtb-public', name: 'PublicRoutes', vpcId: 'vpc-1' });
  model.associateRouteTable('subnet-public', 'rtb-public');
  model.addRoute('rtb-public', { destination: to('0.0.0.0/0'), target: { kind: 'internet-gateway', id: 'igw-1' } });
  model.addNatGateway({ id: 'nat-1', name: 'Nat', subnetId: 'subnet-public', connectivity: 'public' });
  model.addRoute('rtb-main', { destination: to('0.0.0.0/0'), target: { kind: 'nat-gateway', id: 'nat-1' } });
  for (const id of ['subnet-1', 'subnet-2', 'subnet-public'] as const) {
    model.acls.add({ id: `acl-${id}`, name: 'Guard', vpcId: 'vpc-1' });
    model.acls.associate({ id, vpcId: 'vpc-1' }, `acl-${id}`);
    for (const direction of ['ingress', 'egress'] as const) setEntry(small, [id, direction, 0], 100, 'allow');
  }
  return small;
}

/** An entry for one port; for all of them with port 0. */
function setEntry({ network }: SmallNetwork, [subnet, direction, port]: Border, ruleNumber: number, action: 'allow' | 'deny'): () => void {
  const ports = port === 0 ? { from: 0, to: 65_535 } : { from: port, to: port };
  return network.model.acls.addEntry(`acl-${subnet}`, direction, {
    ruleNumber,
    action,
    protocol: 'tcp',
    ports,
    range: tryParseRange('0.0.0.0/0'),
  });
}

interface Way {
  readonly name: string;
  readonly borders: readonly Border[];
  /** Makes what is at its ends, and answers what asks whether it is open. */
  open(small: SmallNetwork): () => Verdict;
}

const ways: readonly Way[] = [
  {
    name: 'from a node to a task of another subnet',
    borders: [
      ['subnet-2', 'egress', 8080],
      ['subnet-1', 'ingress', 8080],
      ['subnet-1', 'egress', 40_000],
      ['subnet-2', 'ingress', 40_000],
    ],
    open: ({ network, node, task }) => {
      const [from, target] = [node(), task()];
      return () => network.decide({ kind: 'interface', interfaceId: from.id }, { address: target.address, port: 8080 });
    },
  },
  {
    name: 'from a task with a public address to the internet',
    borders: [
      ['subnet-public', 'egress', 443],
      ['subnet-public', 'ingress', 40_000],
    ],
    open: ({ network, task }) => {
      const { id } = task({ subnetId: 'subnet-public', public: true });
      return () => network.egressTo(id, { host: 'registry.example.org', port: 443 });
    },
  },
  {
    name: 'from a task behind a NAT gateway to the internet',
    borders: [
      ['subnet-1', 'egress', 443],
      ['subnet-public', 'ingress', 443],
      ['subnet-public', 'egress', 443],
      ['subnet-public', 'ingress', 2000],
      ['subnet-public', 'egress', 40_000],
      ['subnet-1', 'ingress', 40_000],
    ],
    open: ({ network, task }) => {
      const { id } = task();
      return () => network.egressTo(id, { host: 'registry.example.org', port: 443 });
    },
  },
  {
    name: 'from the internet to a public node',
    borders: [
      ['subnet-public', 'ingress', 80],
      ['subnet-public', 'egress', 2000],
    ],
    open: ({ network, node }) => {
      const { address } = node({ subnetId: 'subnet-public', public: true });
      return () => network.decide({ kind: 'outside' }, { address, port: 80 });
    },
  },
];

describe('network ACLs on a way', () => {
  for (const { name, borders, open } of ways) {
    for (const border of borders) {
      const [subnet, direction, port] = border;
      it(`${name}: one that refuses ${direction} of port ${port} at ${subnet} stops it, with its rule (VPC-041, VPC-044, VPC-050)`, () => {
        const small = guarded();
        const ask = open(small);
        assert.ok(ask().allowed, ask().hop.rule);
        const take = setEntry(small, border, 50, 'deny');
        const side = direction === 'ingress' ? 'inbound' : 'outbound';
        assert.ok(!ask().allowed);
        assert.match(ask().hop.rule, new RegExp(`^${side} rule 50 \\(deny tcp ${port} .* of network ACL acl-${subnet} \\(Guard\\)`));
        take();
        assert.ok(ask().allowed);
      });
    }
  }

  it('see the client whose address a node keeps, not the node (NLB-047, VPC-044)', () => {
    const small = guarded();
    const { network, node, task } = small;
    const [from, target] = [node(), task()];
    const ask = (clientAddress?: string | null): Verdict =>
      network.decide(
        { kind: 'interface', interfaceId: from.id, ...(clientAddress === undefined ? {} : { clientAddress }) },
        { address: target.address, port: 8080 },
      );
    network.model.acls.addEntry('acl-subnet-1', 'ingress', {
      ruleNumber: 50,
      action: 'deny',
      protocol: 'tcp',
      ports: { from: 8080, to: 8080 },
      range: tryParseRange('10.0.0.77/32'),
    });
    assert.ok(ask().allowed);
    assert.match(ask('10.0.0.77').hop.rule, /rule 50 .* refuses tcp 8080 in from client 10\.0\.0\.77, whose address NLB node/);
  });

  for (const [direction, port, side] of [
    ['egress', 443, 'outbound'],
    ['ingress', 40_000, 'inbound'],
  ] as const) {
    it(`refuse ${direction} of a host whose address is not known when a rule refuses some addresses of the internet (VPC-041)`, () => {
      const small = guarded();
      const { network, task } = small;
      const { id } = task({ subnetId: 'subnet-public', public: true });
      const ask = (host: string): Verdict => network.egressTo(id, { host, port: 443 });
      const refuse = (ruleNumber: number, cidr: string, action: 'allow' | 'deny' = 'deny'): (() => void) =>
        network.model.acls.addEntry('acl-subnet-public', direction, {
          ruleNumber,
          action,
          protocol: '-1',
          ports: { from: 0, to: 65_535 },
          range: tryParseRange(cidr),
        });
      // No host of the internet has one of these.
      refuse(10, '10.0.0.0/8');
      refuse(11, '192.168.7.0/24');
      assert.ok(ask('api.example.org').allowed, ask('api.example.org').hop.rule);
      refuse(50, '203.0.113.0/24');
      const { allowed, hop } = ask('api.example.org');
      assert.ok(!allowed);
      assert.match(
        hop.rule,
        new RegExp(
          `^${side} rule 50 \\(deny all traffic 203\\.0\\.113\\.0/24\\) of network ACL acl-subnet-public .* may refuse tcp ${port === 443 ? '443' : '32768-60999 \\(answers\\)'} \\w+ \\w+ api\\.example\\.org, whose address is not known here\\. To open it, connect to an address instead of a name, or leave rule 50 out when running locally$`,
        ),
      );
      // An address is what it is.
      assert.ok(ask('198.51.100.7').allowed);
      assert.match(ask('203.0.113.7').hop.rule, new RegExp(`^${side} rule 50 .* refuses .* with a number below 50$`));
      // A permission for all addresses with a lower number comes before it, one for some of them doesn't.
      const some = refuse(40, '203.0.0.0/16', 'allow');
      assert.ok(!ask('api.example.org').allowed);
      some();
      refuse(40, '0.0.0.0/0', 'allow');
      assert.ok(ask('api.example.org').allowed);
    });
  }

  it('let a client outside in past a rule that refuses some addresses of the internet: it is this machine (VPC-041)', () => {
    const small = guarded();
    const { network, node, task } = small;
    const { address } = node({ subnetId: 'subnet-public', public: true });
    const target = task();
    const keeping = node();
    for (const acl of ['acl-subnet-public', 'acl-subnet-1']) {
      network.model.acls.addEntry(acl, 'ingress', {
        ruleNumber: 50,
        action: 'deny',
        protocol: '-1',
        ports: { from: 0, to: 65_535 },
        range: tryParseRange('203.0.113.0/24'),
      });
    }
    assert.ok(network.decide({ kind: 'outside' }, { address, port: 80 }).allowed);
    const kept = { kind: 'interface', interfaceId: keeping.id, clientAddress: null } as const;
    assert.ok(network.decide(kept, { address: target.address, port: 8080 }).allowed);
  });
});
