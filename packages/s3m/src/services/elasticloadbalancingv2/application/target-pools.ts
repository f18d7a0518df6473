import type { Target } from '../../../capabilities/target-group.ts';
import { createConnectionPool, type ConnectionPool } from '../../../http/connection-pool.ts';
import type { PooledConnection } from '../../../http/pooled-connection.ts';
import type { NetworkInterface } from '../../../network/network.ts';
import type { Account } from '../../account.ts';
import type { PickedTarget } from '../registered-target.ts';
import type { TargetFlows } from '../target-flows.ts';

/** Kept connections to targets, from the node of the target's zone. A target that drains has its connections closed. */
export class TargetPools {
  readonly #account: Account;
  readonly #nodes: readonly NetworkInterface[];
  readonly #pools = new Map<TargetFlows, ConnectionPool<PooledConnection>>();

  constructor(account: Account, nodes: readonly NetworkInterface[]) {
    this.#account = account;
    this.#nodes = nodes;
  }

  find({ target, flows }: PickedTarget): ConnectionPool<PooledConnection> {
    const known = this.#pools.get(flows);
    if (known !== undefined) return known;
    const pool = createConnectionPool({ connect: () => this.#connect(target, flows), clock: this.#account.clock });
    this.#pools.set(flows, pool);
    flows.onceDraining(() => {
      this.#pools.delete(flows);
      pool.close();
    });
    return pool;
  }

  close(): void {
    for (const pool of this.#pools.values()) pool.close();
    this.#pools.clear();
  }

  async #connect(target: Target, flows: TargetFlows): Promise<PooledConnection> {
    const node = this.#nodes.find(({ zone }) => zone === target.zone) ?? this.#nodes[0]!;
    const { socket } = await flows.open(() => this.#account.network.dial({ kind: 'interface', interfaceId: node.id }, target));
    return {
      socket,
      get draining() {
        return flows.draining;
      },
      onDraining: (callback) => flows.onDraining(socket, callback),
    };
  }
}
