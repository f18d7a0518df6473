import assert from 'node:assert/strict';
import { duplexPair } from 'node:stream';
import { once } from 'node:events';
import { connect } from 'node:tls';
import { test } from 'node:test';
import { readClientHello } from '../../../src/services/elasticloadbalancingv2/tls/client-hello.ts';

/** The first bytes of Node's own client. */
async function helloOf(servername: string | undefined, ALPNProtocols: string[] = []): Promise<Buffer> {
  const [client, server] = duplexPair();
  const tls = connect({ socket: client, ALPNProtocols, ...(servername === undefined ? {} : { servername }) });
  tls.on('error', () => {});
  const [bytes] = (await once(server, 'data')) as [Buffer];
  tls.destroy();
  return bytes;
}

/** The same message in records of `size` bytes. */
function inRecords(hello: Buffer, size: number): Buffer {
  const message = hello.subarray(5);
  const records: Buffer[] = [];
  for (let at = 0; at < message.length; at += size) {
    const part = message.subarray(at, at + size);
    const head = Buffer.from([22, 3, 1, 0, 0]);
    head.writeUInt16BE(part.length, 3);
    records.push(head, part);
  }
  return Buffer.concat(records);
}

test('the name that a client asks for is read from its first message, however it is cut', async () => {
  const hello = await helloOf('shop.example.com', ['h2', 'http/1.1']);
  assert.deepEqual(readClientHello(hello), { kind: 'complete', serverName: 'shop.example.com' });
  for (const size of [1, 3, 100]) {
    assert.deepEqual(readClientHello(inRecords(hello, size)), { kind: 'complete', serverName: 'shop.example.com' });
  }
  for (let length = 0; length < hello.length; length++) {
    assert.equal(readClientHello(hello.subarray(0, length)).kind, 'incomplete', `${length} bytes`);
  }
  assert.deepEqual(readClientHello(await helloOf(undefined)), { kind: 'complete', serverName: undefined });
});

test('what is no first message of TLS has no name, and nothing throws', async () => {
  const nameless = { kind: 'complete', serverName: undefined };
  assert.deepEqual(readClientHello(Buffer.from('GET / HTTP/1.1\r\n')), nameless);
  const hello = await helloOf('shop.example.com');
  for (let at = 0; at < hello.length; at++) {
    const broken = Buffer.from(hello);
    broken[at]! ^= 0xff;
    readClientHello(broken);
  }
  assert.deepEqual(readClientHello(Buffer.from([22, 3, 1, 0, 0])), nameless, 'an empty record');
});
