import type { Socket } from 'node:net';
import { DialFailure } from '../capabilities/connection.ts';
import type { LoadBalancer } from '../capabilities/load-balancer.ts';
import type { TaskNeighbours, TaskPlace } from '../containers/task-runtime.ts';
import { formatRange, rangeHolds, tryParseAddress } from '../network/ipv4.ts';
import { macAddress } from '../network/mac-address.ts';
import type { EgressRequest } from '../network/vpc-network.ts';
import { NetworkRefusal, type NetworkInterface } from '../network/network.ts';
import type { Account } from './account.ts';
import { decideCalls, dialEndpoint } from './calls-from-vpc.ts';
import { endpointAt } from './endpoint-names.ts';
import { internalDomain, resolversOf } from './vpc-dns.ts';
import { resolveInVpc } from './vpc-names.ts';

/** As long as Linux tries to open a connection: six SYNs, in milliseconds. Scaled like other waits for nothing. */
const CONNECT_TIMEOUT_MS = 127_000;

/** For people: what has no name of AWS's. */
const INTERNET = 'the internet';

export interface NeighbourOptions {
  /** Whether connections out of the VPC are decided too, by routes, groups and ACLs (VPC-001 to VPC-026); what may leave goes the usual way. */
  readonly outward: boolean;
  refused(why: string): void;
}

/**
 * What a task or a function finds in its VPC: names of Cloud Map services of the VPC's namespaces and of load balancers, and every address. Who is behind
 * them is looked up, and each connection decided by the network, when it is made (VPC-050). What the network refuses is silent on the wire,
 * as on AWS (VPC-030), and `refused` is told why, once for each address.
 */
export function vpcNeighbours(
  account: Account,
  from: Pick<NetworkInterface, 'id' | 'vpcId' | 'address'>,
  { outward, refused }: NeighbourOptions,
): TaskNeighbours {
  const told = new Set<string>();
  const tell = (where: string, why: string): void => {
    if (!told.has(where)) refused(why);
    told.add(where);
  };
  // Local URLs of a VPC endpoint are without TLS: what is decided is the port that AWS's have (VPC-023).
  const decidedPort = (address: string, port: number): number =>
    port === 80 && endpointAt(account, from.vpcId, address) !== undefined ? 443 : port;
  const dial = async (address: string, port: number): Promise<Socket> => {
    const source = { kind: 'interface', interfaceId: from.id } as const;
    try {
      const balancer = balancerAt(account, from.vpcId, address);
      if (balancer !== undefined) return (await balancer.dial({ port, source })).socket;
      return (await account.network.dial(source, { address, port: decidedPort(address, port) })).socket;
    } catch (error) {
      const silent = error instanceof NetworkRefusal || (error instanceof DialFailure && error.kind !== 'refused-by-target');
      if (!silent) throw Object.assign(new Error(`connect ECONNREFUSED ${address}:${port}`), { code: 'ECONNREFUSED' });
      tell(`${address}:${port}`, error.message);
      return silence(account, address, port);
    }
  };
  return {
    place: placeOf(account, from),
    offers: async (address) => {
      const source = { kind: 'interface', interfaceId: from.id } as const;
      const ports = await portsAt(account, from.vpcId, address);
      const verdicts = ports.map((port) => account.network.decide(source, { address, port: decidedPort(address, port) }));
      // Nothing will be heard of a connection that is never let through to the engine.
      if (ports.length > 0 && verdicts.every(({ allowed }) => !allowed))
        tell(`${address}:${ports[0]}`, new NetworkRefusal(verdicts[0]!.hop).message);
      return ports.filter((_port, index) => verdicts[index]!.allowed);
    },
    resolve: (name) => resolveInVpc(account, from.vpcId, name),
    dial: (host, port) => {
      const address = isAddress(host) ? host : resolveInVpc(account, from.vpcId, host)?.addresses[0];
      if (address === undefined || !isOfVpc(account, from.vpcId, address)) {
        if (!outward) return undefined;
        const toAws = host.startsWith('127.') && port === account.endpoint.port;
        const hop = toAws ? decideCalls(account, from) : account.network.egressTo(from.id, outsideOf(host, port));
        // Which API a call is for stands in the call: the endpoint has to know from where it comes.
        if (hop.allowed) {
          if (!toAws) return undefined;
          return { address: host, socket: dialEndpoint(account, { from, refused: (why) => tell(`${host}:${port} ${why}`, why) }) };
        }
        tell(`${host}:${port}`, new NetworkRefusal(hop.hop).message);
        return { address: host, socket: silence(account, host, port) };
      }
      return { address, socket: dial(address, port) };
    },
    cannotUse: (container, why) => {
      const name = account.directory.list('discoveryService').find(([, { namespace }]) => namespace.vpcId === from.vpcId)?.[1].dnsName;
      if (name !== undefined) refused(`${name}, asked for in container "${container}": ${why}`);
    },
  };
}

/** Whom a connection out of the VPC goes to on AWS: what answers on this machine stands for the internet. */
function outsideOf(host: string, port: number): EgressRequest {
  return host.startsWith('127.') ? { host: INTERNET, port: 443 } : { host, port };
}

/** What a packet that is dropped comes to. */
async function silence(account: Account, address: string, port: number): Promise<never> {
  await new Promise<void>((resolve) => void account.schedule.after(CONNECT_TIMEOUT_MS, resolve));
  throw Object.assign(new Error(`connect ETIMEDOUT ${address}:${port}`), { code: 'ETIMEDOUT' });
}

function placeOf(account: Account, { id, vpcId, address }: Pick<NetworkInterface, 'id' | 'vpcId' | 'address'>): TaskPlace {
  const ranges = account.network.model.findVpc(vpcId)?.ranges ?? [];
  return {
    address,
    macAddress: macAddress(id),
    ranges: ranges.map(formatRange),
    resolvers: resolversOf(account, vpcId),
    searchDomain: internalDomain(account.region),
  };
}

async function portsAt(account: Account, vpcId: string, address: string): Promise<readonly number[]> {
  const balancer = balancerAt(account, vpcId, address);
  if (balancer !== undefined) return balancer.listeners.map(({ port }) => port);
  const found = account.network.interfaces.find((each) => each.vpcId === vpcId && each.address === address);
  return (await found?.ports()) ?? [];
}

function balancerAt(account: Account, vpcId: string, address: string): LoadBalancer | undefined {
  const owner = account.network.interfaces.find((each) => each.vpcId === vpcId && each.address === address)?.name;
  return account.directory
    .list('loadBalancer')
    .find(([, { logicalId, nodeAddresses }]) => nodeAddresses.includes(address) && owner?.endsWith(` node of ${logicalId}`) === true)?.[1];
}

function isOfVpc(account: Account, vpcId: string, address: string): boolean {
  const number = tryParseAddress(address);
  const ranges = account.network.model.findVpc(vpcId)?.ranges ?? [];
  return number !== undefined && ranges.some((range) => rangeHolds(range, number));
}

function isAddress(host: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(host);
}
