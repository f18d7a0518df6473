import type { Socket } from 'node:net';
import type { InterfaceRequest, Network, NetworkDestination, NetworkInterface, Verdict } from '../../../src/network/network.ts';
import type { NetworkSource } from '../../../src/network/network-source.ts';
import type { EgressRequest } from '../../../src/network/vpc-network.ts';

/** Subnets by id with their zones; gives away the lowest free address, so that addresses come back soon. */
export class FakeNetwork implements Network {
  /** It knows no VPC. */
  readonly model: { findVpc(): undefined; findSubnet(): undefined } = { findVpc: () => undefined, findSubnet: () => undefined };
  readonly attached: Map<string, { readonly request: InterfaceRequest; readonly address: string }> = new Map();
  onAttach: (request: InterfaceRequest) => void = () => {};
  /** What a connection to an address meets; throws what the connection fails with. */
  answer: (address: string, port: number) => Socket = () => {
    throw new Error('not asked for here');
  };
  readonly #zones: Readonly<Record<string, string>>;
  #next = 1;

  constructor(zones: Readonly<Record<string, string>> = { 'subnet-a': 'us-east-1a', 'subnet-b': 'us-east-1b' }) {
    this.#zones = zones;
  }

  attach(request: InterfaceRequest): NetworkInterface {
    const zone = this.#zones[request.subnetId];
    if (zone === undefined) throw new Error(`The subnet ID '${request.subnetId}' does not exist`);
    this.onAttach(request);
    const id = `eni-${this.#next++}`;
    const network = Object.keys(this.#zones).indexOf(request.subnetId) + 1;
    const taken = new Set([...this.attached.values()].map(({ address }) => address));
    let host = 4;
    while (taken.has(`10.0.${network}.${host}`)) host++;
    const address = `10.0.${network}.${host}`;
    this.attached.set(id, { request, address });
    return { id, address, subnetId: request.subnetId, vpcId: 'vpc-1', zone, detach: () => void this.attached.delete(id) };
  }

  egressTo(interfaceId: string, { host, port }: EgressRequest): Verdict {
    return { allowed: true, hop: { from: interfaceId, to: host, port, allowed: true, rule: 'everything may leave' } };
  }

  decide(): never {
    throw new Error('not asked for here');
  }

  async dial(_source: NetworkSource, { address, port }: NetworkDestination): ReturnType<Network['dial']> {
    return { socket: this.answer(address, port), hop: { from: '', to: address, port, allowed: true, rule: '' } };
  }
}
