import type { Connection } from './connection.ts';

/** A VPC link V1 as an integration uses it (AG-177 to AG-200). */
export interface VpcLink {
  readonly id: string;
  readonly logicalId: string;
  /** ARN of the Network Load Balancer that it leads to. */
  readonly loadBalancerArn: string;
  readonly status: 'PENDING' | 'AVAILABLE' | 'DELETING' | 'FAILED';
  readonly statusMessage: string;
  /** Dials the linked load balancer's listener on `port`. @throws DialFailure */
  dial(port: number): Promise<Connection>;
}
