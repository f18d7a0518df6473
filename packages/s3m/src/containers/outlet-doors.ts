import { chmodSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { join } from 'node:path';
import { splice } from './splice.ts';
import type { Outlet } from './task-runtime.ts';

/** An outlet with the name of its Unix socket in the task's socket directory. */
export interface OutletDoor {
  readonly address: string;
  readonly port: number;
  /** `o0` */
  readonly socket: string;
  /** Whether it takes datagrams as well. */
  readonly udp?: true;
}

/** Unix sockets on which the engine serves a task's ways out. */
export interface OutletDoors {
  readonly doors: readonly OutletDoor[];
  close(): void;
}

/** Listens on one Unix socket an outlet; what connects is carried to `outlet.connect()`. */
export async function openOutletDoors(directory: string, outlets: readonly Outlet[]): Promise<OutletDoors> {
  const open = new Set<Socket>();
  const servers = await Promise.all(outlets.map((outlet, index) => serve(join(directory, `o${index}`), outlet, open)));
  return {
    doors: outlets.map(({ address, port, udp }, index) => ({ address, port, socket: `o${index}`, ...(udp === true ? { udp } : {}) })),
    close: () => {
      for (const server of servers) server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

function serve(path: string, outlet: Outlet, open: Set<Socket>): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (inner) => {
    open.add(inner);
    inner.once('close', () => open.delete(inner));
    inner.on('error', () => inner.destroy());
    if (outlet.accept !== undefined) return outlet.accept(inner);
    if (outlet.connect === undefined) return inner.destroy();
    outlet.connect().then(
      (outer) => splice(inner, outer),
      () => inner.destroy(),
    );
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      chmodSync(path, 0o600);
      resolve(server);
    });
  });
}

/** Whether an outlet's address is on the task's own loopback interface, not around its network. */
export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === 'localhost' || address === '::1';
}
