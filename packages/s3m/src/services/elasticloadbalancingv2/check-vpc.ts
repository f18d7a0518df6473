import type { Account } from '../account.ts';
import { ResourceFailure } from '../resource-type.ts';
import type { ListenerAction } from './application/action.ts';
import type { ApplicationBalancer } from './application/application-balancer.ts';
import type { LiveLoadBalancer } from './live-load-balancer.ts';

/** VPC-053 @throws ResourceFailure when the action forwards to a target group of another VPC than the load balancer's */
export function checkVpc(
  { directory }: Account,
  { arn, nodes }: ApplicationBalancer | LiveLoadBalancer,
  action: ListenerAction,
  property: string,
): void {
  if (action.kind !== 'forward') return;
  const own = nodes[0]?.vpcId;
  const groups = action.groups.flatMap((group) => directory.find('targetGroup', group.arn) ?? []);
  const elsewhere = groups.filter(({ vpcId }) => vpcId !== undefined && vpcId !== own);
  if (elsewhere.length === 0) return;
  throw new ResourceFailure(
    `The following target groups are in a different VPC than load balancer ${arn}: ${elsewhere.map((group) => group.arn).join(', ')}`,
    { property, fix: `Let VpcId of the target group name ${own}, the VPC of the load balancer's subnets.` },
  );
}
