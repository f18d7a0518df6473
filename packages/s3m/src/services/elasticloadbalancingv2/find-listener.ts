import type { Account } from '../account.ts';
import { ResourceFailure } from '../resource-type.ts';
import { ApplicationBalancer } from './application/application-balancer.ts';
import type { ApplicationListener } from './application/application-listener.ts';
import { LiveLoadBalancer } from './live-load-balancer.ts';
import type { NetworkListener } from './network/network-listener.ts';

interface FoundListener {
  readonly balancer: ApplicationBalancer | LiveLoadBalancer;
  readonly listener: ApplicationListener | NetworkListener;
}

/** The listener of an ARN, and whose it is. @throws ResourceFailure in AWS's words */
export function findListener({ directory }: Account, arn: string): FoundListener {
  for (const [, balancer] of directory.list('loadBalancer')) {
    if (!(balancer instanceof ApplicationBalancer || balancer instanceof LiveLoadBalancer)) continue;
    const listener = balancer.findListener(arn);
    if (listener !== undefined) return { balancer, listener };
  }
  throw new ResourceFailure(`Listener '${arn}' not found`, { property: 'ListenerArn' });
}
