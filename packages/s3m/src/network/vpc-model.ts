import { AddressPool } from './address-pool.ts';
import { formatRange, rangeCovers, rangesOverlap, rangeHolds } from './ipv4.ts';
import { parseCidrBlock } from './cidr-block.ts';
import { NetworkAcls } from './network-acls.ts';
import { NetworkModelError } from './network-model-error.ts';
import { PrefixLists } from './prefix-lists.ts';
import { describeDestination, type Route } from './route.ts';
import { SecurityGroup, type SecurityGroupRequest } from './security-group.ts';
import { ALLOW_ALL, type Direction, type SecurityRule } from './security-rule.ts';
import type {
  GatewayEndpoint,
  InterfaceEndpoint,
  NatGateway,
  RouteTable,
  Subnet,
  SubnetRequest,
  Vpc,
  VpcDns,
  VpcRequest,
} from './vpc-parts.ts';

/** Takes away what was added. Called twice it does nothing. */
export type Remove = () => void;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Everything in the network but the interfaces. All additions answer a function that takes them away. */
export class VpcModel {
  readonly acls: NetworkAcls;
  readonly prefixLists: PrefixLists;
  readonly #vpcs = new Map<string, Mutable<Vpc>>();
  readonly #subnets = new Map<string, Subnet>();
  readonly #routeTables = new Map<string, RouteTable & { readonly routes: Set<Route> }>();
  readonly #associations = new Map<string, string>();
  /** Internet gateways, each with the VPC that it is attached to. */
  readonly #internetGateways = new Map<string, { readonly name: string; vpcId?: string }>();
  readonly #natGateways = new Map<string, NatGateway>();
  readonly #interfaceEndpoints = new Map<string, InterfaceEndpoint>();
  readonly #gatewayEndpoints = new Map<string, GatewayEndpoint>();
  readonly #groups = new Map<string, SecurityGroup>();
  readonly #changed: () => void;

  /** `changed` is called after every change. */
  constructor(changed: () => void = () => {}) {
    this.#changed = changed;
    this.acls = new NetworkAcls(changed);
    this.prefixLists = new PrefixLists(changed);
  }

  /** Adds a VPC with its main route table, its default ACL and its default group, which lets in what comes from itself and everything out (VPC-038). */
  addVpc(request: VpcRequest): Remove {
    const { cidr, ...rest } = request;
    const range = parseCidrBlock(cidr, 'InvalidVpc.Range');
    const { id, name, mainRouteTableId, defaultSecurityGroupId, defaultNetworkAclId } = request;
    const removals = [
      this.acls.addDefault({ id: defaultNetworkAclId, name: `default of ${name}`, vpcId: id }),
      put(this.#vpcs, id, { ...rest, ranges: [range] }),
      put(this.#routeTables, mainRouteTableId, { id: mainRouteTableId, name: `main of ${name}`, vpcId: id, routes: new Set() }),
      put(
        this.#groups,
        defaultSecurityGroupId,
        new SecurityGroup({
          id: defaultSecurityGroupId,
          name: `default of ${name}`,
          vpcId: id,
          ...defaultGroupRules(defaultSecurityGroupId),
        }),
      ),
    ];
    return this.#after(() => removals.forEach((remove) => remove()));
  }

  setVpcDns(vpcId: string, dns: VpcDns): void {
    this.#vpc(vpcId).dns = dns;
    this.#changed();
  }

  /** A further range of a VPC. */
  addVpcRange(vpcId: string, cidr: string): Remove {
    const vpc = this.#vpc(vpcId);
    const range = parseCidrBlock(cidr, 'InvalidVpc.Range');
    if (vpc.ranges.some((other) => rangesOverlap(other, range))) {
      throw new NetworkModelError('InvalidVpc.Range', `The CIDR '${cidr}' conflicts with another CIDR of the VPC.`);
    }
    vpc.ranges = [...vpc.ranges, range];
    return this.#after(() => {
      vpc.ranges = vpc.ranges.filter((other) => other !== range);
    });
  }

  addSubnet(request: SubnetRequest): Remove {
    const { cidr, ...rest } = request;
    const vpc = this.#vpc(request.vpcId);
    const range = parseCidrBlock(cidr, 'InvalidSubnet.Range');
    if (!vpc.ranges.some((outer) => rangeCovers(outer, range))) {
      throw new NetworkModelError('InvalidSubnet.Range', `The CIDR '${cidr}' is invalid.`);
    }
    for (const other of this.#subnets.values()) {
      if (other.vpcId === vpc.id && rangesOverlap(other.range, range)) {
        throw new NetworkModelError('InvalidSubnet.Conflict', `The CIDR '${cidr}' conflicts with another subnet`);
      }
    }
    return this.#after(put(this.#subnets, request.id, { ...rest, range, pool: new AddressPool(range) }));
  }

  addRouteTable(request: { readonly id: string; readonly name: string; readonly vpcId: string }): Remove {
    this.#vpc(request.vpcId);
    return this.#after(put(this.#routeTables, request.id, { ...request, routes: new Set<Route>() }));
  }

  /** Gives a subnet a route table of its own instead of the VPC's main one (VPC-002). */
  associateRouteTable(subnetId: string, routeTableId: string): Remove {
    this.#require(this.#subnets, subnetId, 'InvalidSubnetID.NotFound', 'subnet ID');
    this.#require(this.#routeTables, routeTableId, 'InvalidRouteTableID.NotFound', 'routeTable ID');
    return this.#after(put(this.#associations, subnetId, routeTableId));
  }

  addRoute(routeTableId: string, route: Route): Remove {
    const table = this.#require(this.#routeTables, routeTableId, 'InvalidRouteTableID.NotFound', 'routeTable ID');
    const { destination } = route;
    if (destination.kind === 'range') {
      const local = this.#vpcs.get(table.vpcId)?.ranges.find((range) => rangeCovers(range, destination.range));
      if (local !== undefined) {
        throw new NetworkModelError(
          'InvalidParameterValue',
          `The destination CIDR block ${formatRange(destination.range)} is equal to or more specific than one of this VPC's CIDR blocks. This route can target only an interface or an instance.`,
        );
      }
    }
    const text = describeDestination(destination);
    for (const other of table.routes) {
      if (describeDestination(other.destination) === text) {
        throw new NetworkModelError(
          'RouteAlreadyExists',
          `The route identified by ${destination.kind === 'prefix-list' ? destination.id : text} already exists.`,
        );
      }
    }
    table.routes.add(route);
    return this.#after(() => table.routes.delete(route));
  }

  addInternetGateway(id: string, name: string): Remove {
    return this.#after(put(this.#internetGateways, id, { name }));
  }

  attachInternetGateway(id: string, vpcId: string): Remove {
    const gateway = this.#require(this.#internetGateways, id, 'InvalidInternetGatewayID.NotFound', 'internetGateway ID');
    this.#vpc(vpcId);
    if (gateway.vpcId !== undefined) {
      throw new NetworkModelError('Resource.AlreadyAssociated', `resource ${id} is already attached to network ${gateway.vpcId}`);
    }
    gateway.vpcId = vpcId;
    return this.#after(() => delete gateway.vpcId);
  }

  addNatGateway(gateway: NatGateway): Remove {
    return this.#after(put(this.#natGateways, gateway.id, gateway));
  }

  addInterfaceEndpoint(endpoint: InterfaceEndpoint): Remove {
    return this.#after(put(this.#interfaceEndpoints, endpoint.id, endpoint));
  }

  /** A gateway endpoint; the routes to it are added one by one. */
  addGatewayEndpoint(endpoint: GatewayEndpoint): Remove {
    return this.#after(put(this.#gatewayEndpoints, endpoint.id, endpoint));
  }

  addSecurityGroup(request: SecurityGroupRequest): Remove {
    this.#vpc(request.vpcId);
    return this.#after(put(this.#groups, request.id, new SecurityGroup(request)));
  }

  /** Replaces the rules that a group itself declares; stand-alone ones stay. */
  setSecurityRules(groupId: string, rules: { readonly ingress: readonly SecurityRule[]; readonly egress: readonly SecurityRule[] }): void {
    this.#group(groupId).setInline(rules.ingress, rules.egress);
    this.#changed();
  }

  addSecurityRule(groupId: string, direction: Direction, rule: SecurityRule): Remove {
    return this.#after(this.#group(groupId).add(direction, rule));
  }

  /** VPC-035 */
  revokeAllowAllEgress(groupId: string): void {
    this.#group(groupId).revokeAllowAllEgress();
    this.#changed();
  }

  /** Takes all rules from a VPC's default group, as `Custom::VpcRestrictDefaultSG` does (VPC-016). */
  restrictDefaultSecurityGroup(groupId: string): void {
    this.setSecurityRules(groupId, { ingress: [], egress: [] });
  }

  restoreDefaultSecurityGroup(groupId: string): void {
    this.setSecurityRules(groupId, defaultGroupRules(groupId));
  }

  findVpc(id: string): Vpc | undefined {
    return this.#vpcs.get(id);
  }

  findSubnet(id: string): Subnet | undefined {
    return this.#subnets.get(id);
  }

  /** The subnet of a VPC that an address belongs to. */
  findSubnetOf(vpcId: string, address: number): Subnet | undefined {
    for (const subnet of this.#subnets.values()) if (subnet.vpcId === vpcId && rangeHolds(subnet.range, address)) return subnet;
    return undefined;
  }

  findSecurityGroup(id: string): SecurityGroup | undefined {
    return this.#groups.get(id);
  }

  /** The table whose routes count for a subnet: its own, else the VPC's main one (VPC-002). */
  findRouteTableOf(subnet: Subnet): RouteTable | undefined {
    const own = this.#associations.get(subnet.id);
    return this.#routeTables.get(own ?? this.#vpcs.get(subnet.vpcId)?.mainRouteTableId ?? '');
  }

  findRouteTable(id: string): RouteTable | undefined {
    return this.#routeTables.get(id);
  }

  findInternetGateway(id: string): { readonly name: string; readonly vpcId?: string } | undefined {
    return this.#internetGateways.get(id);
  }

  findNatGateway(id: string): NatGateway | undefined {
    return this.#natGateways.get(id);
  }

  findGatewayEndpoint(id: string): GatewayEndpoint | undefined {
    return this.#gatewayEndpoints.get(id);
  }

  findInterfaceEndpoints(vpcId: string): readonly InterfaceEndpoint[] {
    return [...this.#interfaceEndpoints.values()].filter((endpoint) => endpoint.vpcId === vpcId);
  }

  hasInterfaceEndpoint(id: string): boolean {
    return this.#interfaceEndpoints.has(id);
  }

  findInterfaceEndpoint(vpcId: string, service: string): InterfaceEndpoint | undefined {
    for (const endpoint of this.#interfaceEndpoints.values()) {
      if (endpoint.vpcId === vpcId && endpoint.service === service) return endpoint;
    }
    return undefined;
  }

  #vpc(id: string): Mutable<Vpc> {
    return this.#require(this.#vpcs, id, 'InvalidVpcID.NotFound', 'vpc ID');
  }

  #group(id: string): SecurityGroup {
    const group = this.#groups.get(id);
    if (group !== undefined) return group;
    throw new NetworkModelError('InvalidGroup.NotFound', `The security group '${id}' does not exist`);
  }

  #require<T>(map: ReadonlyMap<string, T>, id: string, code: string, what: string): T {
    const found = map.get(id);
    if (found !== undefined) return found;
    throw new NetworkModelError(code, `The ${what} '${id}' does not exist`);
  }

  #after(remove: () => unknown): Remove {
    this.#changed();
    let done = false;
    return () => {
      if (done) return;
      done = true;
      remove();
      this.#changed();
    };
  }
}

function defaultGroupRules(groupId: string): { readonly ingress: readonly SecurityRule[]; readonly egress: readonly SecurityRule[] } {
  return { ingress: [{ protocol: '-1', fromPort: -1, toPort: -1, peer: { kind: 'group', groupId } }], egress: [ALLOW_ALL] };
}

/** The removal leaves a newer entry of the same id alone. */
function put<T>(map: Map<string, T>, id: string, value: T): () => void {
  map.set(id, value);
  return () => {
    if (map.get(id) === value) map.delete(id);
  };
}
