import type { Socket } from 'node:net';
import type { NetworkHop } from '../network/network-hop.ts';

/** The way a connection took: kept for the trace. */
export interface ConnectionRoute {
  readonly vpcLink?: string;
  /** Both the ARN of a Cloud Map service where that is in their place. */
  readonly loadBalancer: string;
  readonly listener: string;
  /** Both undefined for an Application Load Balancer, which chooses with each request. */
  readonly targetGroup?: string;
  /** `10.0.2.17:8080` */
  readonly target?: string;
  readonly hops: readonly NetworkHop[];
}

/** An open connection through the private path to one target. */
export interface Connection {
  readonly socket: Socket;
  readonly route: ConnectionRoute;
  /** True once the target drains: no new request should be sent on this connection. */
  readonly draining: boolean;
  /** Calls back once when the target starts to drain, at once if it already does. */
  onDraining(callback: () => void): void;
}

/** Where on the private path a dial ended. */
export type DialFailureKind =
  | 'no-link'
  | 'link-not-available'
  | 'no-load-balancer'
  | 'no-listener'
  | 'no-target'
  | 'blocked-by-network'
  | 'refused-by-target'
  | 'timed-out';

/** A dial on the private path that did not reach a target. `message` says what, where and what would mend it. */
export class DialFailure extends Error {
  readonly kind: DialFailureKind;
  readonly route: Partial<ConnectionRoute>;

  constructor(kind: DialFailureKind, message: string, route: Partial<ConnectionRoute> = {}) {
    super(message);
    this.name = 'DialFailure';
    this.kind = kind;
    this.route = route;
  }
}
