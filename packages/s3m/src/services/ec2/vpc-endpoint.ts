import type { NetworkInterface } from '../../network/network.ts';
import { PropertyReader } from '../property-reader.ts';
import type { Finding, Properties, Resource, ResourceContext, ResourceType } from '../resource-type.ts';
import { inNetwork } from '../in-network.ts';
import { textOf } from '../known-value.ts';
import { unchanging } from './unchanging.ts';

/** `AWS::EC2::VPCEndpoint`: a way to an AWS service without leaving the VPC, by routes (gateway) or by network interfaces (VPC-022, VPC-023). */
export const vpcEndpoint: ResourceType = {
  type: 'AWS::EC2::VPCEndpoint',
  scope: 'simulated',
  // PolicyDocument is left out: it blocks requests on AWS, and nothing would here.
  properties: {
    PrivateDnsEnabled: 'simulated',
    RouteTableIds: 'simulated',
    SecurityGroupIds: 'simulated',
    ServiceName: 'simulated',
    SubnetIds: 'simulated',
    Tags: { inert: 'nothing reads tags' },
    VpcEndpointType: 'simulated',
    VpcId: 'simulated',
  },
  required: ['ServiceName', 'VpcId'],
  attributes: ['CreationTimestamp', 'DnsEntries', 'Id', 'NetworkInterfaceIds'],
  replacedBy: ['PrivateDnsEnabled', 'RouteTableIds', 'SecurityGroupIds', 'ServiceName', 'SubnetIds', 'VpcEndpointType', 'VpcId'],
  check,
  create: async (context) =>
    new PropertyReader(context.properties).oneOf('VpcEndpointType', ['Gateway', 'Interface'], 'Gateway') === 'Gateway'
      ? createGatewayEndpoint(context)
      : createInterfaceEndpoint(context),
};

function check(properties: Properties): Finding[] {
  const type = textOf(properties['VpcEndpointType']) ?? 'Gateway';
  const service = textOf(properties['ServiceName']);
  if (type !== 'Gateway' && type !== 'Interface') {
    return [{ property: 'VpcEndpointType', kind: 'unsupported', message: `VPC endpoints of type ${type} are not supported` }];
  }
  if (type === 'Gateway' && service !== undefined && !/\.(?:s3|dynamodb)$/.test(service)) {
    return [
      {
        property: 'ServiceName',
        kind: 'invalid',
        message: `The Vpc Endpoint Service '${service}' does not exist as a gateway endpoint; those are for s3 and dynamodb`,
        fix: 'Set VpcEndpointType to Interface.',
      },
    ];
  }
  return [];
}

function createGatewayEndpoint(context: ResourceContext): Resource {
  const { model } = context.account.network;
  const read = new PropertyReader(context.properties);
  const id = `vpce-${context.physicalId(17)}`;
  const service = read.string('ServiceName');
  const removals = [model.addGatewayEndpoint({ id, name: context.name.logicalId, vpcId: read.string('VpcId'), service })];
  const removeAll = (): void => removals.toReversed().forEach((remove) => remove());
  try {
    for (const tableId of read.strings('RouteTableIds')) {
      const added = { destination: { kind: 'service', service }, target: { kind: 'gateway-endpoint', id } } as const;
      removals.push(inNetwork(() => model.addRoute(tableId, added), 'RouteTableIds'));
    }
  } catch (error) {
    removeAll();
    throw error;
  }
  return unchanging(id, attributesOf(context, id, []), removeAll);
}

function createInterfaceEndpoint(context: ResourceContext): Resource {
  const { network } = context.account;
  const read = new PropertyReader(context.properties);
  const id = `vpce-${context.physicalId(17)}`;
  const name = context.name.logicalId;
  const attached: NetworkInterface[] = [];
  const securityGroupIds = read.strings('SecurityGroupIds');
  try {
    for (const subnetId of read.strings('SubnetIds')) {
      attached.push(inNetwork(() => network.attach({ name: `VPC endpoint ${name}`, subnetId, securityGroupIds }), 'SubnetIds'));
    }
  } catch (error) {
    for (const one of attached) one.detach();
    throw error;
  }
  const remove = network.model.addInterfaceEndpoint({
    id,
    name,
    vpcId: read.string('VpcId'),
    service: read.string('ServiceName'),
    // CloudFormation leaves it off unless asked.
    privateDns: read.boolean('PrivateDnsEnabled', false),
    interfaceIds: attached.map((one) => one.id),
  });
  return unchanging(id, attributesOf(context, id, attached), () => {
    remove();
    for (const one of attached) one.detach();
  });
}

function attributesOf({ account }: ResourceContext, id: string, attached: readonly NetworkInterface[]): Resource['attributes'] {
  return {
    Id: id,
    CreationTimestamp: new Date(account.clock.now()).toISOString(),
    DnsEntries: [],
    NetworkInterfaceIds: attached.map((one) => one.id),
  };
}
