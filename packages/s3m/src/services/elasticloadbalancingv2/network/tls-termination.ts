import { duplexPair } from 'node:stream';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Clock } from '../../../clock/clock.ts';
import type { TlsServer } from '../tls/tls-server.ts';
import { passOn } from './pass-on.ts';

/** How a TLS listener speaks with its clients and, where the group's protocol is TLS, with its targets. */
export class TlsTermination {
  readonly #server: TlsServer;
  readonly #toTarget: boolean;

  /** @param toTarget whether targets speak TLS too */
  constructor(server: TlsServer, toTarget: boolean) {
    this.#server = server;
    this.#toTarget = toTarget;
  }

  /** The way on to a target, whose certificate nobody checks (NLB-012). */
  send(socket: Socket): Socket {
    return this.#toTarget ? connectTls({ socket, rejectUnauthorized: false }) : socket;
  }

  /** Passes bytes between a client that speaks TLS and the clear way on to its target. */
  async passOn(client: Socket, target: Socket, clock: Clock, idleMs: number): Promise<void> {
    target.on('error', () => client.destroy());
    const clear = await this.#server.receive(client);
    if (clear !== undefined && !target.destroyed) return passOn(clear, target, clock, idleMs);
    clear?.destroy();
    client.destroy();
    target.destroy();
  }

  /** The client's end of a connection into the listener that no other process can make. */
  connect(target: Socket, clock: Clock, idleMs: number): Socket {
    const [client, server] = duplexPair({ allowHalfOpen: true });
    // TLS uses nothing of a socket that a duplex does not have.
    void this.passOn(server as Socket, target, clock, idleMs);
    return client as Socket;
  }
}
