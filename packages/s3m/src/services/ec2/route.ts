import { tryParseRange } from '../../network/ipv4.ts';
import type { RouteTarget } from '../../network/route.ts';
import { PropertyReader } from '../property-reader.ts';
import { ResourceFailure, type ResourceType } from '../resource-type.ts';
import { inEc2 } from './in-ec2.ts';

/** `AWS::EC2::Route`: a way out of the VPC over an internet gateway or a NAT gateway. */
export const route: ResourceType = {
  type: 'AWS::EC2::Route',
  scope: 'simulated',
  properties: { RouteTableId: 'simulated', DestinationCidrBlock: 'simulated', GatewayId: 'simulated', NatGatewayId: 'simulated' },
  required: ['RouteTableId', 'DestinationCidrBlock'],
  attributes: ['CidrBlock'],
  create: async (context) => {
    const read = new PropertyReader(context.properties);
    const tableId = read.string('RouteTableId');
    const cidr = read.string('DestinationCidrBlock');
    const range = tryParseRange(cidr);
    if (range === undefined)
      throw new ResourceFailure(`Value (${cidr}) for parameter destinationCidrBlock is invalid. This is not a valid CIDR block.`, {
        property: 'DestinationCidrBlock',
      });
    const remove = inEc2(() => context.account.network.addRoute(tableId, { kind: 'range', range }, targetOf(read)));
    return { ref: `${tableId}|${cidr}`, attributes: { CidrBlock: cidr }, delete: async () => remove() };
  },
};

function targetOf(read: PropertyReader): RouteTarget {
  const nat = read.optionalString('NatGatewayId');
  return nat === undefined ? { kind: 'internet-gateway', id: read.string('GatewayId') } : { kind: 'nat-gateway', id: nat };
}
