import { tryParseRange } from '../../network/ipv4.ts';
import type { Direction, RulePeer, SecurityRule } from '../../network/security-rule.ts';
import type { VpcModel } from '../../network/vpc-model.ts';
import type { PropertyReader } from '../property-reader.ts';
import { ResourceFailure, type Scope } from '../resource-type.ts';

const LIST_PROPERTY = { ingress: 'SourcePrefixListId', egress: 'DestinationPrefixListId' } as const;
const GROUP_PROPERTY = { ingress: 'SourceSecurityGroupId', egress: 'DestinationSecurityGroupId' } as const;

/** The properties of a rule, inline below `prefix` or on its own. Groups named by name are left out: unsupported. */
export function ruleProperties(prefix: string, direction: Direction): Record<string, Scope> {
  const simulated = ['IpProtocol', 'FromPort', 'ToPort', 'CidrIp', GROUP_PROPERTY[direction], LIST_PROPERTY[direction]];
  const owner: Record<string, Scope> =
    direction === 'ingress' ? { [`${prefix}SourceSecurityGroupOwnerId`]: { inert: 'there is one account' } } : {};
  return {
    ...Object.fromEntries(simulated.map((name) => [`${prefix}${name}`, 'simulated' as const])),
    ...owner,
    [`${prefix}CidrIpv6`]: { inert: 'the network has IPv4 addresses only, so the rule admits nobody' },
    [`${prefix}Description`]: { inert: 'text for people' },
  };
}

/** Protocols by number, as rules may name them (VPC-040). */
const PROTOCOLS: Readonly<Record<string, string>> = { all: '-1', '1': 'icmp', '6': 'tcp', '17': 'udp', '58': 'icmpv6' };

/** @throws ResourceFailure for what EC2 would refuse */
export function readRule(read: PropertyReader, direction: Direction, model: VpcModel): SecurityRule {
  const given = read.string('IpProtocol').toLowerCase();
  const protocol = PROTOCOLS[given] ?? given;
  const [from, to] = [read.optionalInteger('FromPort'), read.optionalInteger('ToPort')];
  if (protocol === 'tcp' || protocol === 'udp') checkPorts(protocol, from, to);
  return { protocol, fromPort: from ?? -1, toPort: to ?? from ?? -1, peer: readPeer(read, direction, model) };
}

function checkPorts(protocol: string, from: number | undefined, to: number | undefined): void {
  if (from === undefined || to === undefined) {
    throw new ResourceFailure(`Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.`, { property: 'FromPort' });
  }
  if (from === -1 && to === -1) return;
  const valid = (port: number): boolean => port >= 0 && port <= 65_535;
  if (valid(from) && valid(to) && from <= to) return;
  throw new ResourceFailure(`Invalid ${protocol.toUpperCase()} port range: from ${from} to ${to}`, {
    property: 'FromPort',
    fix: 'Ports go from 0 to 65535, and FromPort is not above ToPort.',
  });
}

/** @throws ResourceFailure when there is no such list, of the account or of AWS */
function checkedList(id: string, property: string, model: VpcModel): string {
  if (model.prefixLists.find(id) !== undefined) return id;
  throw new ResourceFailure(`The prefix list ID '${id}' does not exist`, {
    property,
    fix: 'Use an AWS::EC2::PrefixList of the template. Of the lists that AWS manages, those of S3 and DynamoDB in us-east-1, us-west-2 and eu-west-1 are known here.',
  });
}

function readPeer(read: PropertyReader, direction: Direction, model: VpcModel): RulePeer {
  const names = ['CidrIp', 'CidrIpv6', GROUP_PROPERTY[direction], LIST_PROPERTY[direction]];
  const given = names.filter((name) => read.has(name));
  if (given.length !== 1) {
    throw new ResourceFailure(`A security group rule names the other end exactly once, this one ${given.length} times`, {
      property: given[1] ?? 'CidrIp',
      fix: `Give one of ${names.join(', ')}.`,
    });
  }
  const value = read.string(given[0]!);
  if (given[0] === 'CidrIpv6') return { kind: 'ipv6', range: value };
  if (given[0] === LIST_PROPERTY[direction]) return { kind: 'prefix-list', id: checkedList(value, given[0], model) };
  if (given[0] !== 'CidrIp') return { kind: 'group', groupId: value };
  const range = tryParseRange(value);
  if (range === undefined) throw new ResourceFailure(`CIDR block ${value} is malformed`, { property: 'CidrIp' });
  return { kind: 'range', range };
}
