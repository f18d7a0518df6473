import { tryParseRange, type Ipv4Range } from '../../network/ipv4.ts';
import type { RouteDestination, RouteTarget } from '../../network/route.ts';
import type { VpcModel } from '../../network/vpc-model.ts';
import { PropertyReader } from '../property-reader.ts';
import {
  ResourceFailure,
  type Finding,
  type Properties,
  type Resource,
  type ResourceContext,
  type ResourceType,
} from '../resource-type.ts';
import { inNetwork } from '../in-network.ts';
import { textOf } from '../known-value.ts';

/** `AWS::EC2::Route`: a way out of a subnet by an internet gateway or a NAT gateway. */
export const route: ResourceType = {
  type: 'AWS::EC2::Route',
  scope: 'simulated',
  properties: {
    RouteTableId: 'simulated',
    DestinationCidrBlock: 'simulated',
    DestinationPrefixListId: 'simulated',
    GatewayId: 'simulated',
    NatGatewayId: 'simulated',
  },
  required: ['RouteTableId'],
  attributes: ['CidrBlock'],
  replacedBy: ['RouteTableId', 'DestinationCidrBlock', 'DestinationPrefixListId'],
  check,
  create: (context) => Promise.resolve(createRoute(context)),
};

function check(properties: Properties): Finding[] {
  const gateway = textOf(properties['GatewayId']);
  if (gateway === undefined || gateway.startsWith('igw-')) return [];
  const message = `Routes to "${gateway}" are not supported, only to internet gateways and NAT gateways`;
  return [{ property: 'GatewayId', kind: 'unsupported', message }];
}

function createRoute(context: ResourceContext): Resource {
  const { model } = context.account.network;
  const read = new PropertyReader(context.properties);
  const tableId = read.string('RouteTableId');
  const cidr = read.optionalString('DestinationCidrBlock');
  const { destination, written } = readDestination(read, model);
  const add = (target: RouteTarget): (() => void) => inNetwork(() => model.addRoute(tableId, { destination, target }));
  let remove = add(readTarget(read));
  const resource: Resource = {
    ref: `${tableId}|${written}`,
    attributes: cidr === undefined ? {} : { CidrBlock: cidr },
    update: (next) => {
      const target = readTarget(new PropertyReader(next.properties));
      remove();
      remove = add(target);
      return Promise.resolve(resource);
    },
    delete: () => Promise.resolve(remove()),
  };
  return resource;
}

function readDestination(read: PropertyReader, model: VpcModel): { readonly destination: RouteDestination; readonly written: string } {
  const cidr = read.optionalString('DestinationCidrBlock');
  const listId = read.optionalString('DestinationPrefixListId');
  if (cidr !== undefined && listId === undefined) return { destination: { kind: 'range', range: parseDestination(cidr) }, written: cidr };
  if (listId === undefined || cidr !== undefined) {
    throw new ResourceFailure('Exactly one of DestinationCidrBlock and DestinationPrefixListId must be specified', {
      property: cidr === undefined ? 'DestinationCidrBlock' : 'DestinationPrefixListId',
    });
  }
  const list = model.prefixLists.find(listId);
  const property = 'DestinationPrefixListId';
  if (list === undefined) throw new ResourceFailure(`The prefix list ID '${listId}' does not exist`, { property });
  if (list.addresses.kind === 'ranges') return { destination: { kind: 'prefix-list', id: listId, label: list.label }, written: listId };
  throw new ResourceFailure(`Routes to the addresses of ${list.addresses.service} can't be made one by one`, {
    property,
    fix: 'Name the route table in RouteTableIds of an AWS::EC2::VPCEndpoint for that service: the endpoint adds the route.',
  });
}

function parseDestination(cidr: string): Ipv4Range {
  const range = tryParseRange(cidr);
  if (range !== undefined) return range;
  throw new ResourceFailure(`Value (${cidr}) for parameter destinationCidrBlock is invalid. This is not a valid CIDR block.`, {
    property: 'DestinationCidrBlock',
  });
}

function readTarget(read: PropertyReader): RouteTarget {
  const nat = read.optionalString('NatGatewayId');
  const gateway = read.optionalString('GatewayId');
  if (nat !== undefined && gateway === undefined) return { kind: 'nat-gateway', id: nat };
  if (gateway !== undefined && nat === undefined) return { kind: 'internet-gateway', id: gateway };
  throw new ResourceFailure('Exactly one of GatewayId and NatGatewayId must be specified', { property: 'GatewayId' });
}
