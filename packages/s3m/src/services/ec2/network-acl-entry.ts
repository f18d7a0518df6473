import { tryParseRange } from '../../network/ipv4.ts';
import { ALL_PORTS, type AclEntry, type PortRange } from '../../network/network-acl.ts';
import { PropertyReader } from '../property-reader.ts';
import { ResourceFailure, type Resource, type ResourceContext, type ResourceType } from '../resource-type.ts';
import { inNetwork } from '../in-network.ts';

/** `AWS::EC2::NetworkAclEntry`: a numbered rule of a network ACL; the lowest number that matches decides (VPC-041). */
export const networkAclEntry: ResourceType = {
  type: 'AWS::EC2::NetworkAclEntry',
  scope: 'simulated',
  properties: {
    NetworkAclId: 'simulated',
    RuleNumber: 'simulated',
    RuleAction: 'simulated',
    Protocol: 'simulated',
    Egress: 'simulated',
    CidrBlock: 'simulated',
    'PortRange.From': 'simulated',
    'PortRange.To': 'simulated',
    Ipv6CidrBlock: { inert: 'the network has IPv4 addresses only, so the rule matches nothing' },
    Icmp: { inert: 'connections are TCP; a rule for ICMP matches none' },
  },
  required: ['NetworkAclId', 'RuleNumber', 'RuleAction', 'Protocol'],
  attributes: ['Id'],
  replacedBy: ['NetworkAclId', 'RuleNumber', 'Egress'],
  create: async (context) => create(context),
};

function create(context: ResourceContext): Resource {
  const ref = context.physicalName({ max: 64 });
  let remove = add(context);
  const resource: Resource = {
    ref,
    attributes: { Id: ref },
    update: async (next) => {
      remove();
      remove = add(next);
      return resource;
    },
    delete: () => Promise.resolve(remove()),
  };
  return resource;
}

function add({ account, properties }: ResourceContext): () => void {
  const read = new PropertyReader(properties);
  const entry = readEntry(read);
  const direction = read.boolean('Egress', false) ? 'egress' : 'ingress';
  return inNetwork(() => account.network.model.acls.addEntry(read.string('NetworkAclId'), direction, entry), 'NetworkAclId');
}

/** By their numbers. */
const protocols: Readonly<Record<number, string>> = { [-1]: '-1', 1: 'icmp', 6: 'tcp', 17: 'udp' };

/** @throws ResourceFailure for what EC2 would refuse */
function readEntry(read: PropertyReader): AclEntry {
  const ruleNumber = read.integer('RuleNumber');
  if (ruleNumber < 1 || ruleNumber > 32_766) {
    throw new ResourceFailure(`RuleNumber ${ruleNumber} is not in the range of 1 to 32766`, { property: 'RuleNumber' });
  }
  const number = read.integer('Protocol');
  const protocol = protocols[number] ?? String(number);
  return {
    ruleNumber,
    action: read.oneOf('RuleAction', ['allow', 'deny']),
    protocol,
    ports: protocol === 'tcp' || protocol === 'udp' ? readPorts(read) : ALL_PORTS,
    range: readRange(read),
  };
}

function readPorts(read: PropertyReader): PortRange {
  const range = read.object('PortRange');
  if (range === undefined) {
    throw new ResourceFailure('A rule for TCP or UDP needs a PortRange', { property: 'PortRange', fix: 'Give From and To.' });
  }
  const [from, to] = [range.integer('From'), range.integer('To')];
  if (from >= 0 && to <= 65_535 && from <= to) return { from, to };
  throw new ResourceFailure(`Invalid port range: from ${from} to ${to}`, {
    property: 'PortRange',
    fix: 'Ports go from 0 to 65535, and From is not above To.',
  });
}

function readRange(read: PropertyReader): AclEntry['range'] {
  const [cidr, ipv6] = [read.optionalString('CidrBlock'), read.optionalString('Ipv6CidrBlock')];
  if ((cidr === undefined) === (ipv6 === undefined)) {
    throw new ResourceFailure('A network ACL entry names exactly one of CidrBlock and Ipv6CidrBlock', { property: 'CidrBlock' });
  }
  if (cidr === undefined) return undefined;
  const range = tryParseRange(cidr);
  if (range === undefined) throw new ResourceFailure(`CIDR block ${cidr} is malformed`, { property: 'CidrBlock' });
  return range;
}
