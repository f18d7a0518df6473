import { createServer, type Socket } from 'node:net';
import type { Connection } from '../../../capabilities/connection.ts';
import type { ListenerView, LoadBalancer } from '../../../capabilities/load-balancer.ts';
import type { NetworkInterface } from '../../../network/network.ts';
import type { NetworkSource } from '../../../network/network-source.ts';
import type { Account } from '../../account.ts';
import { ResourceFailure } from '../../resource-type.ts';
import { blockedAtNode, noListener } from '../dial-failures.ts';
import { FunctionTargetGroup } from '../functions/function-group.ts';
import type { CheckingNode } from '../health-check.ts';
import { LiveTargetGroup } from '../live-target-group.ts';
import type { ServedCertificate } from '../tls/served-certificate.ts';
import type { TlsServer } from '../tls/tls-server.ts';
import type { BalancerSettings } from './balancer-settings.ts';
import type { ListenerHeaders } from './listener-headers.ts';
import type { ListenerAction } from './action.ts';
import { ApplicationListener } from './application-listener.ts';
import { HeldConnections } from '../held-connections.ts';
import { TargetPools } from './target-pools.ts';

/** An Application Load Balancer: nodes that speak HTTP with clients, and with targets. */
export class ApplicationBalancer implements LoadBalancer {
  readonly arn: string;
  readonly name: string;
  readonly dnsName: string;
  readonly logicalId: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Not reached from outside of its VPC. */
  readonly internal: boolean;
  readonly type = 'application' as const;
  #settings: BalancerSettings;
  readonly #account: Account;
  readonly #nodes: readonly NetworkInterface[];
  readonly #pools: TargetPools;
  readonly #listeners = new Map<number, ApplicationListener>();
  /** By listener, then by target group: what ends its use. */
  readonly #uses = new Map<string, Map<string, () => void>>();
  readonly #told = new Set<string>();

  constructor(parts: {
    readonly arn: string;
    readonly name: string;
    readonly dnsName: string;
    readonly account: Account;
    readonly nodes: readonly NetworkInterface[];
    readonly internal: boolean;
    readonly logicalId: string;
    readonly settings: BalancerSettings;
  }) {
    this.arn = parts.arn;
    this.name = parts.name;
    this.dnsName = parts.dnsName;
    this.internal = parts.internal;
    this.logicalId = parts.logicalId;
    this.#settings = parts.settings;
    this.#account = parts.account;
    this.createdAt = parts.account.clock.now();
    this.#nodes = parts.nodes;
    this.#pools = new TargetPools(parts.account, parts.nodes);
  }

  get listeners(): readonly ListenerView[] {
    return this.liveListeners;
  }

  get liveListeners(): readonly ApplicationListener[] {
    return [...this.#listeners.values()];
  }

  get settings(): BalancerSettings {
    return this.#settings;
  }

  /** Other attributes, for requests to come. */
  configure(settings: BalancerSettings): void {
    this.#settings = settings;
    for (const listener of this.#listeners.values()) listener.settingsChanged();
  }

  get nodes(): readonly NetworkInterface[] {
    return this.#nodes;
  }

  get nodeAddresses(): readonly string[] {
    return this.#nodes.map(({ address }) => address);
  }

  findListener(arn: string): ApplicationListener | undefined {
    return [...this.#listeners.values()].find((listener) => listener.arn === arn);
  }

  /** @throws ResourceFailure when the port has a listener already (NLB-013) */
  async addListener(listener: {
    readonly arn: string;
    readonly port: number;
    readonly action: ListenerAction;
    readonly tls?: TlsServer;
    readonly certificates: ServedCertificate[];
    readonly headers: ListenerHeaders;
  }): Promise<ApplicationListener> {
    if (this.#listeners.has(listener.port))
      throw new ResourceFailure('A listener with the specified port already exists.', { property: 'Port' });
    const forwarding = {
      account: this.#account,
      pools: this.#pools,
      settings: () => this.#settings,
      findGroup: (arn: string) => this.#findGroup(arn),
      findFunctions: (arn: string) => this.#findFunctions(arn),
      onFailure: (why: string) => this.#tell(`Load balancer "${this.name}" answers by itself: ${why}`),
    };
    const added = new ApplicationListener(listener, forwarding, () => this.#use(added));
    this.#listeners.set(listener.port, added);
    this.#use(added);
    if (!this.internal) await this.#open(added);
    return added;
  }

  async removeListener(listener: ApplicationListener, graceMs: number): Promise<void> {
    if (this.#listeners.get(listener.port) === listener) this.#listeners.delete(listener.port);
    for (const unuse of this.#uses.get(listener.arn)?.values() ?? []) unuse();
    this.#uses.delete(listener.arn);
    await listener.close(graceMs);
  }

  routesTo(targetGroupArn: string): boolean {
    return this.listeners.some(({ targetGroupArns }) => targetGroupArns.includes(targetGroupArn));
  }

  async dial({ port, source }: { readonly port: number; readonly source: NetworkSource }): Promise<Connection> {
    const listener = this.#listeners.get(port);
    if (listener === undefined) throw noListener(this, port, this.#listeners.keys());
    const route = { loadBalancer: this.arn, listener: listener.arn };
    const node = this.#nodes[Math.floor(this.#account.random() * this.#nodes.length)]!;
    const { allowed, hop } = this.#account.network.decide(source, { address: node.address, port, vpcId: node.vpcId });
    if (!allowed) throw blockedAtNode(hop, port, route);
    return {
      socket: listener.connect({ address: this.#addressOf(source) ?? '0.0.0.0', port: 1024 }),
      route: { ...route, hops: [hop] },
      draining: false,
      onDraining: () => {},
    };
  }

  /** A connection that something in the VPC has made to the address of a node. @throws DialFailure */
  async accept(port: number, source: NetworkSource): Promise<Socket> {
    const listener = this.#listeners.get(port);
    if (listener === undefined) throw noListener(this, port, this.#listeners.keys());
    return listener.connect({ address: this.#addressOf(source) ?? '0.0.0.0', port: 1024 });
  }

  /** Of the client: what a Network Load Balancer in front preserves, else the interface's own. */
  #addressOf(source: NetworkSource): string | undefined {
    if (source.kind !== 'interface') return undefined;
    if (typeof source.clientAddress === 'string') return source.clientAddress;
    return this.#account.network.interfaces.find(({ id }) => id === source.interfaceId)?.address;
  }

  /** Other groups around every node, effective for the next connection. */
  setSecurityGroups(securityGroupIds: readonly string[]): void {
    for (const node of this.#nodes) this.#account.network.modifyInterface(node.id, { securityGroupIds });
  }

  close(): void {
    this.#pools.close();
    for (const node of this.#nodes) node.detach();
  }

  /** Begins to use the target groups that the listener sends to now, and ends the use of others. */
  #use(listener: ApplicationListener): void {
    const uses = this.#uses.get(listener.arn) ?? new Map<string, () => void>();
    this.#uses.set(listener.arn, uses);
    const wanted = new Set(listener.targetGroupArns);
    for (const [arn, unuse] of uses) {
      if (wanted.has(arn)) continue;
      unuse();
      uses.delete(arn);
    }
    for (const arn of wanted) {
      const group = this.#findGroup(arn);
      if (group !== undefined && !uses.has(arn))
        uses.set(arn, group.use(listener.arn, { checkingNodes: () => this.#checkingNodes(listener.port), crossesZones: () => true }));
    }
  }

  /** A port of this machine stands for the listener of an internet-facing balancer. Who the groups don't let in hears nothing, as on AWS. */
  async #open(listener: ApplicationListener): Promise<void> {
    const { network, ports, schedule } = this.#account;
    const [{ address, vpcId } = { address: '', vpcId: '' }] = this.#nodes;
    const held = new HeldConnections(schedule);
    const door = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      const { allowed, hop } = network.decide({ kind: 'outside' }, { address, port: listener.port, vpcId });
      if (allowed) return listener.accept(socket);
      this.#tell(`${hop.from} cannot reach ${hop.to} on port ${hop.port}: ${hop.rule}`);
      held.hold(socket);
    });
    const port = await ports.listen(door, { name: 'lb', logicalId: this.logicalId, preferred: 8000 });
    listener.door = door;
    const scheme = listener.protocol.toLowerCase();
    const suffix = listener.port === (scheme === 'https' ? 443 : 80) ? '' : `:${listener.port}`;
    listener.local = { aws: `${scheme}://${this.dnsName}${suffix}`, local: `${scheme}://127.0.0.1:${port}` };
  }

  /** Each thing once. */
  #tell(message: string): void {
    if (this.#told.has(message) || this.#told.size > 1000) return;
    this.#told.add(message);
    this.#account.emit({ event: 'notice', message });
  }

  #findGroup(arn: string): LiveTargetGroup | undefined {
    const group = this.#account.directory.find('targetGroup', arn);
    return group instanceof LiveTargetGroup ? group : undefined;
  }

  #findFunctions(arn: string): FunctionTargetGroup | undefined {
    const group = this.#account.directory.find('targetGroup', arn);
    return group instanceof FunctionTargetGroup ? group : undefined;
  }

  #checkingNodes(listenerPort: number): CheckingNode[] {
    return this.#nodes.map(({ id, address, zone }) => ({ interfaceId: id, address, zone, listenerPort }));
  }
}
