import { tryParseRange } from '../../network/ipv4.ts';
import type { Direction, RulePeer, SecurityRule } from '../../network/security-rule.ts';
import type { PropertyReader } from '../property-reader.ts';
import { ResourceFailure, type Scope } from '../resource-type.ts';

const groupProperty = { ingress: 'SourceSecurityGroupId', egress: 'DestinationSecurityGroupId' } as const;

/** The properties of a rule, inline below `prefix` or on its own. */
export function ruleProperties(prefix: string, direction: Direction): Record<string, Scope> {
  const simulated = ['IpProtocol', 'FromPort', 'ToPort', 'CidrIp', 'CidrIpv6', groupProperty[direction]];
  return {
    ...Object.fromEntries(simulated.map((name) => [`${prefix}${name}`, 'simulated' as const])),
    [`${prefix}Description`]: { inert: 'for people' },
  };
}

/** Reads a rule (VPC-040). @throws ResourceFailure */
export function readRule(read: PropertyReader, direction: Direction): SecurityRule {
  const protocol = read.string('IpProtocol').toLowerCase();
  const fromPort = read.optionalInteger('FromPort') ?? -1;
  return {
    protocol: protocolNames[protocol] ?? protocol,
    fromPort,
    toPort: read.optionalInteger('ToPort') ?? fromPort,
    peer: readPeer(read, direction),
  };
}

const protocolNames: Readonly<Record<string, string>> = { all: '-1', '6': 'tcp', '17': 'udp', '1': 'icmp', '58': 'icmpv6' };

function readPeer(read: PropertyReader, direction: Direction): RulePeer {
  const groupId = read.optionalString(groupProperty[direction]);
  if (groupId !== undefined) return { kind: 'group', groupId };
  const ipv6 = read.optionalString('CidrIpv6');
  if (ipv6 !== undefined) return { kind: 'ipv6', range: ipv6 };
  const cidr = read.optionalString('CidrIp');
  if (cidr === undefined) {
    throw new ResourceFailure('A security group rule must name the other end', {
      property: 'CidrIp',
      fix: `Add CidrIp, CidrIpv6 or ${groupProperty[direction]}.`,
    });
  }
  const range = tryParseRange(cidr);
  if (range === undefined) throw new ResourceFailure(`CIDR block ${cidr} is malformed`, { property: 'CidrIp' });
  return { kind: 'range', range };
}
