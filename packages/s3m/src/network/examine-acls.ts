import type { Examined } from './examined.ts';
import { labelOf, rangeOfClient, senderLabelOf } from './examine-groups.ts';
import type { AttachedInterface } from './interfaces.ts';
import { formatAddress, formatRange } from './ipv4.ts';
import { describeEntry, describePorts, type AclPeer, type PortRange } from './network-acl.ts';
import type { Direction } from './security-rule.ts';
import type { VpcModel } from './vpc-model.ts';
import type { Subnet } from './vpc-parts.ts';

/** Ports that load balancers, NAT gateways and clients outside use for their own end (VPC-044). */
const EPHEMERAL: PortRange = { from: 1024, to: 65_535 };
/** Those of Linux, on which Fargate's tasks run. */
const EPHEMERAL_OF_LINUX: PortRange = { from: 32_768, to: 60_999 };

/** The other end of a packet's way over a border. */
interface Peer {
  readonly address: AclPeer;
  readonly label: string;
  /** How a new entry would name it. */
  readonly asRange: string;
}

/** The ACLs between two interfaces of a VPC, there and back; none within a subnet (VPC-041, VPC-044, VPC-050). */
export function examineAclsBetween(
  model: VpcModel,
  from: AttachedInterface,
  to: AttachedInterface,
  port: number,
  carried: number | null | undefined,
): readonly Examined[] {
  if (from.subnet.id === to.subnet.id) return [];
  const there = { from: port, to: port };
  const back = ephemeralPortsOf(from);
  const source: Peer =
    carried === undefined
      ? peerOf(from)
      : { address: carried ?? 'client', label: senderLabelOf(from, carried), asRange: rangeOfClient(carried) };
  return [
    ...examineBorder(model, from.subnet, 'egress', there, peerOf(to)),
    ...examineBorder(model, to.subnet, 'ingress', there, source),
    ...examineBorder(model, to.subnet, 'egress', back, source),
    ...examineBorder(model, from.subnet, 'ingress', back, peerOf(to)),
  ];
}

/** The ACLs on the way to a host outside: the subnet's own, and the NAT gateway's when the way leads through one (VPC-012). */
export function examineAclsOutward(
  model: VpcModel,
  from: AttachedInterface,
  host: { readonly label: string; readonly address: number | undefined },
  port: number,
  nat: Subnet | undefined,
): readonly Examined[] {
  const there = { from: port, to: port };
  const peer: Peer =
    host.address === undefined
      ? { address: 'host', label: host.label, asRange: '0.0.0.0/0' }
      : { address: host.address, label: host.label, asRange: `${formatAddress(host.address)}/32` };
  const own = [
    ...examineBorder(model, from.subnet, 'egress', there, peer),
    ...examineBorder(model, from.subnet, 'ingress', ephemeralPortsOf(from), peer),
  ];
  if (nat === undefined || nat.id === from.subnet.id) return own;
  return [
    ...own,
    ...examineBorder(model, nat, 'ingress', there, peerOf(from)),
    ...examineBorder(model, nat, 'egress', there, peer),
    ...examineBorder(model, nat, 'ingress', EPHEMERAL, peer),
    ...examineBorder(model, nat, 'egress', ephemeralPortsOf(from), peerOf(from)),
  ];
}

/** The ACL of a subnet that a client outside calls into. */
export function examineAclsInward(model: VpcModel, to: AttachedInterface, port: number): readonly Examined[] {
  const peer: Peer = { address: 'client', label: 'the internet', asRange: '0.0.0.0/0' };
  return [
    ...examineBorder(model, to.subnet, 'ingress', { from: port, to: port }, peer),
    ...examineBorder(model, to.subnet, 'egress', EPHEMERAL, peer),
  ];
}

/** A default ACL that lets everything pass says nothing. */
function examineBorder(model: VpcModel, subnet: Subnet, direction: Direction, ports: PortRange, peer: Peer): readonly Examined[] {
  const acl = model.acls.find(subnet);
  if (acl === undefined) return [];
  const verdict = acl.examine(direction, ports, peer.address);
  const way = direction === 'ingress' ? 'in from' : 'out to';
  const where = `network ACL ${acl.label} of subnet ${subnet.id} (${subnet.name})`;
  if (verdict.allowed)
    return acl.isDefault ? [] : [{ allowed: true, rule: `${where} lets tcp ${describePorts(ports)} ${way} ${peer.label}` }];
  const { entry } = verdict;
  const refused = `tcp ${describePorts(verdict.ports)}${ports.from === ports.to ? '' : ' (answers)'} ${way} ${peer.label}`;
  const side = direction === 'ingress' ? 'inbound' : 'outbound';
  const fix = `add to ${acl.label}: ${side} allow tcp ${describePorts(ports)} ${direction === 'ingress' ? 'from' : 'to'} ${peer.asRange}`;
  if (entry === undefined) return [{ allowed: false, missing: `no ${side} rule of ${where} lets ${refused}`, fix }];
  const rule = `${side} ${describeEntry(entry)} of ${where}`;
  return [
    peer.address === 'host' && entry.range?.prefix !== 0
      ? {
          allowed: false,
          missing: `${rule} may refuse ${refused}, whose address is not known here`,
          fix: `connect to an address instead of a name, or leave rule ${entry.ruleNumber} out when running locally`,
        }
      : { allowed: false, missing: `${rule} refuses ${refused}`, fix: `${fix}, with a number below ${entry.ruleNumber}` },
  ];
}

function ephemeralPortsOf({ privateLink }: AttachedInterface): PortRange {
  return privateLink === undefined ? EPHEMERAL_OF_LINUX : EPHEMERAL;
}

function peerOf(attached: AttachedInterface): Peer {
  return { address: attached.number, label: labelOf(attached), asRange: formatRange(attached.subnet.range) };
}
