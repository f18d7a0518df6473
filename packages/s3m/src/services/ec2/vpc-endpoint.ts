import type { Socket } from 'node:net';
import { endpointServices } from '../../capabilities/endpoint-service.ts';
import type { NetworkSource } from '../../network/network-source.ts';
import type { NetworkInterface } from '../../network/network.ts';
import { parsePolicy } from '../../policy/parse-policy.ts';
import { PolicySyntaxError, type PolicyDocument } from '../../policy/policy-document.ts';
import { PropertyReader } from '../property-reader.ts';
import type { Finding, Properties, Resource, ResourceContext, ResourceType } from '../resource-type.ts';
import { endpointPolicies } from '../calls-from-vpc.ts';
import { inNetwork } from '../in-network.ts';
import { isUnresolved, textOf } from '../known-value.ts';
import { unchanging } from './unchanging.ts';

/** `AWS::EC2::VPCEndpoint`: a way to an AWS service without leaving the VPC, by routes (gateway) or by network interfaces (VPC-022, VPC-023). */
export const vpcEndpoint: ResourceType = {
  type: 'AWS::EC2::VPCEndpoint',
  scope: 'simulated',
  properties: {
    PolicyDocument: 'simulated',
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
  replacedBy: [
    'PolicyDocument',
    'PrivateDnsEnabled',
    'RouteTableIds',
    'SecurityGroupIds',
    'ServiceName',
    'SubnetIds',
    'VpcEndpointType',
    'VpcId',
  ],
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
  return checkPolicy(properties);
}

function checkPolicy({ PolicyDocument: policy }: Properties): Finding[] {
  if (policy === undefined || policy === null || isUnresolved(policy)) return [];
  try {
    parsePolicy(policy);
    return [];
  } catch (error) {
    if (!(error instanceof PolicySyntaxError)) throw error;
    return [{ property: 'PolicyDocument', kind: 'invalid', message: `Invalid policy document: ${error.message}` }];
  }
}

function createGatewayEndpoint(context: ResourceContext): Resource {
  const { model } = context.account.network;
  const read = new PropertyReader(context.properties);
  const id = `vpce-${context.physicalId(17)}`;
  const service = read.string('ServiceName');
  const removals = [
    providePolicy(context, id, readPolicy(read)),
    model.addGatewayEndpoint({ id, name: context.name.logicalId, vpcId: read.string('VpcId'), service }),
  ];
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
  const vpcId = read.string('VpcId');
  const service = read.string('ServiceName');
  const policy = readPolicy(read);
  const dnsName = `${id}-${context.physicalId(8, 'base36', 'dns')}${ownDomain(service, context)}`;
  const accept = async (port: number, from: NetworkSource): Promise<Socket> => {
    const played = endpointServices.find(context.account.directory, service);
    if (played === undefined || port !== 443 || from.kind !== 'interface') throw refused(name, port);
    const clientAddress = from.clientAddress ?? network.interfaces.find((each) => each.id === from.interfaceId)?.address ?? '';
    return played.connect({ endpointId: id, vpcId, dnsName, clientAddress, policy });
  };
  // Without TLS, as local URLs are; the network decides them as 443.
  const ports = async (): Promise<readonly number[]> =>
    endpointServices.find(context.account.directory, service) === undefined ? [] : [80];
  const securityGroupIds = read.strings('SecurityGroupIds');
  try {
    for (const subnetId of read.strings('SubnetIds')) {
      attached.push(
        inNetwork(() => network.attach({ name: `VPC endpoint ${name}`, subnetId, securityGroupIds, accept, ports }), 'SubnetIds'),
      );
    }
  } catch (error) {
    for (const one of attached) one.detach();
    throw error;
  }
  const zones = [...new Set(attached.map(({ zone }) => zone))];
  const dnsNames = [{ name: dnsName }, ...zones.map((zone) => ({ name: dnsName.replace('.', `-${zone}.`), zone }))];
  const remove = network.model.addInterfaceEndpoint({
    id,
    name,
    vpcId,
    service,
    // CloudFormation leaves it off unless asked.
    privateDns: read.boolean('PrivateDnsEnabled', false),
    dnsNames,
    interfaceIds: attached.map((one) => one.id),
  });
  const withdrawPolicy = providePolicy(context, id, policy);
  const entries = dnsNames.map((each) => `${hostedZoneId}:${each.name}`);
  const resource = unchanging(id, attributesOf(context, id, attached, entries), () => {
    withdrawPolicy();
    remove();
    for (const one of attached) one.detach();
  });
  // What answers there is without TLS.
  const addresses = dnsNames.map((each) => ({ aws: `https://${each.name}`, local: `http://${each.name}`, urlOnly: true as const }));
  const called: Resource = { ...resource, addresses, update: () => Promise.resolve(called) };
  return service.endsWith('.execute-api') ? called : resource;
}

/** Of VPC endpoints in us-east-1. */
const hostedZoneId = 'Z7HUB22UULQXV';

/** `.execute-api.us-east-1.vpce.amazonaws.com` of `com.amazonaws.us-east-1.execute-api` */
function ownDomain(service: string, { account }: ResourceContext): string {
  const name = service.split('.').slice(3).toReversed().join('.');
  return `.${name}.${account.region}.vpce.${account.urlSuffix}`;
}

/** IAM-025: without one everything is let through. */
function readPolicy(read: PropertyReader): PolicyDocument | undefined {
  const policy = read.raw('PolicyDocument');
  return policy === undefined || policy === null ? undefined : parsePolicy(policy);
}

/** Lets those find it who are called through the endpoint. */
function providePolicy({ account, name }: ResourceContext, id: string, document: PolicyDocument | undefined): () => void {
  if (document === undefined) return () => {};
  return endpointPolicies.add(account.directory, id, { name: `${id} (${name.logicalId})`, document });
}

function refused(name: string, port: number): Error {
  return Object.assign(new Error(`connect ECONNREFUSED VPC endpoint ${name}:${port}`), { code: 'ECONNREFUSED' });
}

function attributesOf(
  { account }: ResourceContext,
  id: string,
  attached: readonly NetworkInterface[],
  dnsEntries: readonly string[] = [],
): Resource['attributes'] {
  return {
    Id: id,
    CreationTimestamp: new Date(account.clock.now()).toISOString(),
    DnsEntries: dnsEntries,
    NetworkInterfaceIds: attached.map((one) => one.id),
  };
}
