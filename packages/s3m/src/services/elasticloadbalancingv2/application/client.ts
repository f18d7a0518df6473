import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Exchange } from '../../../http/exchange.ts';

/** Who has connected to a listener: one object for all requests of a connection. */
export interface Client {
  readonly address: string;
  readonly port: number;
  readonly version: 'HTTP/1.1' | 'HTTP/2.0';
  /** Milliseconds on the account's monotonic clock. */
  readonly since: number;
  /** What was agreed on, of a client with TLS; known once it has sent a request. */
  agreed(): { readonly version: string; readonly cipher: string } | undefined;
}

/** The client of a request, which is known as its peer. */
export function clientOf({ peer }: Exchange): Client {
  return peer as Client;
}

export function createClient(socket: Socket, peer: { readonly address: string; readonly port: number }, since: number): Client {
  return {
    address: peer.address.replace(/^::ffff:/, ''),
    port: peer.port,
    version: socket instanceof TLSSocket && socket.alpnProtocol === 'h2' ? 'HTTP/2.0' : 'HTTP/1.1',
    since,
    agreed: () =>
      socket instanceof TLSSocket ? { version: socket.getProtocol() ?? '', cipher: socket.getCipher()?.name ?? '' } : undefined,
  };
}
