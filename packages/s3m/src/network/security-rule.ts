import { listHolds, type PrefixList } from './prefix-lists.ts';
import { formatRange, rangeHolds, type Ipv4Range } from './ipv4.ts';

/** The other end that a security-group rule names. */
export type RulePeer =
  | { readonly kind: 'range'; readonly range: Ipv4Range }
  /** Kept for descriptions; this network has IPv4 addresses only, so it admits nobody. */
  | { readonly kind: 'ipv6'; readonly range: string }
  | { readonly kind: 'group'; readonly groupId: string }
  | { readonly kind: 'prefix-list'; readonly id: string };

/** A rule of a security group. Rules only allow (VPC-030). */
export interface SecurityRule {
  /** `-1` is all protocols (VPC-040). */
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'icmpv6' | '-1' | (string & {});
  /** Inclusive; of no meaning for protocol `-1`. For ICMP these are type and code. */
  readonly fromPort: number;
  readonly toPort: number;
  readonly peer: RulePeer;
}

/** Who is at the other end of a connection, as a rule sees it. Without an address only rules for all addresses admit it (NLB-056). */
export interface ConnectionPeer {
  readonly address?: number;
  readonly groupIds: readonly string[];
  /** The AWS service that it is an address of: `com.amazonaws.us-east-1.s3`. */
  readonly service?: string;
}

/** Finds a prefix list; a rule whose list is not there admits nobody. */
export type FindList = (id: string) => PrefixList | undefined;

export type Direction = 'ingress' | 'egress';

/** EC2's own outbound rule of a new group (VPC-031). */
export const ALLOW_ALL: SecurityRule = {
  protocol: '-1',
  fromPort: -1,
  toPort: -1,
  peer: { kind: 'range', range: { first: 0, prefix: 0 } },
};

export function isAllowAll(rule: SecurityRule): boolean {
  return rule.protocol === '-1' && rule.peer.kind === 'range' && rule.peer.range.prefix === 0;
}

/** Whether a rule lets TCP to `port` pass. CDK's "disallow all" rule is ICMP, so it never does (VPC-033). */
export function ruleAdmits(rule: SecurityRule, port: number, other: ConnectionPeer, findList: FindList): boolean {
  return admitsPort(rule, port) && admitsPeer(rule.peer, other, findList);
}

function admitsPort(rule: SecurityRule, port: number): boolean {
  if (rule.protocol === '-1') return true;
  if (rule.protocol !== 'tcp') return false;
  return rule.fromPort === -1 || (port >= rule.fromPort && port <= rule.toPort);
}

function admitsPeer(peer: RulePeer, other: ConnectionPeer, findList: FindList): boolean {
  if (peer.kind === 'group') return other.groupIds.includes(peer.groupId); // VPC-036, VPC-037
  if (peer.kind === 'ipv6') return false;
  if (peer.kind === 'prefix-list') {
    const list = findList(peer.id);
    return list !== undefined && listHolds(list, other);
  }
  return other.address === undefined ? peer.range.prefix === 0 : rangeHolds(peer.range, other.address);
}

/** `ingress tcp 8080 from sg-0a1b (NlbSecurityGroup)` */
export function describeRule(direction: Direction, rule: SecurityRule, nameOf: (id: string) => string): string {
  const other = describePeer(rule.peer, nameOf);
  return `${direction} ${describePorts(rule)} ${direction === 'ingress' ? 'from' : 'to'} ${other}`;
}

function describePeer(peer: RulePeer, nameOf: (id: string) => string): string {
  switch (peer.kind) {
    case 'group':
      return nameOf(peer.groupId);
    case 'prefix-list':
      return nameOf(peer.id);
    case 'range':
      return formatRange(peer.range);
    case 'ipv6':
      return peer.range;
  }
}

function describePorts(rule: SecurityRule): string {
  if (rule.protocol === '-1') return 'all traffic';
  if (rule.fromPort === -1) return `all ${rule.protocol}`;
  return rule.fromPort === rule.toPort ? `${rule.protocol} ${rule.fromPort}` : `${rule.protocol} ${rule.fromPort}-${rule.toPort}`;
}
