import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import { quiet, RawClient } from '../../http/sockets.ts';
import { openGateway, proxy, type Gateway } from './gateway-fixture.ts';
import { recordingBackend } from './recording-backend.ts';

const many = 500;
const head = 'POST /prod HTTP/1.1\r\nHost: a\r\n';

async function connectAll(gateway: Gateway, bytes: string): Promise<RawClient[]> {
  const clients: RawClient[] = [];
  for (let index = 0; index < many; index++) clients.push((await RawClient.connect(gateway.port)).send(bytes));
  await quiet();
  return clients;
}

async function open(clock: VirtualClock): Promise<Gateway> {
  const gateway = await openGateway({ clock });
  await gateway.method('ANY', '/', proxy('http://nlb.internal/'));
  await gateway.deploy();
  return gateway;
}

suite('500 slow clients (T29)', () => {
  for (const [what, bytes, limitMs] of [
    ['heads that do not end', 'GET /prod HTTP/1.1\r\nHost: a\r\nX-Slow: ', 10_000],
    ['bodies that do not come', `${head}Content-Length: 60000\r\n\r\nx`, 30_000],
    ['chunks that do not come', `${head}Transfer-Encoding: chunked\r\n\r\n5\r\nhe`, 30_000],
  ] as const) {
    test(`${what}: good requests are answered meanwhile, nothing is dialled for the slow ones, and each is 408 when its time is up (AG-435)`, async () => {
      const clock = new VirtualClock();
      await using gateway = await open(clock);
      await using backend = await recordingBackend(gateway);
      const slow = await connectAll(gateway, bytes);
      for (let index = 0; index < 20; index++) assert.equal((await gateway.send('/prod')).status, 200);
      assert.equal(backend.seen.length, 20);
      assert.ok(backend.connections.length <= 4, `${backend.connections.length} connections for one request at a time`);
      await clock.advance(limitMs - 1);
      await quiet();
      assert.equal(slow.filter(({ received }) => received !== '').length, 0);
      await clock.advance(1);
      for (const client of slow) assert.match(await client.untilEnd(), /^HTTP\/1.1 408 Request Timeout\r\n/);
      for (const client of slow) client.socket.destroy();
    });
  }

  test('large bodies that do not come: they reach backends as they come, never whole, are 408 when their time is up, and hold up nobody', async () => {
    const clock = new VirtualClock();
    await using gateway = await open(clock);
    await using backend = await recordingBackend(gateway);
    const slow = await connectAll(gateway, `${head}Content-Length: 1000000\r\n\r\nx`);
    for (let index = 0; index < 20; index++) assert.equal((await gateway.send('/prod')).status, 200);
    // Longer than the integration may take: it is the client that is waited for.
    await clock.advance(29_999);
    await quiet();
    assert.equal(slow.filter(({ received }) => received !== '').length, 0);
    await clock.advance(1);
    for (const client of slow) assert.match(await client.untilEnd(), /^HTTP\/1.1 408 Request Timeout\r\n/);
    for (const client of slow) client.socket.destroy();
    assert.equal(backend.seen.length, 20);
    assert.equal((await gateway.send('/prod')).status, 200);
  });

  test('a large body that comes slowly is answered: the integration’s 29 seconds begin when it is whole (AG-255)', async () => {
    const clock = new VirtualClock();
    await using gateway = await open(clock);
    await using backend = await recordingBackend(gateway);
    using client = await RawClient.connect(gateway.port);
    client.send(`${head}Content-Length: 100000\r\nConnection: close\r\n\r\n`);
    for (let sent = 0; sent < 100_000; sent += 10_000) {
      client.send('x'.repeat(10_000));
      while (client.socket.writableLength > 0) await quiet();
      await quiet();
      await clock.advance(10_000);
    }
    const answer = await client.untilEnd();
    assert.match(answer, /^HTTP\/1.1 200 /);
    assert.equal(backend.seen[0]!.body.length, 100_000);
  });

  test('a client that goes away within a large body leaves no whole request behind, and its connection to the backend is not used again', async () => {
    const clock = new VirtualClock();
    await using gateway = await open(clock);
    await using backend = await recordingBackend(gateway);
    for (let round = 0; round < 8; round++) {
      using client = await RawClient.connect(gateway.port);
      // Enough of it for the gateway to dial the backend.
      client.send(`${head}Content-Length: 100000\r\n\r\n${'GET /evil HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(3000)}`);
      while (backend.connections.join('').split('Content-Length: 100000').length - 1 <= round) await quiet();
      client.socket.resetAndDestroy();
      await quiet();
      assert.equal((await gateway.send('/prod')).body, '[/:]');
    }
    assert.deepEqual(
      backend.seen.map(({ target, method }) => `${method} ${target}`),
      Array.from({ length: 8 }, () => 'GET /'),
    );
  });

  test('idle connections are closed without a word after their time, and a good one is answered until then', async () => {
    const clock = new VirtualClock();
    await using gateway = await open(clock);
    await using backend = await recordingBackend(gateway);
    const idle = await connectAll(gateway, '');
    assert.equal((await gateway.send('/prod')).status, 200);
    await clock.advance(60_000);
    for (const client of idle) assert.equal(await client.untilEnd(), '');
    assert.equal(backend.seen.length, 1);
  });

  test('pipelined requests of one client wait for one another and hold up nobody else: one is under way at a time', async () => {
    const clock = new VirtualClock();
    await using gateway = await open(clock);
    await using backend = await recordingBackend(gateway);
    let underWay = 0;
    let most = 0;
    backend.answer = ({ variable }, stream) => {
      if (variable('X-Greedy').length === 0) return 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood';
      most = Math.max(most, ++underWay);
      setImmediate(() => {
        underWay--;
        stream.write('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\ngreedy');
      });
      return [];
    };
    using greedy = await RawClient.connect(gateway.port);
    greedy.send('GET /prod HTTP/1.1\r\nHost: a\r\nX-Greedy: 1\r\n\r\n'.repeat(2000));
    while (backend.seen.length === 0) await quiet();
    assert.equal((await gateway.send('/prod')).body, 'good');
    assert.ok(backend.seen.length < 1000, `the good request waited for ${backend.seen.length} others`);
    while (greedy.received.match(/greedy/g)?.length !== 2000) await quiet();
    assert.equal(most, 1);
  });

  test('what a client pipelines while it waits stays in its socket and is not taken into memory', async () => {
    const clock = new VirtualClock();
    await using gateway = await open(clock);
    await using backend = await recordingBackend(gateway);
    backend.answer = () => [];
    const request = `GET /prod HTTP/1.1\r\nHost: a\r\nX-Fill: ${'x'.repeat(8000)}\r\n\r\n`;
    using client = await RawClient.connect(gateway.port);
    // Far more than fits into the kernel's buffers: 32 MB, of which only the first request is answered, and that not yet.
    client.send(request.repeat(4000));
    for (let before = -1; before !== client.socket.writableLength;) {
      before = client.socket.writableLength;
      for (let turns = 0; turns < 20; turns++) await quiet();
    }
    assert.equal(backend.seen.length, 1);
    assert.ok(client.socket.writableLength > 0, 'the gateway took in all 32 MB');
  });
});
