import type { Socket } from 'node:net';
import { DialFailure, type Connection, type ConnectionRoute } from '../../capabilities/connection.ts';
import type { ListenerView, LoadBalancer } from '../../capabilities/load-balancer.ts';
import type { NetworkInterface } from '../../network/network.ts';
import type { NetworkHop } from '../../network/network-hop.ts';
import type { NetworkSource } from '../../network/network-source.ts';
import type { Account } from '../account.ts';
import { ResourceFailure } from '../resource-type.ts';
import { differingCrossZone, zonesWithoutTargets } from './cross-zone-notices.ts';
import { blockedAtNode, noListener } from './dial-failures.ts';
import type { CheckingNode } from './health-check.ts';
import { endWhenIdle } from './network/idle-flow.ts';
import { openNetworkDoor } from './network/network-door.ts';
import type { NetworkListener, NetworkListenerSettings } from './network/network-listener.ts';
import { passOn } from './network/pass-on.ts';
import { openFlow, toFlow, type FlowClient } from './network/open-flow.ts';
import type { LiveTargetGroup } from './live-target-group.ts';
import type { TargetFlows } from './target-flows.ts';

/** How long a refused connection waits for the word that its target is gone, in real time. */
const leaveNoticeMs = 100;

const outside: NetworkSource = { kind: 'outside' };

/** A network load balancer: one node a zone, and listeners that pass connections on. */
export class LiveLoadBalancer implements LoadBalancer {
  readonly arn: string;
  readonly name: string;
  readonly dnsName: string;
  readonly logicalId: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Not reached from outside of its VPC. */
  readonly internal: boolean;
  readonly type = 'network' as const;
  /** `load_balancing.cross_zone.enabled` (NLB-020) */
  crossZone: boolean;
  readonly #account: Account;
  readonly #nodes: readonly NetworkInterface[];
  readonly #listeners = new Map<number, NetworkListener>();
  /** By listener: what ends its use of its target group. */
  readonly #uses = new Map<NetworkListener, () => void>();
  readonly #told = new Set<string>();
  #turn = 0;

  constructor(parts: {
    readonly arn: string;
    readonly name: string;
    readonly dnsName: string;
    readonly logicalId: string;
    readonly account: Account;
    readonly nodes: readonly NetworkInterface[];
    readonly internal: boolean;
    readonly crossZone: boolean;
  }) {
    this.arn = parts.arn;
    this.name = parts.name;
    this.dnsName = parts.dnsName;
    this.logicalId = parts.logicalId;
    this.crossZone = parts.crossZone;
    this.internal = parts.internal;
    this.#account = parts.account;
    this.createdAt = parts.account.clock.now();
    this.#nodes = parts.nodes;
  }

  get nodes(): readonly NetworkInterface[] {
    return this.#nodes;
  }

  get nodeAddresses(): readonly string[] {
    return this.#nodes.map(({ address }) => address);
  }

  get listeners(): readonly ListenerView[] {
    return this.liveListeners;
  }

  get liveListeners(): readonly NetworkListener[] {
    return [...this.#listeners.values()];
  }

  findListener(arn: string): NetworkListener | undefined {
    return [...this.#listeners.values()].find((listener) => listener.arn === arn);
  }

  /** @throws ResourceFailure when the port has a listener already (NLB-013) */
  async addListener(listener: NetworkListener): Promise<void> {
    const { port } = listener;
    if (this.#listeners.has(port)) throw new ResourceFailure('A listener with the specified port already exists.', { property: 'Port' });
    this.#listeners.set(port, listener);
    this.#use(listener);
    if (this.internal) return;
    listener.door = await openNetworkDoor({
      account: this.#account,
      logicalId: this.logicalId,
      dnsName: this.dnsName,
      port,
      scheme: listener.protocol === 'TLS' ? 'https' : 'http',
      open: async (client) => (await this.#connect(listener, this.#chooseNode(listener, outside), { source: outside, ...client })).socket,
      pass: (client, target) => {
        const { tls, idleMs } = listener.settings;
        if (tls !== undefined) return void tls.passOn(client, target, this.#account.clock, idleMs);
        passOn(client, target, this.#account.clock, idleMs);
        client.resume();
      },
      onFailure: (message) => this.#tell(message),
    });
  }

  /** Effective for the next connection. */
  configureListener(listener: NetworkListener, settings: NetworkListenerSettings): void {
    const changes = listener.settings.group !== settings.group;
    listener.settings = settings;
    if (!changes) return;
    this.#uses.get(listener)?.();
    this.#use(listener);
  }

  removeListener(listener: NetworkListener): void {
    this.#uses.get(listener)?.();
    this.#uses.delete(listener);
    listener.door?.close();
    if (this.#listeners.get(listener.port) === listener) this.#listeners.delete(listener.port);
  }

  routesTo(targetGroupArn: string): boolean {
    return this.listeners.some(({ targetGroupArns }) => targetGroupArns.includes(targetGroupArn));
  }

  async dial({ port, source }: { readonly port: number; readonly source: NetworkSource }): Promise<Connection> {
    const listener = this.#findListener(port);
    const node = this.#chooseNode(listener, source);
    return this.#handOver(listener, await this.#connect(listener, node, this.#clientOf(source)));
  }

  /**
   * A connection that something in the VPC has made to the address of one node. @throws DialFailure
   */
  async accept(zone: string, port: number, source: NetworkSource): Promise<Socket> {
    const listener = this.#findListener(port);
    const node = this.#nodes.find((each) => each.zone === zone) ?? this.#nodes[0]!;
    return this.#handOver(listener, await this.#connect(listener, node, this.#clientOf(source))).socket;
  }

  /** Whether VPC links V1 are held against the inbound rules from now on (NLB-054). */
  enforceOnPrivateLink(enforce: boolean): void {
    for (const node of this.#nodes) this.#account.network.modifyInterface(node.id, { privateLink: enforce ? 'filtered' : 'unfiltered' });
  }

  /** Other groups around every node, effective for the next connection (NLB-051). */
  setSecurityGroups(securityGroupIds: readonly string[]): void {
    for (const node of this.#nodes) this.#account.network.modifyInterface(node.id, { securityGroupIds });
  }

  close(): void {
    for (const node of this.#nodes) node.detach();
  }

  /** @throws DialFailure */
  #findListener(port: number): NetworkListener {
    const listener = this.#listeners.get(port);
    if (listener === undefined) throw noListener(this, port, this.#listeners.keys()); // NLB-019, NLB-067
    return listener;
  }

  /** The very socket of the target, or one end of the TLS in front of it: who holds it is told when the target drains. */
  #handOver({ settings: { tls, idleMs } }: NetworkListener, { socket, route, flows, held }: Opened): Connection {
    let given = socket;
    if (tls === undefined) endWhenIdle(socket, this.#account.clock, idleMs);
    else given = tls.connect(socket, this.#account.clock, idleMs);
    return {
      socket: given,
      route,
      get draining() {
        return flows.draining;
      },
      onDraining: (callback) => flows.onDraining(held, callback),
    };
  }

  /** @throws DialFailure */
  async #connect(listener: NetworkListener, node: NetworkInterface, client: FlowClient): Promise<Opened> {
    const { group } = listener.settings;
    const begin = { loadBalancer: this.arn, listener: listener.arn, targetGroup: group.arn };
    const entered = this.#enter(client.source, node, listener.port, begin);
    const flow = toFlow(client, { address: node.address, port: listener.port }, this.#account.random);
    for (;;) {
      const picked = group.pick({ zone: node.zone, flow, ...(client.address === undefined ? {} : { client: client.address }) });
      if (picked === undefined) throw this.#noTarget(group, node, begin);
      const route: ConnectionRoute = { ...begin, target: `${picked.target.address}:${picked.target.port}`, hops: [entered] };
      try {
        const opened = await openFlow(this.#account.network, group, picked, node, client, listener.port, route);
        const { tls } = listener.settings;
        return { ...opened, socket: tls?.send(opened.socket) ?? opened.socket, flows: picked.flows, held: opened.socket };
      } catch (error) {
        const refused = error instanceof DialFailure && error.kind === 'refused-by-target';
        if (!refused || !(await this.#isLeaving(picked.flows))) throw error;
      }
    }
  }

  /** What DNS would answer: nodes of zones that have healthy targets, in turn; of all zones with targets when none has (NLB-010, NLB-023). */
  #chooseNode({ settings: { group } }: NetworkListener, { kind }: NetworkSource): NetworkInterface {
    if (this.#nodes.length === 1) return this.#nodes[0]!;
    const served = this.#nodes.filter(({ zone }) => group.isServed(zone));
    const others = this.#nodes.filter((node) => !served.includes(node)).map(({ zone }) => zone);
    if (kind === 'private-link' && served.length > 0 && others.length > 0)
      this.#tell(zonesWithoutTargets(this.logicalId, group.name, others));
    const some = served.length > 0 ? served : this.#nodes.filter(({ zone }) => group.hasTargets(zone));
    const from = some.length > 0 ? some : this.#nodes;
    return from[this.#turn++ % from.length]!;
  }

  #noTarget(group: LiveTargetGroup, { zone }: NetworkInterface, route: Partial<ConnectionRoute>): DialFailure {
    const elsewhere = group.describe().length > 0 && !group.crossesZones;
    const where = elsewhere ? ` in ${zone}, and cross-zone load balancing is off` : '';
    return new DialFailure('no-target', `Target group "${group.name}" has no registered target${where}`, route);
  }

  #clientOf(source: NetworkSource): FlowClient {
    const { network, random } = this.#account;
    const address = source.kind === 'interface' ? network.interfaces.find(({ id }) => id === source.interfaceId)?.address : undefined;
    return { source, address, port: 1024 + Math.floor(random() * 64_512) };
  }

  /** Whether a target that refuses is on its way out: a task that has died is deregistered a moment later. */
  #isLeaving(flows: TargetFlows): Promise<boolean> {
    return new Promise((resolve) => {
      const left = (): void => {
        timer.cancel();
        resolve(true);
      };
      const timer = this.#account.clock.after(leaveNoticeMs, () => {
        forget();
        resolve(false);
      });
      const forget = flows.onceDraining(left);
    });
  }

  /** NLB-054, NLB-056: whether the node lets the caller in. @throws DialFailure */
  #enter(source: NetworkSource, { address, vpcId }: NetworkInterface, port: number, route: Partial<ConnectionRoute>): NetworkHop {
    const { allowed, hop } = this.#account.network.decide(source, { address, port, vpcId });
    if (!allowed) throw blockedAtNode(hop, port, route);
    return hop;
  }

  #use(listener: NetworkListener): void {
    const user = {
      checkingNodes: (): CheckingNode[] =>
        this.#nodes.map(({ id, address, zone }) => ({ interfaceId: id, address, zone, listenerPort: listener.port })),
      crossesZones: () => this.crossZone,
    };
    const { group } = listener.settings;
    this.#uses.set(listener, group.use(listener.arn, user));
    if (group.targetType === 'alb' && !this.crossZone) this.#tell(differingCrossZone(this.logicalId, group.name));
  }

  /** Each thing once. */
  #tell(message: string): void {
    if (this.#told.has(message) || this.#told.size > 1000) return;
    this.#told.add(message);
    this.#account.emit({ event: 'notice', message });
  }
}

interface Opened {
  /** Clear: what goes in reaches the target as its group's protocol wants it. */
  readonly socket: Socket;
  readonly route: ConnectionRoute;
  readonly flows: TargetFlows;
  /** The target's own socket, by which its flows know it. */
  readonly held: Socket;
}
