import type { Socket } from 'node:net';
import { decideFromOutside, decideWithinVpc, type Decision } from './decide-connection.ts';
import { decideEgress } from './decide-egress.ts';
import { labelOf } from './examine-groups.ts';
import { Interfaces, type AttachedInterface } from './interfaces.ts';
import { rangeHolds, tryParseAddress } from './ipv4.ts';
import type { NetworkHop } from './network-hop.ts';
import type { NetworkSource } from './network-source.ts';
import { NetworkRefusal, type InterfaceRequest, type NetworkDestination, type NetworkInterface, type Verdict } from './network.ts';
import { VpcModel } from './vpc-model.ts';
import type { EgressRequest, InterfaceChange, InterfaceView, VpcNetwork } from './vpc-network.ts';

/** Decisions that are kept until the model changes; more than a system of some hundred interfaces asks for. */
const KEPT_VERDICTS = 10_000;

/** An account's network, empty at first. `random` makes the ids of interfaces. */
export function createVpcNetwork(options: { readonly random?: () => number } = {}): VpcNetwork {
  return new AccountNetwork(options.random ?? Math.random);
}

class AccountNetwork implements VpcNetwork {
  readonly model: VpcModel = new VpcModel(() => this.#verdicts.clear());
  readonly #interfaces: Interfaces;
  readonly #verdicts = new Map<string, Verdict>();

  constructor(random: () => number) {
    this.#interfaces = new Interfaces(this.model, random, () => this.#verdicts.clear());
  }

  get interfaces(): readonly InterfaceView[] {
    return this.#interfaces.list().map(({ id, name, address, vpcId, subnetId, zone, securityGroupIds, privateLink, ports }) => {
      return {
        id,
        name,
        address,
        vpcId,
        subnetId,
        zone,
        securityGroupIds,
        takesPrivateLink: privateLink !== undefined,
        ports: ports ?? (() => Promise.resolve([])),
      };
    });
  }

  attach(request: InterfaceRequest): NetworkInterface {
    return this.#interfaces.attach(request);
  }

  modifyInterface(interfaceId: string, change: InterfaceChange): void {
    this.#interfaces.modify(interfaceId, change);
  }

  decide(source: NetworkSource, to: NetworkDestination): Verdict {
    const key = JSON.stringify([source, to.address, to.port, to.vpcId]);
    const kept = this.#verdicts.get(key);
    if (kept !== undefined) return kept;
    const verdict = this.#decide(source, to);
    if (this.#verdicts.size >= KEPT_VERDICTS) this.#verdicts.clear();
    this.#verdicts.set(key, verdict);
    return verdict;
  }

  async dial(source: NetworkSource, to: NetworkDestination): Promise<{ readonly socket: Socket; readonly hop: NetworkHop }> {
    const { allowed, hop } = this.decide(source, to);
    if (!allowed) throw new NetworkRefusal(hop);
    const target = this.#find(source, to);
    if (target === undefined) {
      throw new NetworkRefusal({
        ...hop,
        allowed: false,
        rule: 'the engine opens no connections to hosts outside the VPCs of its account',
      });
    }
    if (target.accept === undefined) {
      throw Object.assign(new Error(`connect ECONNREFUSED ${to.address}:${to.port}`), { code: 'ECONNREFUSED' });
    }
    return { socket: await target.accept(to.port, source), hop };
  }

  egressTo(interfaceId: string, request: EgressRequest): Verdict {
    const from = this.#interfaces.find(interfaceId);
    const decision = from === undefined ? detached(interfaceId) : decideEgress(this.model, this.#interfaces, from, request);
    return toVerdict(from === undefined ? interfaceId : labelOf(from), request.host, request.port, decision);
  }

  #decide(source: NetworkSource, to: NetworkDestination): Verdict {
    const from = source.kind === 'interface' ? this.#interfaces.find(source.interfaceId) : undefined;
    const target = this.#find(source, to);
    const decision = this.#decideBetween(source, from, target, to);
    return toVerdict(describeSource(source, from), target === undefined ? to.address : labelOf(target), to.port, decision);
  }

  #decideBetween(
    source: NetworkSource,
    from: AttachedInterface | undefined,
    target: AttachedInterface | undefined,
    to: NetworkDestination,
  ): Decision {
    if (source.kind !== 'interface') {
      return target === undefined ? nobody(to) : decideFromOutside(this.model, source, target, to.port);
    }
    if (from === undefined) return detached(source.interfaceId);
    if (target !== undefined) return decideWithinVpc(this.model, from, target, to.port, source.clientAddress);
    const address = tryParseAddress(to.address);
    const ranges = this.model.findVpc(from.vpcId)?.ranges ?? [];
    const isLocal = address !== undefined && ranges.some((range) => rangeHolds(range, address)); // VPC-003
    if (isLocal || address === undefined) return nobody(to);
    return decideEgress(this.model, this.#interfaces, from, { host: to.address, port: to.port });
  }

  /** The interface that answers for an address; for a source in a VPC, only one of that VPC. */
  #find(source: NetworkSource, to: NetworkDestination): AttachedInterface | undefined {
    const address = tryParseAddress(to.address);
    if (address === undefined) return undefined;
    const vpcId = source.kind === 'interface' ? this.#interfaces.find(source.interfaceId)?.vpcId : to.vpcId;
    const found = this.#interfaces.findByAddress(address, vpcId);
    // Which of two VPCs is meant cannot be told, so neither is reached.
    return found.length === 1 ? found[0] : undefined;
  }
}

function toVerdict(from: string, to: string, port: number, { allowed, rule, endpointId }: Decision): Verdict {
  return { allowed, hop: { from, to, port, allowed, rule }, ...(endpointId === undefined ? {} : { endpointId }) };
}

function describeSource(source: NetworkSource, from: AttachedInterface | undefined): string {
  if (source.kind === 'outside') return 'the internet';
  if (source.kind === 'private-link') return `VPC link ${source.vpcLinkId}`;
  return from === undefined ? source.interfaceId : labelOf(from);
}

function detached(interfaceId: string): Decision {
  return { allowed: false, rule: `network interface ${interfaceId} is not attached any more` };
}

function nobody({ address }: NetworkDestination): Decision {
  return { allowed: false, rule: `no network interface has the address ${address}` };
}
