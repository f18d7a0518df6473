import { tryParseRange, type Ipv4Range } from '../../network/ipv4.ts';
import { textOf } from '../known-value.ts';
import { PropertyReader } from '../property-reader.ts';
import {
  ResourceFailure,
  type Finding,
  type Properties,
  type Resource,
  type ResourceContext,
  type ResourceType,
} from '../resource-type.ts';

/** `AWS::EC2::PrefixList`: address ranges under one id, for rules of security groups and for routes. */
export const prefixList: ResourceType = {
  type: 'AWS::EC2::PrefixList',
  scope: 'simulated',
  properties: {
    PrefixListName: 'simulated',
    AddressFamily: 'simulated',
    MaxEntries: 'simulated',
    'Entries.Cidr': 'simulated',
    'Entries.Description': { inert: 'text for people' },
    Tags: { inert: 'nothing reads tags' },
  },
  required: ['PrefixListName', 'AddressFamily'],
  attributes: ['Arn', 'OwnerId', 'PrefixListId', 'Version'],
  replacedBy: ['AddressFamily'],
  check,
  create,
};

function check(properties: Properties): Finding[] {
  const family = textOf(properties['AddressFamily']);
  if (family === 'IPv6')
    return [
      {
        property: 'AddressFamily',
        kind: 'unsupported',
        message: 'prefix lists of IPv6 addresses are not supported: the network has IPv4 only',
      },
    ];
  if (family === undefined || family === 'IPv4') return [];
  return [{ property: 'AddressFamily', kind: 'invalid', message: `AddressFamily is ${JSON.stringify(family)}, it must be IPv4 or IPv6` }];
}

async function create(context: ResourceContext): Promise<Resource> {
  const { account } = context;
  const { prefixLists } = account.network.model;
  const id = `pl-${context.physicalId(17)}`;
  const set = (properties: Properties): (() => void) =>
    prefixLists.set({ id, label: `${id} (${context.name.logicalId})`, addresses: { kind: 'ranges', ranges: readEntries(properties) } });
  const withdraw = set(context.properties);
  const attributes = {
    Arn: `arn:${account.partition}:ec2:${account.region}:${account.id}:prefix-list/${id}`,
    OwnerId: account.id,
    PrefixListId: id,
  };
  let version = 1;
  const resource = (): Resource => ({
    ref: id,
    attributes: { ...attributes, Version: String(version) },
    update: (next) => {
      set(next.properties);
      version++;
      return Promise.resolve(resource());
    },
    delete: () => Promise.resolve(withdraw()),
  });
  return resource();
}

/** @throws ResourceFailure */
function readEntries(properties: Properties): readonly Ipv4Range[] {
  const read = new PropertyReader(properties);
  const entries = read.objects('Entries').map((entry) => entry.string('Cidr'));
  const most = read.optionalInteger('MaxEntries');
  if (most !== undefined && entries.length > most) {
    throw new ResourceFailure(`The prefix list has ${entries.length} entries, MaxEntries is ${most}`, {
      property: 'Entries',
      fix: 'Raise MaxEntries.',
    });
  }
  return entries.map((cidr, index) => {
    const range = tryParseRange(cidr);
    if (range === undefined) throw new ResourceFailure(`CIDR block ${cidr} is malformed`, { property: `Entries[${index}].Cidr` });
    return range;
  });
}
