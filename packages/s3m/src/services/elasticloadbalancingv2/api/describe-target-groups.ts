import type { QueryElements } from '../../query-protocol.ts';
import { ServiceError } from '../../service-error.ts';
import type { LiveTargetGroup } from '../live-target-group.ts';
import { balancersOf, findBalancer, groupsOf, type AnyBalancer } from './find-resources.ts';
import { listIn, pageIn } from './query-input.ts';
import type { LoadBalancingAction } from './serve-load-balancing.ts';

/** Target groups by ARN or name, of one load balancer, or all (ELBv2 API, DescribeTargetGroups). */
export const describeTargetGroups: LoadBalancingAction = ({ account, input, demand }) => {
  demand('*');
  const all = groupsOf(account);
  const arns = listIn(input, 'TargetGroupArns');
  const names = listIn(input, 'Names');
  const balancerArn = input.get('LoadBalancerArn');
  const balancer = balancerArn === null ? undefined : findBalancer(account, balancerArn);
  const missing =
    arns.some((arn) => !all.some((group) => group.arn === arn)) || names.some((name) => !all.some((group) => group.name === name));
  if (missing) throw new ServiceError('TargetGroupNotFound', 'One or more target groups not found'); // NLB-077
  const asked = all.filter(
    ({ arn, name }) =>
      (arns.length === 0 || arns.includes(arn)) && (names.length === 0 || names.includes(name)) && balancer?.routesTo(arn) !== false,
  );
  const { items, next } = pageIn(input, asked);
  const balancers = balancersOf(account);
  return { TargetGroups: items.map((group) => elementsOf(group, balancers)), NextMarker: next };
};

function elementsOf(group: LiveTargetGroup, balancers: readonly AnyBalancer[]): QueryElements {
  const { healthCheck, vpcId } = group.settings;
  const http = healthCheck.protocol !== 'TCP';
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    Protocol: group.protocol,
    Port: String(group.port),
    VpcId: vpcId,
    HealthCheckProtocol: healthCheck.protocol,
    HealthCheckPort: healthCheck.port === undefined ? 'traffic-port' : String(healthCheck.port),
    HealthCheckEnabled: 'true',
    HealthCheckIntervalSeconds: String(healthCheck.intervalMs / 1000),
    HealthCheckTimeoutSeconds: String(healthCheck.timeoutMs / 1000),
    HealthyThresholdCount: String(healthCheck.healthyThreshold),
    UnhealthyThresholdCount: String(healthCheck.unhealthyThreshold),
    ...(http ? { HealthCheckPath: healthCheck.path, Matcher: { HttpCode: healthCheck.matcher } } : {}),
    LoadBalancerArns: balancers.filter((balancer) => balancer.routesTo(group.arn)).map(({ arn }) => arn),
    TargetType: group.targetType,
    ...(group.protocol.startsWith('HTTP') ? { ProtocolVersion: 'HTTP1' } : {}),
    IpAddressType: 'ipv4',
  };
}
