import type { Socket } from 'node:net';
import type { NetworkHop } from './network-hop.ts';
import type { NetworkSource } from './network-source.ts';

/** An elastic network interface to be attached. */
export interface InterfaceRequest {
  /** For people, in rules and hops: `task weather/3f2a`, `NLB node PrivateNlb`. */
  readonly name: string;
  readonly subnetId: string;
  readonly securityGroupIds: readonly string[];
  /** False for a load balancer node without security groups: then nothing is filtered on this side (NLB-052). True by default. */
  readonly filtered?: boolean;
  /** Opens the real connection to a port of the resource behind the interface. Without it nothing listens there. */
  readonly accept?: (port: number, source: NetworkSource) => Promise<Socket>;
  /** The ports that the resource is known to listen on. */
  readonly ports?: () => Promise<readonly number[]>;
  /**
   * Whether a VPC link V1 may come in here, as it may to a load balancer's node: `filtered` holds it against the inbound rules,
   * `unfiltered` is `EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: off` (NLB-054). Absent: no link comes in.
   */
  readonly privateLink?: 'filtered' | 'unfiltered';
  /** This very address instead of one that the network picks. */
  readonly address?: string;
  /** Whether the interface has a public address too (VPC-009). False by default; `never` where no setting could give it one (VPC-010). */
  readonly publicAddress?: boolean | 'never';
}

/** What a connection goes to. */
export interface NetworkDestination {
  readonly address: string;
  readonly port: number;
  /** The VPC of the address, for a source that is in none; two VPCs may use the same addresses. */
  readonly vpcId?: string;
}

/** An attached network interface. */
export interface NetworkInterface {
  /** `eni-...` */
  readonly id: string;
  /** Private IPv4 address from the subnet's range, without the five that AWS keeps (VPC-006). */
  readonly address: string;
  readonly subnetId: string;
  readonly vpcId: string;
  readonly zone: string;
  detach(): void;
}

/** The model's answer to "may A connect to B on this port?" with the reason. */
export interface Verdict {
  readonly allowed: boolean;
  readonly hop: NetworkHop;
  /** The VPC endpoint that it goes through, on its way to an API of AWS. */
  readonly endpointId?: string;
}

/** A connection that the model refused: on the wire silent, here with the reason. */
export class NetworkRefusal extends Error {
  readonly hop: NetworkHop;

  constructor(hop: NetworkHop) {
    super(`${hop.from} cannot reach ${hop.to} on port ${hop.port}: ${hop.rule}`);
    this.name = 'NetworkRefusal';
    this.hop = hop;
  }
}

/** Who may connect to whom. Every dial that the engine makes for a resource passes here. */
export interface Network {
  attach(request: InterfaceRequest): NetworkInterface;
  /** Decides without connecting. */
  decide(source: NetworkSource, to: NetworkDestination): Verdict;
  /**
   * Decides, then connects. @throws NetworkRefusal at once when the model says no (the caller turns that into the silence that AWS shows);
   * the socket's own error (ECONNREFUSED) when nothing listens.
   */
  dial(source: NetworkSource, to: NetworkDestination): Promise<{ readonly socket: Socket; readonly hop: NetworkHop }>;
}
