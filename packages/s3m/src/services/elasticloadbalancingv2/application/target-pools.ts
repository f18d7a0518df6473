import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Clock } from '../../../clock/clock.ts';
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

  /** @param secure whether the target speaks TLS; nobody checks its certificate, as on AWS */
  find({ target, flows }: PickedTarget, secure: boolean): ConnectionPool<PooledConnection> {
    const known = this.#pools.get(flows);
    if (known !== undefined) return known;
    const pool = createConnectionPool({ connect: () => this.#connect(target, flows, secure), clock: this.#account.clock });
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

  async #connect(target: Target, flows: TargetFlows, secure: boolean): Promise<PooledConnection> {
    const node = this.#nodes.find(({ zone }) => zone === target.zone) ?? this.#nodes[0]!;
    const { socket } = await flows.open(() => this.#account.network.dial({ kind: 'interface', interfaceId: node.id }, target));
    return {
      socket: secure ? await secured(socket, this.#account.clock) : socket,
      get draining() {
        return flows.draining;
      },
      onDraining: (callback) => flows.onDraining(socket, callback),
    };
  }
}

/** NLB-071: as long as it may take. */
const handshakeTimeoutMs = 10_000;

function secured(socket: Socket, clock: Clock): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const tls = connectTls({ socket, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] });
    const timer = clock.after(handshakeTimeoutMs, () => tls.destroy(new Error('the TLS handshake took longer than 10 s')));
    tls.once('error', reject);
    tls.once('close', () => timer.cancel());
    tls.once('secureConnect', () => {
      timer.cancel();
      tls.removeListener('error', reject);
      resolve(tls);
    });
  });
}
