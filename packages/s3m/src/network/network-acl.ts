import { formatRange, rangeHolds, type Ipv4Range } from './ipv4.ts';
import { isOnInternet } from './special-ranges.ts';
import { NetworkModelError } from './network-model-error.ts';
import type { Direction } from './security-rule.ts';

/** Inclusive. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/** A numbered rule of a network ACL (VPC-041). */
export interface AclEntry {
  readonly ruleNumber: number;
  readonly action: 'allow' | 'deny';
  /** `-1` is all protocols. */
  readonly protocol: 'tcp' | 'udp' | 'icmp' | '-1' | (string & {});
  readonly ports: PortRange;
  /** Undefined for an IPv6 range: this network has IPv4 addresses only, so it matches nothing. */
  readonly range: Ipv4Range | undefined;
}

/** The other end of a connection: its address; else a host outside whose address is not known, or a client outside, which is this machine. */
export type AclPeer = number | 'host' | 'client';

export const ALL_PORTS: PortRange = { from: 0, to: 65_535 };

/** What an ACL says of a connection: `entry` is the rule that refuses a port, undefined for the final `*` that refuses everything. */
export type AclVerdict =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly ports: PortRange; readonly entry: AclEntry | undefined };

/** The filter of a subnet's border: stateless, the lowest number that matches decides (VPC-041). Without entries it lets nothing pass (VPC-042). */
export class NetworkAcl {
  readonly id: string;
  readonly name: string;
  readonly vpcId: string;
  /** A VPC's own ACL, which lets everything pass, is not worth a word in a decision. */
  readonly isDefault: boolean;
  readonly #entries: { readonly [D in Direction]: Map<number, AclEntry> } = { ingress: new Map(), egress: new Map() };

  constructor(request: { readonly id: string; readonly name: string; readonly vpcId: string; readonly isDefault?: boolean }) {
    this.id = request.id;
    this.name = request.name;
    this.vpcId = request.vpcId;
    this.isDefault = request.isDefault ?? false;
  }

  get label(): string {
    return `${this.id} (${this.name})`;
  }

  /** Answers what takes the entry away. @throws NetworkModelError */
  add(direction: Direction, entry: AclEntry): () => void {
    const entries = this.#entries[direction];
    if (entries.has(entry.ruleNumber)) {
      throw new NetworkModelError(
        'NetworkAclEntryAlreadyExists',
        `The network acl entry identified by ${entry.ruleNumber} already exists.`,
      );
    }
    entries.set(entry.ruleNumber, entry);
    return () => void (entries.get(entry.ruleNumber) === entry && entries.delete(entry.ruleNumber));
  }

  /** Whether TCP to every one of `ports` passes. */
  examine(direction: Direction, ports: PortRange, peer: AclPeer): AclVerdict {
    let open: readonly PortRange[] = [ports];
    const inOrder = [...this.#entries[direction].values()].toSorted((one, other) => one.ruleNumber - other.ruleNumber);
    for (const entry of inOrder) {
      if (!matches(entry, peer)) continue;
      const left: PortRange[] = [];
      for (const part of open) {
        const hit = { from: Math.max(part.from, entry.ports.from), to: Math.min(part.to, entry.ports.to) };
        if (hit.from > hit.to) {
          left.push(part);
          continue;
        }
        if (entry.action === 'deny') return { allowed: false, ports: hit, entry };
        if (part.from < hit.from) left.push({ from: part.from, to: hit.from - 1 });
        if (hit.to < part.to) left.push({ from: hit.to + 1, to: part.to });
      }
      open = left;
    }
    const [refused] = open;
    return refused === undefined ? { allowed: true } : { allowed: false, ports: refused, entry: undefined };
  }
}

/** A host may have any address of the internet, so each refusal that names some of them is taken to hold for it, and a permission that does is not. */
function matches({ action, protocol, range }: AclEntry, peer: AclPeer): boolean {
  if (protocol !== '-1' && protocol !== 'tcp') return false;
  if (range === undefined) return false;
  if (typeof peer === 'number') return rangeHolds(range, peer);
  return range.prefix === 0 || (peer === 'host' && action === 'deny' && isOnInternet(range));
}

/** `rule 100 (deny tcp 0-1023 10.0.0.0/16)` */
export function describeEntry({ ruleNumber, action, protocol, ports, range }: AclEntry): string {
  const what = protocol === '-1' ? 'all traffic' : `${protocol} ${describePorts(ports)}`;
  return `rule ${ruleNumber} (${action} ${what} ${range === undefined ? 'IPv6' : formatRange(range)})`;
}

export function describePorts({ from, to }: PortRange): string {
  return from === to ? String(from) : `${from}-${to}`;
}
