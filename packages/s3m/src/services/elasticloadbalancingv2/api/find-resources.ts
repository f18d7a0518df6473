import type { Account } from '../../account.ts';
import { ServiceError, unsupported } from '../../service-error.ts';
import { ApplicationBalancer } from '../application/application-balancer.ts';
import { LiveLoadBalancer } from '../live-load-balancer.ts';
import { LiveTargetGroup } from '../live-target-group.ts';

export type AnyBalancer = ApplicationBalancer | LiveLoadBalancer;

/** All load balancers of the account. */
export function balancersOf({ directory }: Account): readonly AnyBalancer[] {
  return directory
    .list('loadBalancer')
    .flatMap(([, balancer]) => (balancer instanceof ApplicationBalancer || balancer instanceof LiveLoadBalancer ? [balancer] : []));
}

/** @throws ServiceError `LoadBalancerNotFound` (NLB-077) */
export function findBalancer(account: Account, arn: string): AnyBalancer {
  const found = balancersOf(account).find((balancer) => balancer.arn === arn);
  if (found === undefined) throw new ServiceError('LoadBalancerNotFound', `Load balancer '${arn}' not found`);
  return found;
}

/** All target groups of the account but those of functions. */
export function groupsOf({ directory }: Account): readonly LiveTargetGroup[] {
  return directory.list('targetGroup').flatMap(([, group]) => (group instanceof LiveTargetGroup ? [group] : []));
}

/** @throws ServiceError `TargetGroupNotFound` (NLB-077) */
export function findGroup(account: Account, arn: string): LiveTargetGroup {
  if (account.directory.find('targetGroup', arn)?.targetType === 'lambda')
    throw unsupported('Target groups of type lambda are not described or changed here');
  const found = groupsOf(account).find((group) => group.arn === arn);
  if (found === undefined) throw new ServiceError('TargetGroupNotFound', 'One or more target groups not found');
  return found;
}
