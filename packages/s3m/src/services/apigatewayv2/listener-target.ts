import { DialFailure } from '../../capabilities/connection.ts';
import type { Directory } from '../../capabilities/directory.ts';
import type { LoadBalancer } from '../../capabilities/load-balancer.ts';

/** Where a dial through a VPC link V2 goes. */
export interface ListenerTarget {
  readonly loadBalancer: LoadBalancer;
  readonly port: number;
}

/**
 * Finds the listener that an integration names: by its own ARN, or by its load balancer's and a port. It is looked up anew for each dial, as it
 * may have been replaced or be gone.
 * @throws DialFailure
 */
export function findListener(directory: Directory, target: string, port: number | undefined): ListenerTarget {
  const arn = loadBalancerArn(target);
  if (arn === undefined) {
    throw new DialFailure('no-load-balancer', `The integration's target is the ARN of neither a listener nor a load balancer: ${target}`);
  }
  const loadBalancer = directory.find('loadBalancer', arn);
  if (loadBalancer === undefined)
    throw new DialFailure('no-load-balancer', `The integration points to ${target}; there is no load balancer ${arn}`);
  if (arn === target) {
    if (port !== undefined) return { loadBalancer, port };
    throw new DialFailure('no-listener', `The integration points to load balancer "${loadBalancer.name}" without naming a listener of it`, {
      loadBalancer: arn,
    });
  }
  const listener = loadBalancer.listeners.find((candidate) => candidate.arn === target);
  if (listener !== undefined) return { loadBalancer, port: listener.port };
  const known = loadBalancer.listeners.map((candidate) => candidate.arn).join(', ') || 'none';
  throw new DialFailure('no-listener', `Load balancer "${loadBalancer.name}" has no listener ${target}. Its listeners: ${known}`, {
    loadBalancer: arn,
  });
}

/** `...:listener/net/NAME/ID/LISTENER` and `...:loadbalancer/net/NAME/ID` to the latter. Undefined for any other text. */
export function loadBalancerArn(target: string): string | undefined {
  const [, prefix, kind, name] =
    /^(arn:[^:]+:elasticloadbalancing:[^:]*:\d{12}:)(listener|loadbalancer)\/((?:net|app)\/[^/]+\/[^/]+)(?:\/[^/]+)?$/.exec(target) ?? [];
  if (name === undefined) return undefined;
  const arn = `${prefix}loadbalancer/${name}`;
  return kind === 'loadbalancer' && arn !== target ? undefined : arn;
}
