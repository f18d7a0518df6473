import { PropertyReader } from '../property-reader.ts';
import type { Finding, Properties, Resource, ResourceContext, ResourceType } from '../resource-type.ts';
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
  attributes: ['CanonicalHostedZoneID', 'DNSName', 'LoadBalancerArn', 'LoadBalancerFullName', 'LoadBalancerName', 'SecurityGroups'],
  replacedBy: ['Name', 'Type', 'Scheme', 'Subnets', 'SecurityGroups'],
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
  const nodes = read.strings('Subnets').map((subnetId) =>
    account.network.attach({
      name: `NLB node of ${context.name.logicalId}`,
      subnetId,
      securityGroupIds,
      filtered: securityGroupIds.length > 0,
      privateLink: enforces(read) ? 'filtered' : 'unfiltered',
    }),
  );
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
      balancer.enforceOnPrivateLink(enforces(new PropertyReader(next.properties)));
      return resource;
    },
    delete: async () => {
      takeBack();
      balancer.close();
    },
  };
  return resource;
}

/** NLB-054: on unless switched off. */
function enforces(read: PropertyReader): boolean {
  return read.oneOf('EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic', ['on', 'off'], 'on') === 'on';
}
