import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** A backend that hears the first bytes of a connection, and hangs up. */
export interface HandshakeListener extends Disposable {
  readonly port: number;
  /** Fails unless a handshake record with this server's name in it was heard (RFC 8446 section 5.1, RFC 6066 section 3). */
  assertNamed(serverName: string): void;
}

export async function listenForHandshake(): Promise<HandshakeListener> {
  let hello: Buffer | undefined;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (bytes: Buffer) => {
      hello = bytes;
      socket.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    assertNamed(serverName) {
      assert.equal(hello?.[0], 0x16);
      assert.ok(hello.includes(serverName));
    },
    [Symbol.dispose]: () => server.close(),
  };
}
