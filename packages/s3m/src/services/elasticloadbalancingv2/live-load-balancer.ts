import { DialFailure, type Connection, type ConnectionRoute } from '../../capabilities/connection.ts';
import type { ListenerView, LoadBalancer } from '../../capabilities/load-balancer.ts';
import { NetworkRefusal, type NetworkInterface } from '../../network/network.ts';
import type { NetworkHop } from '../../network/network-hop.ts';
import type { NetworkSource } from '../../network/network-source.ts';
import type { Account } from '../account.ts';
import { ResourceFailure } from '../resource-type.ts';
import { blockedAtNode, noListener } from './dial-failures.ts';
import type { CheckingNode } from './health-check.ts';
import type { LiveTargetGroup, PickedTarget } from './live-target-group.ts';
import type { TargetFlows } from './target-flows.ts';

export interface LiveListener extends ListenerView {
  readonly group: LiveTargetGroup;
}

/** The part of a route that a listener decides. */
type ToGroup = Pick<ConnectionRoute, 'loadBalancer' | 'listener' | 'targetGroup'>;

/** How long a refused connection waits for the word that its target is gone, in real time. */
const leaveNoticeMs = 100;

/** A network load balancer: one node a zone, and listeners that pass connections on. */
export class LiveLoadBalancer implements LoadBalancer {
  readonly arn: string;
  readonly name: string;
  readonly dnsName: string;
  readonly logicalId: string;
  readonly type = 'network' as const;
  readonly #account: Account;
  readonly #nodes: readonly NetworkInterface[];
  readonly #listeners = new Map<number, LiveListener>();

  constructor(parts: {
    readonly arn: string;
    readonly name: string;
    readonly dnsName: string;
    readonly logicalId: string;
    readonly account: Account;
    readonly nodes: readonly NetworkInterface[];
  }) {
    this.arn = parts.arn;
    this.name = parts.name;
    this.dnsName = parts.dnsName;
    this.logicalId = parts.logicalId;
    this.#account = parts.account;
    this.#nodes = parts.nodes;
  }

  get nodeAddresses(): readonly string[] {
    return this.#nodes.map(({ address }) => address);
  }

  get listeners(): readonly ListenerView[] {
    return [...this.#listeners.values()];
  }

  /** @throws ResourceFailure when the port has a listener already (NLB-013) */
  addListener(listener: LiveListener): () => void {
    if (this.#listeners.has(listener.port))
      throw new ResourceFailure('A listener with the specified port already exists.', { property: 'Port' });
    this.#listeners.set(listener.port, listener);
    const unuse = listener.group.use(listener.arn, () => this.#checkingNodes(listener.port));
    return () => {
      unuse();
      if (this.#listeners.get(listener.port) === listener) this.#listeners.delete(listener.port);
    };
  }

  routesTo(targetGroupArn: string): boolean {
    return this.listeners.some(({ targetGroupArns }) => targetGroupArns.includes(targetGroupArn));
  }

  async dial({ port, source }: { readonly port: number; readonly source: NetworkSource }): Promise<Connection> {
    const listener = this.#listeners.get(port);
    if (listener === undefined) throw noListener(this, port, this.#listeners.keys());
    const route = { loadBalancer: this.arn, listener: listener.arn, targetGroup: listener.group.arn };
    for (;;) {
      const picked = listener.group.pick();
      if (picked === undefined) throw new DialFailure('no-target', `Target group "${listener.group.name}" has no registered target`, route);
      try {
        return await this.#open(source, port, picked, route);
      } catch (error) {
        const refused = error instanceof DialFailure && error.kind === 'refused-by-target';
        if (!refused || !(await this.#isLeaving(picked.flows))) throw error;
      }
    }
  }

  /** @throws DialFailure */
  async #open(source: NetworkSource, port: number, { target, flows }: PickedTarget, route: ToGroup): Promise<Connection> {
    // The target group gives out only targets of zones in which there is a node; of another balancer's zone this one has none.
    const node = this.#nodes.find(({ zone }) => zone === target.zone) ?? this.#nodes[0]!;
    const hops: NetworkHop[] = [this.#enter(source, node, port, route)];
    const full: ConnectionRoute = { ...route, target: `${target.address}:${target.port}`, hops };
    try {
      const { socket, hop } = await flows.open(() => this.#account.network.dial({ kind: 'interface', interfaceId: node.id }, target));
      hops.push(hop);
      return {
        socket,
        route: full,
        get draining() {
          return flows.draining;
        },
        onDraining: (callback) => flows.onDraining(socket, callback),
      };
    } catch (error) {
      if (error instanceof NetworkRefusal)
        throw new DialFailure('blocked-by-network', error.message, { ...full, hops: [...hops, error.hop] });
      throw new DialFailure(
        'refused-by-target',
        `Target ${full.target} refused the connection: ${error instanceof Error ? error.message : String(error)}`,
        full,
      );
    }
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

  /** NLB-054, NLB-056: whether the node lets the caller in. @throws DialFailure */
  #enter(source: NetworkSource, node: NetworkInterface, port: number, route: Partial<ConnectionRoute>): NetworkHop {
    const { allowed, hop } = this.#account.network.decide(source, { address: node.address, port });
    if (!allowed) throw blockedAtNode(hop, port, route);
    return hop;
  }

  #checkingNodes(listenerPort: number): CheckingNode[] {
    return this.#nodes.map(({ id, address, zone }) => ({ interfaceId: id, address, zone, listenerPort }));
  }
}
