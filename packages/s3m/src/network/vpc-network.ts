import type { Network, Verdict } from './network.ts';
import type { VpcModel } from './vpc-model.ts';

/** What an interface wants to reach outside its VPC: a host by name or address. */
export interface EgressRequest {
  /** `logs.us-east-1.amazonaws.com`, `registry.npmjs.org`, `198.51.100.7` */
  readonly host: string;
  readonly port: number;
}

/** What may change on an attached interface; what is absent stays. */
export interface InterfaceChange {
  readonly securityGroupIds?: readonly string[];
  readonly privateLink?: 'filtered' | 'unfiltered';
}

/** An attached interface, for people. */
export interface InterfaceView {
  readonly id: string;
  /** `task Weather/3f2a`, `NLB node of Nlb` */
  readonly name: string;
  readonly address: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly zone: string;
  readonly securityGroupIds: readonly string[];
  /** Whether a VPC link V1 comes in here: a load balancer's node. */
  readonly takesPrivateLink: boolean;
  /** The ports that what is behind it is known to listen on. */
  ports(): Promise<readonly number[]>;
}

/** The whole network of an account: what {@link Network} decides, and what `AWS::EC2::*` resources put in. */
export interface VpcNetwork extends Network {
  /** VPCs, subnets, routes, gateways, endpoints and security groups. A change counts for every later decision. */
  readonly model: VpcModel;
  /** Every attached interface. */
  readonly interfaces: readonly InterfaceView[];
  /** Changes an attached interface in place; unknown ids are ignored, as the interface may be gone by then. @throws NetworkModelError */
  modifyInterface(interfaceId: string, change: InterfaceChange): void;
  /**
   * Whether an interface may reach a host outside its VPC or an AWS API: by VPC endpoint, NAT or internet gateway, and its groups' egress rules
   * (VPC-001 to VPC-026). Decides only; nothing is connected.
   */
  egressTo(interfaceId: string, request: EgressRequest): Verdict;
}
