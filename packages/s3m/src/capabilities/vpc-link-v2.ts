import type { Connection } from './connection.ts';

/** A VPC link V2: interfaces in a VPC's subnets, from which listeners of load balancers and instances of Cloud Map services are dialled (AG-201, AG-580, AG-581). */
export interface VpcLinkV2 {
  readonly id: string;
  readonly status: 'PENDING' | 'AVAILABLE' | 'DELETING' | 'FAILED' | 'INACTIVE';
  readonly statusMessage: string;
  /**
   * Dials `target`: the ARN of a Cloud Map service, of a listener, or of a load balancer together with the port of one of its listeners.
   * @throws DialFailure
   */
  dial(target: string, port?: number): Promise<Connection>;
}
