import type { AddressPool } from './address-pool.ts';
import type { Ipv4Range } from './ipv4.ts';
import type { Route } from './route.ts';

export interface VpcRequest {
  readonly id: string;
  /** For people: the logical id. */
  readonly name: string;
  /** `10.0.0.0/16` */
  readonly cidr: string;
  readonly mainRouteTableId: string;
  readonly defaultSecurityGroupId: string;
  readonly defaultNetworkAclId: string;
  readonly dns: VpcDns;
}

/** Interface endpoints answer under a service's own host name only when both are on (VPC-007). */
export interface VpcDns {
  readonly support: boolean;
  readonly hostnames: boolean;
}

export interface Vpc extends Omit<VpcRequest, 'cidr'> {
  readonly ranges: readonly Ipv4Range[];
}

export interface SubnetRequest {
  readonly id: string;
  readonly name: string;
  readonly vpcId: string;
  readonly zone: string;
  readonly cidr: string;
}

export interface Subnet extends Omit<SubnetRequest, 'cidr'> {
  readonly range: Ipv4Range;
  readonly pool: AddressPool;
}

export interface RouteTable {
  readonly id: string;
  readonly name: string;
  readonly vpcId: string;
  readonly routes: ReadonlySet<Route>;
}

export interface NatGateway {
  readonly id: string;
  readonly name: string;
  readonly subnetId: string;
  /** Private NAT gateways lead to no internet. */
  readonly connectivity: 'public' | 'private';
}

export interface InterfaceEndpoint {
  readonly id: string;
  readonly name: string;
  readonly vpcId: string;
  /** `com.amazonaws.us-east-1.ecr.api` */
  readonly service: string;
  readonly privateDns: boolean;
  /** Names of its own: the first for all zones, the others for one each. */
  readonly dnsNames: readonly { readonly name: string; readonly zone?: string }[];
  /** One a subnet; any of them answers. */
  readonly interfaceIds: readonly string[];
}

export interface GatewayEndpoint {
  readonly id: string;
  readonly name: string;
  readonly vpcId: string;
  readonly service: string;
}
