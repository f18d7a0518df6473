import { createServer, type Server, type Socket } from 'node:net';
import { DialFailure } from '../../../capabilities/connection.ts';
import type { Account } from '../../account.ts';
import type { Address } from '../../resource-type.ts';
import { HeldConnections } from '../held-connections.ts';

/** Of reads and writes: with less, a sender is held back after each read. */
const highWaterMark = 262_144;

/** A port of this machine that stands for a listener of an internet-facing Network Load Balancer. */
export interface NetworkDoor {
  readonly address: Address;
  close(): void;
}

export interface DoorRequest {
  readonly account: Account;
  readonly logicalId: string;
  readonly dnsName: string;
  readonly port: number;
  readonly scheme: 'http' | 'https';
  /** Chooses a target for somebody outside. @throws DialFailure */
  open(client: { readonly address: string; readonly port: number }): Promise<Socket>;
  /** Passes bytes between a client and its target. */
  pass(client: Socket, target: Socket): void;
  onFailure(message: string): void;
}

export async function openNetworkDoor(request: DoorRequest): Promise<NetworkDoor> {
  const { account, logicalId, dnsName, port, scheme } = request;
  const sockets = new Set<Socket>();
  const silent = new HeldConnections(account.schedule);
  const server: Server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true, highWaterMark }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    void take(request, socket, silent);
  });
  const local = await account.ports.listen(server, { name: 'lb', logicalId, preferred: 8000 });
  const suffix = port === (scheme === 'https' ? 443 : 80) ? '' : `:${port}`;
  return {
    address: { aws: `${scheme}://${dnsName}${suffix}`, local: `${scheme}://127.0.0.1:${local}` },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function take(request: DoorRequest, socket: Socket, silent: HeldConnections): Promise<void> {
  const { open, pass, onFailure } = request;
  try {
    const target = await open({ address: (socket.remoteAddress ?? '').replace(/^::ffff:/, ''), port: socket.remotePort ?? 0 });
    pass(socket, target);
  } catch (error) {
    onFailure(error instanceof Error ? error.message : String(error));
    if (!(error instanceof DialFailure)) socket.destroy();
    else if (error.kind === 'no-target') socket.end(); // NLB-059
    else if (error.kind === 'refused-by-target') socket.resetAndDestroy(); // NLB-058
    else silent.hold(socket); // NLB-057
  }
}
