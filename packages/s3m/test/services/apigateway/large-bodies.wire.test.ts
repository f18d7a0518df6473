import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { duplexPair, type Duplex } from 'node:stream';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import { connectTo, openGateway, proxy, type Gateway } from './gateway-fixture.ts';

const mebi = 1024 * 1024;
/** Far more than what may be held of a body on its way, far less than the body. */
const held = mebi;

interface Wire extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly client: Socket;
  /** Bytes that the client got, as text. */
  readonly received: () => string;
  /** The backend's ends of the connections that were dialled, in order. */
  readonly backends: readonly Duplex[];
  /** The backend's end of a connection, once it is dialled. */
  backend(index?: number): Promise<Duplex>;
}

/** A client and a backend that speak raw bytes, with the gateway between them. The backend's connections are in memory: nothing else holds bytes. */
async function openWire(clock = new VirtualClock()): Promise<Wire> {
  const gateway = await openGateway({ clock });
  const backends: Duplex[] = [];
  const { route } = await connectTo(gateway.port).then((connection) => (connection.socket.destroy(), connection));
  await gateway.backend(undefined, async () => {
    const [near, far] = duplexPair();
    far.on('error', () => {});
    backends.push(far);
    return { socket: near as Socket, route, draining: false, onDraining: () => {} };
  });
  await gateway.method('ANY', '/upload', proxy());
  await gateway.deploy();
  const client = connect({ port: gateway.port, host: '127.0.0.1', allowHalfOpen: true });
  client.on('error', () => {});
  await once(client, 'connect');
  let received = '';
  client.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
  return {
    gateway,
    client,
    received: () => received,
    backends,
    backend: async (index = 0) => {
      await until(() => backends[index] !== undefined);
      return backends[index]!;
    },
    async [Symbol.asyncDispose]() {
      client.destroy();
      for (const backend of backends) backend.destroy();
      await gateway[Symbol.asyncDispose]();
    },
  };
}

async function until(isSo: () => boolean): Promise<void> {
  const since = performance.now();
  while (!isSo()) {
    if (performance.now() - since > 10_000) throw new Error('it did not come about within ten seconds');
    await sleep(2);
  }
}

/** Waits until a count stays the same for a while. */
async function settled(count: () => number): Promise<number> {
  for (let last = -1; ;) {
    const now = count();
    if (now === last) return now;
    last = now;
    await sleep(150);
  }
}

/** The other side has ended, or broken off. */
async function gone(stream: Duplex): Promise<void> {
  await Promise.race([once(stream, 'end'), once(stream, 'close')]);
}

/** Reads what comes into a text. */
function collect(stream: Duplex): () => string {
  let text = '';
  stream.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  return () => text;
}

const head = (method: string, length: number): string =>
  `${method} /prod/upload HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${length}\r\n\r\n`;

test('a body of a declared length goes on while it comes, with that length (AG-234)', async () => {
  await using wire = await openWire();
  const length = 300_000;
  wire.client.write(head('POST', length) + 'a'.repeat(200_000));
  const seen = collect(await wire.backend());
  await until(() => seen().endsWith('a'.repeat(200_000)));
  const [lines] = seen().split('\r\n\r\n');
  assert.match(lines!, /^POST \/ HTTP\/1\.1\r\n/);
  assert.match(lines!, /\r\nContent-Length: 300000$/);
  assert.doesNotMatch(lines!, /Transfer-Encoding/i);
  wire.client.write('b'.repeat(100_000));
  await until(() => seen().endsWith('b'.repeat(100_000)));
  (await wire.backend()).write('HTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\ndone');
  await until(() => wire.received().endsWith('done'));
  assert.match(wire.received(), /^HTTP\/1\.1 201 Created\r\n/);
});

test('a backend that does not read holds the client back, and nothing is kept in between', async () => {
  await using wire = await openWire();
  wire.client.write(head('PUT', 10 * mebi));
  let pushed = 0;
  const push = (): void => {
    while (pushed < 10 * mebi) {
      pushed += 65_536;
      if (!wire.client.write(Buffer.alloc(65_536, 'a'))) return;
    }
  };
  wire.client.on('drain', push);
  push();
  const backend = await wire.backend();
  await settled(() => pushed);
  const taken = backend.readableLength;
  assert.ok(taken < held, `${taken} bytes were handed to a backend that reads nothing`);
  const seen = collect(backend);
  await until(() => seen().length > 10 * mebi);
  assert.equal(seen().split('\r\n\r\n')[1]!.length, 10 * mebi);
});

test('a client that goes away in the middle of its body takes the backend’s request with it', async () => {
  await using wire = await openWire();
  wire.client.write(head('POST', 300_000) + 'a'.repeat(100_000));
  const backend = await wire.backend();
  const seen = collect(backend);
  await until(() => seen().length > 100_000);
  const closed = gone(backend);
  wire.client.destroy();
  await closed;
  await until(() => wire.gateway.account.traces.recent(1).length === 1);
  assert.match(wire.gateway.account.traces.recent(1)[0]!.decision!.why, /^The request's body did not come to its end: /);
  assert.equal(wire.backends.length, 1);
});

test('a body that comes too slowly is 408, and the backend’s request is broken off', async () => {
  const clock = new VirtualClock();
  await using wire = await openWire(clock);
  wire.client.write(head('POST', 300_000) + 'a'.repeat(100_000));
  const backend = await wire.backend();
  const seen = collect(backend);
  await until(() => seen().length > 100_000);
  const closed = gone(backend);
  await clock.advance(29_500);
  assert.equal(wire.received(), '');
  await clock.advance(500);
  await closed;
  await until(() => wire.received().startsWith('HTTP/1.1 408 '));
});

test('a body that takes longer than the integration’s time is no fault of the backend, which has its time afterwards (AG-255)', async () => {
  const clock = new VirtualClock();
  await using wire = await openWire(clock);
  wire.client.write(head('POST', 300_000) + 'a'.repeat(100_000));
  const backend = await wire.backend();
  const seen = collect(backend);
  for (const piece of ['b', 'c']) {
    await until(() => seen().length > 100_000);
    await clock.advance(20_000);
    wire.client.write(piece.repeat(100_000));
    await until(() => seen().endsWith(piece));
  }
  await until(() => seen().endsWith('c'.repeat(100_000)));
  await clock.advance(28_000);
  assert.equal(wire.received(), '');
  await clock.advance(1_001);
  await until(() => wire.received().includes('Endpoint request timed out'));
});

test('a backend that takes nothing of a body for the integration’s time is 504', async () => {
  const clock = new VirtualClock();
  await using wire = await openWire(clock);
  wire.client.write(head('POST', mebi) + 'a'.repeat(mebi));
  await wire.backend();
  await sleep(100);
  await clock.advance(29_001);
  await until(() => wire.received().startsWith('HTTP/1.1 504 '));
});

test('a backend that answers before it has the body is heard, and gets no second request on that connection', async () => {
  await using wire = await openWire();
  wire.client.write(head('POST', 300_000) + 'a'.repeat(100_000));
  const backend = await wire.backend();
  const seen = collect(backend);
  await until(() => seen().length > 100_000);
  const closed = gone(backend);
  backend.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno');
  await until(() => wire.received().endsWith('no'));
  assert.match(wire.received(), /^HTTP\/1\.1 403 Forbidden\r\n[^]*\r\nConnection: close\r\n/);
  await closed;
});

test('nothing is dialled before a good part of a large body has come, which the client is asked for (RFC 9110 section 10.1.1)', async () => {
  await using wire = await openWire();
  wire.client.write(head('POST', 300_000).replace('\r\n\r\n', '\r\nExpect: 100-continue\r\n\r\n'));
  await until(() => wire.received() === 'HTTP/1.1 100 Continue\r\n\r\n');
  wire.client.write('a'.repeat(60_000));
  await sleep(50);
  assert.equal(wire.backends.length, 0);
  wire.client.write('a'.repeat(10_000));
  const seen = collect(await wire.backend());
  await until(() => seen().endsWith('a'.repeat(70_000)));
});

test('a small body is taken in first: no backend waits for a slow client', async () => {
  await using wire = await openWire();
  wire.client.write(`${head('POST', 10)}12345`);
  await sleep(50);
  assert.equal(wire.backends.length, 0);
  wire.client.write('67890');
  const seen = collect(await wire.backend());
  await until(() => seen().endsWith('1234567890'));
});

test('a body without a length is taken in up to the limit, and is 413 beyond it with nothing dialled (AG-237, AG-429)', async () => {
  await using wire = await openWire();
  wire.client.write('POST /prod/upload HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n');
  for (let sent = 0; sent <= 10 * mebi && !wire.client.destroyed; sent += 65_536) {
    if (!wire.client.write(`10000\r\n${'a'.repeat(65_536)}\r\n`)) await Promise.race([once(wire.client, 'drain'), sleep(200)]);
  }
  await until(() => wire.received().includes('HTTP content length exceeded 10485760 bytes.'));
  assert.match(wire.received(), /^HTTP\/1\.1 413 /);
  assert.equal(wire.backends.length, 0);
});

test('a large answer of a declared length goes on while it comes', async () => {
  await using wire = await openWire();
  wire.client.write('GET /prod/upload HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
  const backend = await wire.backend();
  collect(backend);
  backend.write(`HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 300000\r\n\r\n${'a'.repeat(200_000)}`);
  await until(() => wire.received().endsWith('a'.repeat(200_000)));
  assert.match(wire.received(), /\r\nContent-Length: 300000\r\n/);
  backend.write('b'.repeat(100_000));
  await until(() => wire.received().endsWith('b'.repeat(100_000)));
  // The connection serves on.
  wire.client.write('GET /prod/nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
  await until(() => wire.received().includes('Missing Authentication Token'));
});

test('a client that does not read holds the backend back, nothing is kept in between, and the integration’s time does not pass (AG-255)', async () => {
  const clock = new VirtualClock();
  await using wire = await openWire(clock);
  wire.client.pause();
  wire.client.write('GET /prod/upload HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
  const backend = await wire.backend();
  collect(backend);
  backend.write(`HTTP/1.1 200 OK\r\nContent-Length: ${10 * mebi}\r\n\r\n`);
  let pushed = 0;
  const push = (): void => {
    while (pushed < 10 * mebi) {
      pushed += 65_536;
      if (!backend.write(Buffer.alloc(65_536, 'a'))) return;
    }
  };
  backend.on('drain', push);
  push();
  // The kernel's buffers between gateway and client take some megabytes.
  const taken = await settled(() => pushed);
  assert.ok(taken < 10 * mebi, `all ${taken} bytes were taken from the backend`);
  await clock.advance(29_500);
  wire.client.resume();
  await until(() => wire.received().length > 10 * mebi);
  assert.equal(wire.received().split('\r\n\r\n')[1]!.length, 10 * mebi);
});

test('a large answer that breaks off is cut off for the client too, which cannot take it for whole; the trace says so', async () => {
  await using wire = await openWire();
  wire.client.write('GET /prod/upload HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
  const backend = await wire.backend();
  collect(backend);
  backend.write(`HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n${'a'.repeat(200_000)}`);
  await until(() => wire.received().endsWith('a'.repeat(200_000)));
  const closed = gone(wire.client);
  backend.destroy();
  await closed;
  assert.equal(wire.received().split('\r\n\r\n')[1]!.length, 200_000);
  const [trace] = wire.gateway.account.traces.recent(1);
  assert.match(trace!.logs.at(-1)!, /^The answer broke off/);
});

test('a large answer that stops coming is cut off after the integration’s time (AG-255)', async () => {
  const clock = new VirtualClock();
  await using wire = await openWire(clock);
  wire.client.write('GET /prod/upload HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
  const backend = await wire.backend();
  collect(backend);
  backend.write(`HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n${'a'.repeat(200_000)}`);
  await until(() => wire.received().endsWith('a'.repeat(200_000)));
  await clock.advance(20_000);
  backend.write('b'.repeat(1000));
  await until(() => wire.received().endsWith('b'));
  assert.equal(wire.client.destroyed, false);
  const ended = gone(wire.client);
  await clock.advance(9_001);
  await ended;
});

test('an answer that is declared larger than 10 MB is 500 before anything of it is sent (AG-261)', async () => {
  await using wire = await openWire();
  wire.client.write('GET /prod/upload HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
  const backend = await wire.backend();
  collect(backend);
  backend.write(`HTTP/1.1 200 OK\r\nContent-Length: ${10 * mebi + 1}\r\n\r\nabc`);
  await until(() => wire.received().includes('Internal server error'));
  assert.match(wire.received(), /^HTTP\/1\.1 500 /);
});

test('a large answer without a length is taken in, and comes with one (AG-070)', async () => {
  await using wire = await openWire();
  wire.client.write('GET /prod/upload HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
  const backend = await wire.backend();
  collect(backend);
  backend.write(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n30d40\r\n${'a'.repeat(200_000)}\r\n`);
  await sleep(50);
  assert.equal(wire.received(), '');
  backend.write('0\r\n\r\n');
  await until(() => wire.received().endsWith('a'.repeat(200_000)));
  assert.match(wire.received(), /\r\nContent-Length: 200000\r\n/);
});
