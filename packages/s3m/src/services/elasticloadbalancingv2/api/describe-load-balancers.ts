import type { QueryElements } from '../../query-protocol.ts';
import { ServiceError } from '../../service-error.ts';
import type { Account } from '../../account.ts';
import { balancersOf, type AnyBalancer } from './find-resources.ts';
import { listIn, pageIn } from './query-input.ts';
import type { LoadBalancingAction } from './serve-load-balancing.ts';

/** Load balancers by ARN or name, or all (ELBv2 API, DescribeLoadBalancers). What is there is `active` (NLB-011). */
export const describeLoadBalancers: LoadBalancingAction = ({ account, input, demand }) => {
  demand('*');
  const all = balancersOf(account);
  const arns = listIn(input, 'LoadBalancerArns');
  const names = listIn(input, 'Names');
  if (arns.some((arn) => !all.some((balancer) => balancer.arn === arn)))
    throw new ServiceError('LoadBalancerNotFound', 'One or more load balancers not found'); // NLB-077
  const missing = names.filter((name) => !all.some((balancer) => balancer.name === name));
  if (missing.length > 0) throw new ServiceError('LoadBalancerNotFound', `Load balancers '[${missing.join(', ')}]' not found`);
  const asked = all.filter(({ arn, name }) => (arns.length === 0 && names.length === 0) || arns.includes(arn) || names.includes(name));
  const { items, next } = pageIn(input, asked);
  return { LoadBalancers: items.map((balancer) => elementsOf(account, balancer)), NextMarker: next };
};

function elementsOf({ network }: Account, balancer: AnyBalancer): QueryElements {
  const [node] = balancer.nodes;
  const groups = network.interfaces.find(({ id }) => id === node?.id)?.securityGroupIds ?? [];
  return {
    LoadBalancerArn: balancer.arn,
    DNSName: balancer.dnsName,
    CanonicalHostedZoneId: balancer.type === 'application' ? 'Z35SXDOTRQ7X7K' : 'Z26RNL4JYFTOTI',
    CreatedTime: new Date(balancer.createdAt).toISOString(),
    LoadBalancerName: balancer.name,
    Scheme: balancer.internal ? 'internal' : 'internet-facing',
    VpcId: node?.vpcId,
    State: { Code: 'active' },
    Type: balancer.type,
    AvailabilityZones: balancer.nodes.map(({ zone, subnetId }) => ({ ZoneName: zone, SubnetId: subnetId, LoadBalancerAddresses: [] })),
    ...(groups.length === 0 ? {} : { SecurityGroups: [...groups] }),
    IpAddressType: 'ipv4',
  };
}
