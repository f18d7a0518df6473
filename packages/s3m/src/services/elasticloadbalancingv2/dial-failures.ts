import { DialFailure, type ConnectionRoute } from '../../capabilities/connection.ts';
import type { NetworkHop } from '../../network/network-hop.ts';

/** A connection to a port of a balancer that none of its listeners has. */
export function noListener(
  balancer: { readonly name: string; readonly arn: string },
  port: number,
  listeners: Iterable<number>,
): DialFailure {
  const ports = [...listeners].join(', ') || 'no port';
  return new DialFailure('no-listener', `Load balancer "${balancer.name}" has no listener on port ${port}. It listens on ${ports}`, {
    loadBalancer: balancer.arn,
  });
}

/** A connection that a balancer's node does not let in (NLB-054, NLB-056). */
export function blockedAtNode(hop: NetworkHop, port: number, route: Partial<ConnectionRoute>): DialFailure {
  return new DialFailure('blocked-by-network', `${hop.from} cannot reach ${hop.to} on port ${port}: ${hop.rule}`, {
    ...route,
    hops: [hop],
  });
}
