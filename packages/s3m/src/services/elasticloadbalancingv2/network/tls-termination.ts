import { duplexPair } from 'node:stream';
import type { Socket } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';
import type { TlsServerSettings } from '../tls-server-settings.ts';

/** How a TLS listener speaks with its clients and, where the group's protocol is TLS, with its targets. */
export class TlsTermination {
  readonly #settings: TlsServerSettings;
  readonly #toTarget: boolean;

  /** @param toTarget whether targets speak TLS too */
  constructor(settings: TlsServerSettings, toTarget: boolean) {
    this.#settings = settings;
    this.#toTarget = toTarget;
  }

  /** The clear side of a client's connection. */
  receive(socket: Socket): Socket {
    return new TLSSocket(socket, { isServer: true, ...this.#settings });
  }

  /** The way on to a target, whose certificate nobody checks (NLB-012). */
  send(socket: Socket): Socket {
    return this.#toTarget ? connectTls({ socket, rejectUnauthorized: false }) : socket;
  }

  /** The client's end of a connection into the listener that no other process can make, and the clear side of the other end. */
  connect(): { readonly client: Socket; readonly clear: Socket } {
    const [client, server] = duplexPair({ allowHalfOpen: true });
    // TLS uses nothing of a socket that a duplex does not have.
    return { client: client as Socket, clear: this.receive(server as Socket) };
  }
}
