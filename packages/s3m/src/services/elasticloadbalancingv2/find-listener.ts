import type { Account } from '../account.ts';
import { ResourceFailure } from '../resource-type.ts';
import { ApplicationBalancer } from './application/application-balancer.ts';
import type { ApplicationListener } from './application/application-listener.ts';
import { LiveLoadBalancer } from './live-load-balancer.ts';
import type { NetworkListener } from './network/network-listener.ts';

/** The listener of an ARN. @throws ResourceFailure in AWS's words */
export function findListener({ directory }: Account, arn: string): ApplicationListener | NetworkListener {
  for (const [, balancer] of directory.list('loadBalancer')) {
    const live = balancer instanceof ApplicationBalancer || balancer instanceof LiveLoadBalancer;
    const listener = live ? balancer.findListener(arn) : undefined;
    if (listener !== undefined) return listener;
  }
  throw new ResourceFailure(`Listener '${arn}' not found`, { property: 'ListenerArn' });
}
