import type { Socket } from 'node:net';
import { formatAddress, parseAddress } from './ipv4.ts';
import { NetworkModelError } from './network-model-error.ts';
import type { NetworkSource } from './network-source.ts';
import type { InterfaceRequest, NetworkInterface } from './network.ts';
import type { InterfaceChange } from './vpc-network.ts';
import type { VpcModel } from './vpc-model.ts';
import type { Subnet } from './vpc-parts.ts';

/** An interface with all that decisions need. */
export interface AttachedInterface extends NetworkInterface {
  readonly name: string;
  readonly number: number;
  readonly subnet: Subnet;
  readonly filtered: boolean;
  readonly publicAddress: boolean;
  /** No setting gives it a public address: a function's (VPC-010). */
  readonly neverPublic: boolean;
  securityGroupIds: readonly string[];
  privateLink: 'filtered' | 'unfiltered' | undefined;
  readonly ports: (() => Promise<readonly number[]>) | undefined;
  readonly accept: ((port: number, source: NetworkSource) => Promise<Socket>) | undefined;
}

/** The network interfaces of an account, by id and by address. */
export class Interfaces {
  readonly #model: VpcModel;
  readonly #random: () => number;
  readonly #changed: () => void;
  readonly #byId = new Map<string, AttachedInterface>();
  /** By VPC, then by address: two VPCs may use the same ranges. */
  readonly #byAddress = new Map<string, Map<number, AttachedInterface>>();

  constructor(model: VpcModel, random: () => number, changed: () => void) {
    this.#model = model;
    this.#random = random;
    this.#changed = changed;
  }

  /** @throws NetworkModelError in EC2's words */
  attach(request: InterfaceRequest): AttachedInterface {
    const subnet = this.#model.findSubnet(request.subnetId);
    if (subnet === undefined) {
      throw new NetworkModelError('InvalidSubnetID.NotFound', `The subnet ID '${request.subnetId}' does not exist`);
    }
    const filtered = request.filtered ?? true;
    const securityGroupIds = this.#checkGroups(filtered ? request.securityGroupIds : [], subnet, filtered);
    const number = takeAddress(subnet, request);
    const attached: AttachedInterface = {
      id: `eni-${this.#newId()}`,
      name: request.name,
      address: formatAddress(number),
      number,
      subnet,
      subnetId: subnet.id,
      vpcId: subnet.vpcId,
      zone: subnet.zone,
      filtered,
      publicAddress: request.publicAddress === true,
      neverPublic: request.publicAddress === 'never',
      securityGroupIds,
      privateLink: request.privateLink,
      ports: request.ports,
      accept: request.accept,
      detach: () => this.#detach(attached),
    };
    this.#byId.set(attached.id, attached);
    let ofVpc = this.#byAddress.get(subnet.vpcId);
    if (ofVpc === undefined) this.#byAddress.set(subnet.vpcId, (ofVpc = new Map()));
    ofVpc.set(number, attached);
    this.#changed();
    return attached;
  }

  modify(interfaceId: string, change: InterfaceChange): void {
    const attached = this.#byId.get(interfaceId);
    if (attached === undefined) return;
    if (change.securityGroupIds !== undefined) {
      attached.securityGroupIds = this.#checkGroups(change.securityGroupIds, attached.subnet, attached.filtered);
    }
    if (change.privateLink !== undefined) attached.privateLink = change.privateLink;
    this.#changed();
  }

  list(): readonly AttachedInterface[] {
    return [...this.#byId.values()];
  }

  find(id: string): AttachedInterface | undefined {
    return this.#byId.get(id);
  }

  /** The interfaces with an address: at most one when a VPC is given. */
  findByAddress(address: number, vpcId?: string): readonly AttachedInterface[] {
    const vpcs = vpcId === undefined ? [...this.#byAddress.values()] : [this.#byAddress.get(vpcId)];
    return vpcs.flatMap((ofVpc) => ofVpc?.get(address) ?? []);
  }

  /** VPC-038: without a group named, the VPC's default group counts. */
  #checkGroups(ids: readonly string[], subnet: Subnet, filtered: boolean): readonly string[] {
    if (!filtered) return [];
    for (const id of ids) {
      const group = this.#model.findSecurityGroup(id);
      if (group === undefined) throw new NetworkModelError('InvalidGroup.NotFound', `The security group '${id}' does not exist`);
      if (group.vpcId !== subnet.vpcId) {
        throw new NetworkModelError('InvalidParameter', `Security group ${id} and subnet ${subnet.id} belong to different networks.`);
      }
    }
    const fallback = this.#model.findVpc(subnet.vpcId)?.defaultSecurityGroupId;
    return ids.length > 0 || fallback === undefined ? ids : [fallback];
  }

  #detach(attached: AttachedInterface): void {
    if (!this.#byId.delete(attached.id)) return;
    this.#byAddress.get(attached.vpcId)?.delete(attached.number);
    attached.subnet.pool.giveBack(attached.number, attached.name);
    this.#changed();
  }

  #newId(): string {
    return Array.from({ length: 17 }, () => Math.floor(this.#random() * 16).toString(16)).join('');
  }
}

function takeAddress(subnet: Subnet, { name, address }: InterfaceRequest): number {
  if (address === undefined) {
    const free = subnet.pool.take(name);
    if (free !== undefined) return free;
    throw new NetworkModelError(
      'InsufficientFreeAddressesInSubnet',
      `The specified subnet does not have enough free addresses to satisfy the request: ${subnet.id} (${subnet.name}).`,
    );
  }
  const number = parseAddress(address);
  const refused = subnet.pool.claim(number);
  if (refused === 'taken') throw new NetworkModelError('InvalidIPAddress.InUse', `Address ${address} is in use.`);
  if (refused === 'unusable') {
    throw new NetworkModelError('InvalidParameterValue', `Address ${address} does not fall within the subnet's address range`);
  }
  return number;
}
