import type { Connection } from './connection.ts';
import type { NetworkSource } from '../network/network-source.ts';

/** A listener, as others see it. */
export interface ListenerView {
  readonly arn: string;
  readonly port: number;
  readonly protocol: string;
  readonly targetGroupArns: readonly string[];
  /** Where it answers on this machine, of an internet-facing application load balancer. */
  readonly url?: string;
}

/** A load balancer that can be dialled. */
export interface LoadBalancer {
  readonly arn: string;
  readonly name: string;
  readonly logicalId: string;
  readonly type: 'network' | 'application';
  readonly dnsName: string;
  readonly listeners: readonly ListenerView[];
  /** Private addresses of its nodes, one a zone. */
  readonly nodeAddresses: readonly string[];
  /** Whether the target group is reached by one of the listeners. */
  routesTo(targetGroupArn: string): boolean;
  /**
   * Opens a connection to the listener on `port`, on to a target that this balancer chooses.
   * @throws DialFailure when no listener, target or rule lets it through.
   */
  dial(request: { readonly port: number; readonly source: NetworkSource }): Promise<Connection>;
}
