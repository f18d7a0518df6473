import type { NetworkHop } from '../network/network-hop.ts';
import type { VpcLink } from '../capabilities/vpc-link.ts';
import { tryParseAddress } from '../network/ipv4.ts';
import { NetworkRefusal } from '../network/network.ts';
import type { NetworkSource } from '../network/network-source.ts';
import type { InterfaceView } from '../network/vpc-network.ts';
import type { Account } from '../services/account.ts';
import { resolveInVpc } from '../services/vpc-names.ts';
import { findGatewaySource, noVpcLink, type GatewaySource } from './gateway-source.ts';
import { userFailure } from './problem.ts';

/** Whether one thing reaches another, and why. */
export interface Reach extends NetworkHop {
  /** Of an allowed way to an interface: whether something listens there. */
  readonly listens?: 'yes' | 'no';
  /** What the load balancer's health checks last saw of the target. */
  readonly health?: string;
}

export interface ReachQuestion {
  /**
   * `internet`, `gateway` (API Gateway through a VPC link V1), the logical id of a VPC link or of an API (each of its links), or a part of
   * the name, address or id of an interface: `WeatherService`.
   */
  readonly from: string;
  /** The same, a name of the VPC (`backend.app.local`), or a host outside: `dynamodb.us-east-1.amazonaws.com`. */
  readonly to: string;
  /** By default the target's port, the listeners' ports, 443 for a host. */
  readonly port?: number;
}

interface Source {
  readonly source: NetworkSource;
  /** Undefined for what is outside of every VPC. */
  readonly interface: InterfaceView | undefined;
  /** The VPC link V1 that is meant; it leads to one load balancer (NLB-063). */
  readonly link?: VpcLink;
}

/**
 * Asks the network as a dial would, and dials where the answer is yes. Where a name stands for several interfaces (tasks, a balancer's nodes),
 * each pair is asked.
 * @throws EngineFailure for a name that means nothing or too much
 */
export async function explainReach(account: Account, question: ReachQuestion): Promise<readonly Reach[]> {
  const { to, port } = question;
  const sources = findSources(account, question.from);
  const targets = to === 'internet' ? [] : findInterfaces(account, to);
  if (targets.length > 0) return reachAll(account, sources, targets, port);
  if (to === 'internet' || !to.includes('.')) throw unknownName(account, to);
  return (await Promise.all(sources.map((source) => reachHost(account, source, question)))).flat();
}

async function reachAll(
  account: Account,
  sources: readonly Source[],
  targets: readonly InterfaceView[],
  port: number | undefined,
): Promise<readonly Reach[]> {
  const pairs = sources.flatMap((source) =>
    targets.flatMap((target) => portsOf(account, target, port).map((each) => ({ source, target, port: each }))),
  );
  return Promise.all(
    pairs
      .filter(({ source, target }) => source.interface?.id !== target.id)
      .map(({ source, target, port: each }) => tryReach(account, source, target, each)),
  );
}

/** By the name that a program would use: one of the VPC, or of a host outside. */
async function reachHost(account: Account, from: Source, { to, port }: ReachQuestion): Promise<readonly Reach[]> {
  const { source, interface: own } = from;
  if (own === undefined)
    throw userFailure('NotInVpc', `${source.kind === 'private-link' ? 'API Gateway' : 'The internet'} reaches ${to} without any VPC`);
  if (tryParseAddress(to) !== undefined) return [account.network.decide(source, { address: to, port: port ?? 443 }).hop];
  const refused = (rule: string): readonly Reach[] => [{ from: labelOf(own), to, port: port ?? 443, allowed: false, rule }];
  const vpc = account.network.model.findVpc(own.vpcId);
  if (vpc?.dns.support === false) return refused(`EnableDnsSupport of ${vpc.id} (${vpc.name}) is off, so no name is found in it`); // VPC-007
  const records = resolveInVpc(account, own.vpcId, to);
  if (records === undefined) return [account.network.egressTo(own.id, { host: to, port: port ?? 443 }).hop];
  // SRV records lead to names of their own.
  const instances = records.srv.map((each) => ({
    port: port ?? each.port,
    addresses: resolveInVpc(account, own.vpcId, each.name)?.addresses ?? [],
  }));
  const reached = await Promise.all(
    [{ port, addresses: records.addresses }, ...instances].map((each) => {
      const holders = account.network.interfaces.filter(({ address }) => each.addresses.includes(address));
      const near = holders.filter(({ vpcId }) => vpcId === own.vpcId);
      return reachAll(account, [from], near.length > 0 ? near : holders, each.port);
    }),
  );
  const answers = reached.flat();
  return answers.length > 0 ? answers : refused(`nobody else stands behind the name ${to} now`);
}

/** Nothing joins VPCs here. Their ranges may be the same, so the address alone would be somebody else's in the VPC of `from`. */
function apart({ network }: Account, from: InterfaceView, to: InterfaceView, port: number): Reach {
  const vpc = ({ vpcId }: InterfaceView): string => `${vpcId} (${network.model.findVpc(vpcId)?.name})`;
  return {
    from: labelOf(from),
    to: labelOf(to),
    port,
    allowed: false,
    rule: `${labelOf(from)} is in ${vpc(from)} and ${labelOf(to)} in ${vpc(to)}, and nothing joins the two. To open it, put both into one VPC: peering and transit gateways are not supported`,
  };
}

async function tryReach(account: Account, from: Source, target: InterfaceView, port: number): Promise<Reach> {
  const { source, interface: own } = from;
  if (own !== undefined && own.vpcId !== target.vpcId) return apart(account, own, target, port);
  const { address, vpcId } = target;
  const astray = from.link === undefined ? undefined : wrongBalancer(account, from.link, target, port);
  if (astray !== undefined) return astray;
  const { allowed, hop } = account.network.decide(source, { address, port, vpcId });
  const health = healthOf(account, address, port);
  const known = health === undefined ? {} : { health };
  if (!allowed) return { ...hop, ...known };
  // A balancer's node accepts for its listeners; nothing is dialled through it here.
  const balancer = account.directory.list('loadBalancer').find(([, { nodeAddresses }]) => nodeAddresses.includes(address))?.[1];
  if (balancer !== undefined) {
    return { ...hop, listens: balancer.listeners.some((listener) => listener.port === port) ? 'yes' : 'no', ...known };
  }
  try {
    const { socket } = await account.network.dial(source, { address, port, vpcId });
    socket.destroy();
    return { ...hop, listens: 'yes', ...known };
  } catch (error) {
    if (error instanceof NetworkRefusal) return { ...error.hop, ...known };
    return { ...hop, listens: 'no', ...known };
  }
}

/** What a VPC link V1 leads to are the nodes of its one load balancer, and nothing else. */
function wrongBalancer({ directory }: Account, link: VpcLink, target: InterfaceView, port: number): Reach | undefined {
  const balancer = directory.find('loadBalancer', link.loadBalancerArn);
  if (balancer?.nodeAddresses.includes(target.address) === true) return undefined;
  const leads = balancer === undefined ? `${link.loadBalancerArn}, which does not exist` : `the nodes of ${balancer.logicalId} only`;
  return { from: `VPC link ${labelOfLink(link)}`, to: labelOf(target), port, allowed: false, rule: `it leads to ${leads}` };
}

function labelOfLink({ logicalId, id }: VpcLink): string {
  return `${logicalId} (${id})`;
}

function labelOf({ name, address }: InterfaceView): string {
  return `${name} (${address})`;
}

function healthOf({ directory }: Account, address: string, port: number): string | undefined {
  for (const [, group] of directory.list('targetGroup')) {
    const target = group.describe().find((candidate) => candidate.address === address && candidate.port === port);
    if (target === undefined) continue;
    const { state, reason } = target.health;
    return [`${state} in target group ${group.name}`, reason, target.detail].filter((part) => part !== undefined).join(': ');
  }
  return undefined;
}

/** A target's port, a balancer's listeners. @throws EngineFailure when neither tells */
function portsOf({ directory }: Account, { name, address }: InterfaceView, port: number | undefined): readonly number[] {
  if (port !== undefined) return [port];
  const targets = directory.list('targetGroup').flatMap(([, group]) => group.describe());
  const balancers = directory.list('loadBalancer').filter(([, { nodeAddresses }]) => nodeAddresses.includes(address));
  const ports = new Set([
    ...targets.filter((target) => target.address === address).map((target) => target.port),
    ...balancers.flatMap(([, { listeners }]) => listeners.map((listener) => listener.port)),
  ]);
  if (ports.size > 0) return [...ports];
  throw userFailure('PortMissing', `Which port of ${name}?`, 'Say it as the third word: s3m why A B 8080');
}

function findSources(account: Account, name: string): readonly Source[] {
  if (name === 'internet') return [{ source: { kind: 'outside' }, interface: undefined }];
  if (name === 'gateway') return [{ source: { kind: 'private-link', vpcLinkId: 'of API Gateway' }, interface: undefined }];
  const whole = findGatewaySource(account.directory, name, 'whole');
  if (whole !== undefined && isSomeone(whole)) return sourcesOf(account, whole);
  const found = findInterfaces(account, name);
  if (found.length > 0) return found.map(toSource);
  const part = findGatewaySource(account.directory, name, 'part');
  if (part === undefined) throw unknownName(account, name);
  if (!isSomeone(part)) throw noVpcLink(name);
  return sourcesOf(account, part);
}

function isSomeone({ links, linkV2Ids }: GatewaySource): boolean {
  return links.length + linkV2Ids.length > 0;
}

function sourcesOf(account: Account, { links, linkV2Ids }: GatewaySource): readonly Source[] {
  const found = linkV2Ids.flatMap((id) => findInterfaces(account, `(${id})`));
  return [
    ...links.map((link): Source => ({ source: { kind: 'private-link', vpcLinkId: labelOfLink(link) }, interface: undefined, link })),
    ...found.map(toSource),
  ];
}

function toSource(each: InterfaceView): Source {
  return { source: { kind: 'interface', interfaceId: each.id }, interface: each };
}

/** By id, by address, else by a part of the name in any case. */
function findInterfaces({ network }: Account, name: string): readonly InterfaceView[] {
  const all = network.interfaces;
  const exact = all.filter(({ id, address }) => id === name || address === name);
  if (exact.length > 0) return exact;
  return all.filter((each) => each.name.toLowerCase().includes(name.toLowerCase()));
}

function unknownName({ network, directory }: Account, name: string): Error {
  const gateways = [...directory.list('api'), ...directory.list('vpcLink')].map(([, { logicalId }]) => logicalId);
  const names = [...new Set([...gateways, ...network.interfaces.map((each) => `${each.name} (${each.address})`)])];
  return userFailure(
    'NoSuchInterface',
    `Nothing in the network is called "${name}"`,
    names.length === 0
      ? 'The template has nothing in a VPC.'
      : `A part of a name, an address or an id will do; APIs and VPC links V1 come first only. There are: internet, gateway, ${names.join(', ')}.`,
  );
}
