import { PropertyReader } from '../property-reader.ts';
import type { Socket } from 'node:net';
import { DialFailure } from '../../capabilities/connection.ts';
import { NetworkRefusal, type InterfaceRequest, type NetworkInterface } from '../../network/network.ts';
import type { NetworkSource } from '../../network/network-source.ts';
import type { Account } from '../account.ts';
import { isUnresolved } from '../known-value.ts';
import { inNetwork } from '../in-network.ts';
import {
  ResourceFailure,
  type Finding,
  type Properties,
  type Resource,
  type ResourceContext,
  type ResourceType,
} from '../resource-type.ts';
import { ApplicationBalancer } from './application/application-balancer.ts';
import { readBalancerSettings } from './application/balancer-settings.ts';
import { checkAttributes, readCrossZone } from './balancer-attributes.ts';
import { checkName } from './check-name.ts';
import { LiveLoadBalancer } from './live-load-balancer.ts';

/** `AWS::ElasticLoadBalancingV2::LoadBalancer`, of type network or application. */
export const loadBalancer: ResourceType = {
  type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
  scope: 'simulated',
  properties: {
    Name: 'simulated',
    Type: 'simulated',
    Scheme: 'simulated',
    Subnets: 'simulated',
    SecurityGroups: 'simulated',
    EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: 'simulated',
    IpAddressType: { inert: 'the network is IPv4' },
    LoadBalancerAttributes: 'simulated',
    Tags: { inert: 'nothing reads tags' },
  },
  required: ['Subnets'],
  attributes: ['CanonicalHostedZoneID', 'DNSName', 'LoadBalancerArn', 'LoadBalancerFullName', 'LoadBalancerName', 'SecurityGroups'],
  replacedBy: ['Name', 'Type', 'Scheme', 'Subnets'],
  check,
  create,
};

function check(properties: Properties): readonly Finding[] {
  const type = properties['Type'] ?? 'application';
  const name = checkName(properties['Name'], 'load balancer');
  if (type === 'network' || isUnresolved(type)) return [...name, ...checkAttributes(properties, 'network')];
  if (type === 'application') return [...name, ...checkAttributes(properties, 'application')];
  return [
    {
      property: 'Type',
      kind: 'unsupported',
      message: `load balancers of type ${JSON.stringify(type)} are not supported`,
      fix: 'Use a network or an application load balancer.',
    },
  ];
}

async function create(context: ResourceContext): Promise<Resource> {
  const { account } = context;
  const read = new PropertyReader(context.properties);
  const application = read.oneOf('Type', ['application', 'network'], 'application') === 'application';
  const name = read.optionalString('Name') ?? context.physicalName({ max: 32 });
  const id = context.physicalId(16);
  const fullName = `${application ? 'app' : 'net'}/${name}/${id}`;
  const arn = `arn:${account.partition}:elasticloadbalancing:${account.region}:${account.id}:loadbalancer/${fullName}`;
  const securityGroupIds = read.strings('SecurityGroups');
  const node: { accept?: Accept } = {};
  const nodes = attachNodes(context, read, securityGroupIds, node);
  const internal = read.oneOf('Scheme', ['internal', 'internet-facing'], 'internet-facing') === 'internal';
  const dnsName = application
    ? `${internal ? 'internal-' : ''}${name}-${decimal(id)}.${account.region}.elb.${account.urlSuffix}`
    : `${name}-${id}.elb.${account.region}.${account.urlSuffix}`; // NLB-010
  const parts = { arn, name, dnsName, logicalId: context.name.logicalId, account, nodes };
  const attributes = {
    DNSName: dnsName,
    LoadBalancerArn: arn,
    LoadBalancerFullName: fullName,
    LoadBalancerName: name,
    SecurityGroups: securityGroupIds,
    CanonicalHostedZoneID: application ? 'Z35SXDOTRQ7X7K' : 'Z26RNL4JYFTOTI',
  };
  if (application) {
    const balancer = new ApplicationBalancer({ ...parts, internal, settings: readBalancerSettings(read) });
    node.accept = (_zone, port, from) => balancer.accept(port, from);
    return applicationResource(balancer, account, attributes);
  }
  const balancer = new LiveLoadBalancer({ ...parts, internal, crossZone: readCrossZone(read) });
  node.accept = (zone, port, from) => balancer.accept(zone, port, from);
  return networkResource(balancer, account, attributes, securityGroupIds);
}

/** A connection to the node of a zone. @throws DialFailure */
type Accept = (zone: string, port: number, source: NetworkSource) => Promise<Socket>;

/** What a client in the network meets at a node, in the network's words. */
async function acceptAt(accept: Accept | undefined, zone: string, port: number, source: NetworkSource): Promise<Socket> {
  try {
    if (accept !== undefined) return await accept(zone, port, source);
  } catch (error) {
    if (!(error instanceof DialFailure)) throw error;
    const [hop] = error.route.hops?.slice(-1) ?? [];
    const silent = error.kind === 'blocked-by-network' || error.kind === 'no-listener' || error.kind === 'timed-out'; // NLB-019, NLB-057
    if (silent) throw new NetworkRefusal({ from: hop?.from ?? '', to: hop?.to ?? '', port, allowed: false, rule: error.message });
    throw Object.assign(new Error(`connect ECONNREFUSED: ${error.message}`), { code: 'ECONNREFUSED' });
  }
  throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
}

/** Ten digits, as application load balancers have them in their names. */
function decimal(hex: string): string {
  return (BigInt(`0x${hex}`) % 10n ** 10n).toString().padStart(10, '0');
}

type Attributes = Resource['attributes'];

function applicationResource(balancer: ApplicationBalancer, account: Account, attributes: Attributes): Resource {
  const takeBack = account.directory.provide('loadBalancer', balancer.arn, balancer);
  const resource: Resource = {
    ref: balancer.arn,
    attributes,
    update: async (next) => {
      const changed = new PropertyReader(next.properties);
      const groups = changed.strings('SecurityGroups');
      inNetwork(() => balancer.setSecurityGroups(groups), 'SecurityGroups');
      balancer.configure(readBalancerSettings(changed));
      return { ...resource, attributes: { ...resource.attributes, SecurityGroups: groups } };
    },
    delete: async () => {
      takeBack();
      balancer.close();
    },
  };
  return resource;
}

function networkResource(
  balancer: LiveLoadBalancer,
  account: Account,
  attributes: Attributes,
  securityGroupIds: readonly string[],
): Resource {
  const takeBack = account.directory.provide('loadBalancer', balancer.arn, balancer);
  const resource: Resource = {
    ref: balancer.arn,
    attributes,
    update: async (next) => {
      const changed = new PropertyReader(next.properties);
      const groups = changed.strings('SecurityGroups');
      if (groups.length > 0 !== securityGroupIds.length > 0) {
        // NLB-051
        throw new ResourceFailure(
          'Security groups can be given to a Network Load Balancer only when it is created, and not all taken away',
          {
            property: 'SecurityGroups',
            fix: 'Give the load balancer another Name, so that it is replaced.',
          },
        );
      }
      inNetwork(() => balancer.setSecurityGroups(groups), 'SecurityGroups');
      balancer.enforceOnPrivateLink(enforces(changed));
      balancer.crossZone = readCrossZone(changed);
      return { ...resource, attributes: { ...resource.attributes, SecurityGroups: groups } };
    },
    delete: async () => {
      takeBack();
      balancer.close();
    },
  };
  return resource;
}

/** One node a subnet; exactly one subnet a zone, for an application load balancer in two zones at least (NLB-008, NLB-009). What was attached is let go when one fails. */
function attachNodes(
  { account, name }: ResourceContext,
  read: PropertyReader,
  securityGroupIds: readonly string[],
  node: { readonly accept?: Accept },
): NetworkInterface[] {
  const application = read.optionalString('Type') !== 'network';
  const nodes: NetworkInterface[] = [];
  try {
    for (const subnetId of read.strings('Subnets')) {
      const request: InterfaceRequest = {
        name: `${application ? 'ALB' : 'NLB'} node of ${name.logicalId}`,
        subnetId,
        securityGroupIds,
        filtered: application || securityGroupIds.length > 0,
        publicAddress: read.optionalString('Scheme') !== 'internal',
        accept: (port, source) => acceptAt(node.accept, account.network.model.findSubnet(subnetId)?.zone ?? '', port, source),
        ...(application ? {} : { privateLink: enforces(read) ? 'filtered' : 'unfiltered' }),
      };
      nodes.push(inNetwork(() => account.network.attach(request), 'Subnets'));
    }
    const zones = new Set(nodes.map(({ zone }) => zone));
    if (zones.size < (application ? 2 : 1)) {
      throw new ResourceFailure(
        application
          ? 'At least two subnets in two different Availability Zones must be specified'
          : 'At least one subnet must be specified',
        { property: 'Subnets' },
      );
    }
    if (zones.size < nodes.length) {
      throw new ResourceFailure('A load balancer cannot be attached to multiple subnets in the same Availability Zone', {
        property: 'Subnets',
      });
    }
  } catch (error) {
    for (const node of nodes) node.detach();
    throw error;
  }
  return nodes;
}

/** NLB-054: on unless switched off. */
function enforces(read: PropertyReader): boolean {
  return read.oneOf('EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic', ['on', 'off'], 'on') === 'on';
}
