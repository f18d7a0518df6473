import type { Socket } from 'node:net';
import { AddressPool } from './address-pool.ts';
import { formatAddress, rangeCovers, rangesOverlap, tryParseRange, type Ipv4Range } from './ipv4.ts';
import type { NetworkHop } from './network-hop.ts';
import { NetworkRefusal, type InterfaceRequest, type NetworkInterface, type Verdict } from './network.ts';
import type { NetworkSource } from './network-source.ts';
import type { RouteDestination, RouteTarget } from './route.ts';
import { Routing } from './routing.ts';
import { SecurityGroup } from './security-group.ts';
import { ALLOW_ALL, describeRule, ruleAdmits, type ConnectionPeer, type Direction, type SecurityRule } from './security-rule.ts';
import { NetworkModelError, type OutsideHost, type SubnetRequest, type VpcNetwork, type VpcRequest } from './vpc-network.ts';

interface Subnet extends SubnetRequest {
  readonly range: Ipv4Range;
  readonly pool: AddressPool;
}

interface Attached extends NetworkInterface {
  readonly name: string;
  readonly peer: ConnectionPeer;
  readonly groups: readonly SecurityGroup[];
  readonly filtered: boolean;
  readonly accept: ((port: number) => Promise<Socket>) | undefined;
}

/** An account's network, empty at first. */
export function createVpcNetwork(): VpcNetwork {
  return new AccountNetwork();
}

class AccountNetwork implements VpcNetwork {
  readonly #vpcs = new Map<string, VpcRequest & { readonly range: Ipv4Range }>();
  readonly #subnets = new Map<string, Subnet>();
  readonly #groups = new Map<string, SecurityGroup>();
  readonly #routing = new Routing();
  readonly #interfaces = new Map<string, Attached>();
  /** By VPC and address: two VPCs may use the same ranges. */
  readonly #byAddress = new Map<string, Attached>();
  #count = 0;

  addVpc(request: VpcRequest): () => void {
    this.#vpcs.set(request.id, { ...request, range: parseRange(request.cidr) });
    const removeGroup = this.addSecurityGroup({ id: request.defaultGroupId, name: `default of ${request.name}`, vpcId: request.id });
    return () => {
      removeGroup();
      this.#vpcs.delete(request.id);
    };
  }

  addSubnet(request: SubnetRequest): () => void {
    const vpc = this.#vpcs.get(request.vpcId);
    if (vpc === undefined) throw new NetworkModelError(`The vpc ID '${request.vpcId}' does not exist`);
    const range = parseRange(request.cidr);
    if (!rangeCovers(vpc.range, range)) throw new NetworkModelError(`The CIDR '${request.cidr}' is invalid.`);
    for (const other of this.#subnets.values()) {
      if (other.vpcId === request.vpcId && rangesOverlap(other.range, range))
        throw new NetworkModelError(`The CIDR '${request.cidr}' conflicts with another subnet`);
    }
    this.#subnets.set(request.id, { ...request, range, pool: new AddressPool(range) });
    return () => void this.#subnets.delete(request.id);
  }

  addSecurityGroup({ id, name, vpcId }: { readonly id: string; readonly name: string; readonly vpcId: string }): () => void {
    if (!this.#vpcs.has(vpcId)) throw new NetworkModelError(`The vpc ID '${vpcId}' does not exist`);
    this.#groups.set(id, new SecurityGroup({ id, name, vpcId, ingress: [], egress: [ALLOW_ALL] })); // VPC-031
    return () => void this.#groups.delete(id);
  }

  setInlineRules(groupId: string, rules: Readonly<Record<Direction, readonly SecurityRule[]>>): void {
    this.#group(groupId).setInline(rules.ingress, rules.egress);
  }

  addRule(groupId: string, direction: Direction, rule: SecurityRule): () => void {
    const group = this.#group(groupId);
    if (direction === 'egress') group.revokeAllowAllEgress();
    return group.add(direction, rule);
  }

  addRouteTable(id: string, vpcId: string): () => void {
    return this.#routing.addTable(id, vpcId);
  }

  addRoute(routeTableId: string, destination: RouteDestination, target: RouteTarget): () => void {
    const remove = this.#routing.addRoute(routeTableId, { destination, target });
    if (remove === undefined) throw new NetworkModelError(`The routeTable ID '${routeTableId}' does not exist`);
    return remove;
  }

  associateRouteTable(subnetId: string, routeTableId: string): () => void {
    if (!this.#routing.hasTable(routeTableId)) throw new NetworkModelError(`The routeTable ID '${routeTableId}' does not exist`);
    this.#subnet(subnetId);
    return this.#routing.associate(subnetId, routeTableId);
  }

  attachInternetGateway(id: string, vpcId: string): () => void {
    return this.#routing.attachInternetGateway(id, vpcId);
  }

  addNatGateway(id: string, subnetId: string): () => void {
    this.#subnet(subnetId);
    return this.#routing.addNat(id, subnetId);
  }

  attach(request: InterfaceRequest): NetworkInterface {
    const { id: subnetId, pool, vpcId, zone } = this.#subnet(request.subnetId);
    const groups = request.securityGroupIds.map((id) => this.#group(id));
    const number = pool.take(request.name);
    if (number === undefined) throw new NetworkModelError(`insufficient free addresses in subnet '${subnetId}'`);
    const address = formatAddress(number);
    const key = `${vpcId} ${address}`;
    const attached: Attached = {
      id: `eni-${(++this.#count).toString(16).padStart(17, '0')}`,
      name: request.name,
      address,
      subnetId,
      vpcId,
      zone,
      groups,
      peer: { address: number, groupIds: request.securityGroupIds },
      filtered: request.filtered ?? true,
      accept: request.accept,
      detach: () => {
        if (!this.#interfaces.delete(attached.id)) return;
        this.#byAddress.delete(key);
        pool.giveBack(number, request.name);
      },
    };
    this.#interfaces.set(attached.id, attached);
    this.#byAddress.set(key, attached);
    return attached;
  }

  decide(source: NetworkSource, to: { readonly address: string; readonly port: number }): Verdict {
    const { port } = to;
    const client = source.kind === 'interface' ? this.#interfaces.get(source.interfaceId) : undefined;
    const target = this.#find(to.address, client?.vpcId);
    const verdict = (allowed: boolean, rule: string): Verdict => ({
      allowed,
      hop: { from: describeSource(source, client), to: target === undefined ? to.address : describe(target), port, allowed, rule },
    });
    if (source.kind === 'interface' && client === undefined)
      return verdict(false, `the network interface ${source.interfaceId} is detached`);
    // VPC-003: within a VPC the local route leads everywhere; between VPCs none does.
    if (target === undefined)
      return verdict(
        false,
        client === undefined
          ? `no network interface has the address ${to.address}`
          : `no network interface in ${client.vpcId} has the address ${to.address}`,
      );
    if (source.kind === 'outside') return verdict(false, 'a private address cannot be reached from outside its VPC');
    const out = client === undefined ? undefined : this.#examine('egress', client, target, port);
    if (out?.allowed === false) return verdict(false, out.rule);
    // NLB-056: behind a VPC link V1 is nobody's address, so only a rule for all addresses admits it.
    const into = this.#examine('ingress', target, client ?? everybody, port);
    return verdict(into.allowed, [into.allowed ? out?.rule : undefined, into.rule].filter((rule) => rule !== undefined).join('; '));
  }

  decideOutside(interfaceId: string, { host, port }: OutsideHost): Verdict {
    const client = this.#interfaces.get(interfaceId);
    const verdict = (allowed: boolean, rule: string): Verdict => ({
      allowed,
      hop: { from: client === undefined ? interfaceId : describe(client), to: host, port, allowed, rule },
    });
    if (client === undefined) return verdict(false, `the network interface ${interfaceId} is detached`);
    const way = this.#routing.wayOut(this.#subnet(client.subnetId), host);
    if (!way.open) return verdict(false, way.why);
    const out = this.#examine('egress', client, everybody, port);
    return verdict(out.allowed, out.allowed ? `${way.why}; ${out.rule}` : out.rule);
  }

  async dial(
    source: NetworkSource,
    to: { readonly address: string; readonly port: number },
  ): Promise<{ readonly socket: Socket; readonly hop: NetworkHop }> {
    const { allowed, hop } = this.decide(source, to);
    if (!allowed) throw new NetworkRefusal(hop);
    const client = source.kind === 'interface' ? this.#interfaces.get(source.interfaceId) : undefined;
    const { accept } = this.#find(to.address, client?.vpcId)!;
    if (accept === undefined) throw Object.assign(new Error(`connect ECONNREFUSED ${to.address}:${to.port}`), { code: 'ECONNREFUSED' });
    return { socket: await accept(to.port), hop };
  }

  /** What the groups around `own` say of a connection with `other`: the rule that lets it pass, or the one that is missing. */
  #examine(
    direction: Direction,
    own: Attached,
    other: Attached | typeof everybody,
    port: number,
  ): { readonly allowed: boolean; readonly rule: string } {
    if (!own.filtered) return { allowed: true, rule: `${own.name} has no security group` }; // NLB-052
    for (const group of own.groups) {
      for (const rule of group.rules(direction)) {
        if (ruleAdmits(rule, port, other.peer))
          return { allowed: true, rule: `${group.label}: ${describeRule(direction, rule, (id) => this.#label(id))}` };
      }
    }
    const [group] = own.groups;
    const wanted = `${direction} tcp ${port} ${direction === 'ingress' ? 'from' : 'to'} ${this.#rulePeer(other)}`;
    return {
      allowed: false,
      rule: `no ${direction} rule of ${own.groups.map(({ label }) => label).join(', ') || own.name} lets it pass. Add to ${group?.label ?? own.name}: ${wanted}`,
    };
  }

  /** How a rule would name the other end: its group, else its address. */
  #rulePeer(other: Attached | typeof everybody): string {
    const [groupId] = other.peer.groupIds;
    if (groupId !== undefined) return this.#label(groupId);
    return other.peer.address === undefined ? '0.0.0.0/0' : `${formatAddress(other.peer.address)}/32`;
  }

  #find(address: string, vpcId: string | undefined): Attached | undefined {
    if (vpcId !== undefined) return this.#byAddress.get(`${vpcId} ${address}`);
    for (const id of this.#vpcs.keys()) {
      const found = this.#byAddress.get(`${id} ${address}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #label(groupId: string): string {
    return this.#groups.get(groupId)?.label ?? groupId;
  }

  #group(id: string): SecurityGroup {
    const group = this.#groups.get(id);
    if (group === undefined) throw new NetworkModelError(`The security group '${id}' does not exist`);
    return group;
  }

  #subnet(id: string): Subnet {
    const subnet = this.#subnets.get(id);
    if (subnet === undefined) throw new NetworkModelError(`The subnet ID '${id}' does not exist`);
    return subnet;
  }
}

/** Somebody whose address no rule could name. */
const everybody: { readonly peer: ConnectionPeer } = { peer: { groupIds: [] } };

function describe({ name, address }: Attached): string {
  return `${name} (${address})`;
}

function describeSource(source: NetworkSource, client: Attached | undefined): string {
  if (source.kind === 'outside') return 'outside the VPC';
  if (source.kind === 'private-link') return `VPC link ${source.vpcLinkId}`;
  return client === undefined ? source.interfaceId : describe(client);
}

function parseRange(cidr: string): Ipv4Range {
  const range = tryParseRange(cidr);
  if (range === undefined)
    throw new NetworkModelError(`Value (${cidr}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`);
  return range;
}
