import type { Examined } from './examined.ts';
import { formatAddress, formatRange } from './ipv4.ts';
import type { AttachedInterface } from './interfaces.ts';
import type { PrefixList } from './prefix-lists.ts';
import { describeRule, ruleAdmits, type ConnectionPeer, type Direction } from './security-rule.ts';
import type { VpcModel } from './vpc-model.ts';

/** The other end, and how a new rule would name it. */
export interface OtherEnd {
  readonly peer: ConnectionPeer;
  /** `10.0.2.17 (task weather/3f2a)` */
  readonly label: string;
  /** `sg-0a1b (WeatherSecurityGroup)`, `10.0.2.0/24` */
  readonly asRulePeer: string;
}

/** Rules of all groups of an interface count together; none that matches means drop (VPC-030, VPC-039). */
export function examineGroups(model: VpcModel, direction: Direction, own: AttachedInterface, other: OtherEnd, port: number): Examined {
  if (!own.filtered) return { allowed: true, rule: `no security group on ${own.name}` }; // NLB-052
  const nameGroup = (id: string): string => (model.findSecurityGroup(id) ?? model.prefixLists.find(id))?.label ?? `${id} (deleted)`;
  const findList = (id: string): PrefixList | undefined => model.prefixLists.find(id);
  for (const id of own.securityGroupIds) {
    const group = model.findSecurityGroup(id);
    const rule = group?.rules(direction).find((candidate) => ruleAdmits(candidate, port, other.peer, findList));
    if (group !== undefined && rule !== undefined) {
      return { allowed: true, rule: `${describeRule(direction, rule, nameGroup)} on ${group.label}` };
    }
  }
  const groups = own.securityGroupIds.map(nameGroup);
  const way = direction === 'ingress' ? `in from ${other.label}` : `out to ${other.label}`;
  return {
    allowed: false,
    missing: `no ${direction} rule of ${groups.join(' or ')} lets tcp ${port} ${way}`,
    fix: `add to ${groups[0]}: ${direction} tcp ${port} ${direction === 'ingress' ? 'from' : 'to'} ${other.asRulePeer}`,
  };
}

/** An interface as the other end of a connection. `address` differs from its own when it sends for somebody else (NLB-047). */
export function otherEndOf(model: VpcModel, attached: AttachedInterface, address: number | null = attached.number): OtherEnd {
  const group = attached.securityGroupIds.map((id) => model.findSecurityGroup(id)).find((found) => found !== undefined);
  return {
    // NLB-055: a rule for the balancer's group admits it also under its client's address.
    peer: { ...(address === null ? {} : { address }), groupIds: attached.securityGroupIds },
    label: senderLabelOf(attached, address),
    // A node without groups may come back under another address of its subnet (NLB-052, VPC-051).
    asRulePeer:
      group?.label ??
      (address === attached.number ? `${formatRange(attached.subnet.range)} (subnet ${attached.subnet.name})` : rangeOfClient(address)),
  };
}

/** Who sends, as people are told: the interface itself, or the client whose address it keeps (NLB-047). */
export function senderLabelOf(attached: AttachedInterface, address: number | null): string {
  if (address === attached.number) return labelOf(attached);
  const client = address === null ? 'a client outside' : `client ${formatAddress(address)}`;
  return `${client}, whose address ${labelOf(attached)} keeps`;
}

/** How a rule would name a client that may be anywhere when its address is not known. */
export function rangeOfClient(address: number | null): string {
  return address === null ? '0.0.0.0/0' : `${formatAddress(address)}/32`;
}

/** `task weather/3f2a (10.0.2.17)` */
export function labelOf({ name, address }: { readonly name: string; readonly address: string }): string {
  return `${name} (${address})`;
}
