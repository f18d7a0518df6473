import { PropertyReader } from '../property-reader.ts';
import type { NetworkInterface } from '../../network/network.ts';
import { inNetwork } from '../in-network.ts';
import {
  ResourceFailure,
  type Finding,
  type Properties,
  type Resource,
  type ResourceContext,
  type ResourceType,
} from '../resource-type.ts';
import { LiveLoadBalancer } from './live-load-balancer.ts';

/** `AWS::ElasticLoadBalancingV2::LoadBalancer`, of type network. */
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
    LoadBalancerAttributes: { inert: 'connections go to healthy targets of all zones; nothing is logged or protected from deletion' },
    Tags: { inert: 'nothing reads tags' },
  },
  required: ['Subnets'],
  attributes: ['CanonicalHostedZoneID', 'DNSName', 'LoadBalancerArn', 'LoadBalancerFullName', 'LoadBalancerName', 'SecurityGroups'],
  replacedBy: ['Name', 'Type', 'Scheme', 'Subnets'],
  check,
  create: async (context) => createLoadBalancer(context),
};

function check(properties: Properties): Finding[] {
  if (properties['Type'] === 'network') return [];
  return [
    {
      property: 'Type',
      kind: 'unsupported',
      message: `load balancers of type ${JSON.stringify(properties['Type'] ?? 'application')} are not supported`,
      fix: 'Use a network load balancer (Type: network).',
    },
  ];
}

function createLoadBalancer(context: ResourceContext): Resource {
  const { account } = context;
  const read = new PropertyReader(context.properties);
  const name = read.optionalString('Name') ?? context.physicalName({ max: 32 });
  const id = context.physicalId(16);
  const fullName = `net/${name}/${id}`;
  const arn = `arn:${account.partition}:elasticloadbalancing:${account.region}:${account.id}:loadbalancer/${fullName}`;
  const securityGroupIds = read.strings('SecurityGroups');
  const nodes = attachNodes(context, read, securityGroupIds);
  const dnsName = `${name}-${id}.elb.${account.region}.${account.urlSuffix}`;
  const balancer = new LiveLoadBalancer({ arn, name, dnsName, account, nodes });
  const takeBack = account.directory.provide('loadBalancer', arn, balancer);
  const resource: Resource = {
    ref: arn,
    attributes: {
      DNSName: dnsName,
      LoadBalancerArn: arn,
      LoadBalancerFullName: fullName,
      LoadBalancerName: name,
      SecurityGroups: securityGroupIds,
      CanonicalHostedZoneID: 'Z26RNL4JYFTOTI',
    },
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
      return { ...resource, attributes: { ...resource.attributes, SecurityGroups: groups } };
    },
    delete: async () => {
      takeBack();
      balancer.close();
    },
  };
  return resource;
}

/** One node a subnet; exactly one subnet a zone (NLB-008, NLB-009). What was attached is let go when one fails. */
function attachNodes({ account, name }: ResourceContext, read: PropertyReader, securityGroupIds: readonly string[]): NetworkInterface[] {
  const nodes: NetworkInterface[] = [];
  try {
    for (const subnetId of read.strings('Subnets')) {
      const request = { name: `NLB node of ${name.logicalId}`, subnetId, securityGroupIds, filtered: securityGroupIds.length > 0 };
      const node = inNetwork(
        () => account.network.attach({ ...request, privateLink: enforces(read) ? 'filtered' : 'unfiltered' }),
        'Subnets',
      );
      nodes.push(node);
    }
    const zones = new Set(nodes.map(({ zone }) => zone));
    if (nodes.length === 0) throw new ResourceFailure('At least one subnet must be specified', { property: 'Subnets' });
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
