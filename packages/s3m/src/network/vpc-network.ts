import type { Network, Verdict } from './network.ts';
import type { RouteDestination, RouteTarget } from './route.ts';
import type { Direction, SecurityRule } from './security-rule.ts';

export interface VpcRequest {
  /** `vpc-...` */
  readonly id: string;
  /** For people: the logical id. */
  readonly name: string;
  readonly cidr: string;
  /** Its default group (VPC-038), with EC2's own rules. */
  readonly defaultGroupId: string;
}

export interface SubnetRequest {
  readonly id: string;
  readonly name: string;
  readonly vpcId: string;
  readonly cidr: string;
  /** `us-east-1a` */
  readonly zone: string;
}

/** A host outside the VPC that an interface wants to reach: `api.ecr.us-east-1.amazonaws.com`. */
export interface OutsideHost {
  readonly host: string;
  readonly port: number;
}

/** A request that AWS's EC2 would refuse. The message is EC2's own where it has one. */
export class NetworkModelError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NetworkModelError';
  }
}

/**
 * The whole network of an account: what {@link Network} decides, and what `AWS::EC2::*` resources put in.
 * What is put in answers a function that takes it out again. All throw {@link NetworkModelError}.
 */
export interface VpcNetwork extends Network {
  addVpc(request: VpcRequest): () => void;
  addSubnet(request: SubnetRequest): () => void;
  addSecurityGroup(request: { readonly id: string; readonly name: string; readonly vpcId: string }): () => void;
  /** Replaces the rules in a group's own template entry. Effective for the next dial. */
  setInlineRules(groupId: string, rules: Readonly<Record<Direction, readonly SecurityRule[]>>): void;
  /** Adds a stand-alone rule. An egress rule takes EC2's own "everything may leave" away (VPC-035). */
  addRule(groupId: string, direction: Direction, rule: SecurityRule): () => void;
  addRouteTable(id: string, vpcId: string): () => void;
  addRoute(routeTableId: string, destination: RouteDestination, target: RouteTarget): () => void;
  associateRouteTable(subnetId: string, routeTableId: string): () => void;
  attachInternetGateway(id: string, vpcId: string): () => void;
  addNatGateway(id: string, subnetId: string): () => void;
  /** May this interface reach a host outside its VPC: a route over a NAT gateway or a gateway endpoint, and a rule that lets it leave? */
  decideOutside(interfaceId: string, to: OutsideHost): Verdict;
}
