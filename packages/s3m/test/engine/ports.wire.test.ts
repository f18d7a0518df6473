import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { suite, test } from 'node:test';
import { findPortHolder } from '../../src/engine/port-holder.ts';
import { createPorts } from '../../src/engine/ports.ts';
import type { Ports } from '../../src/services/account.ts';
import { ResourceFailure } from '../../src/services/resource-type.ts';

interface Opened extends AsyncDisposable {
  readonly ports: Ports;
  readonly notices: readonly string[];
  readonly listening: ReadonlyMap<string, number>;
  /** Opens a server that is closed with the ports. */
  open(name: string, logicalId: string, preferred: number): Promise<number>;
}

function open(options: { explicit?: Record<string, number>; remembered?: Record<string, number> } = {}): Opened {
  const notices: string[] = [];
  const servers: Server[] = [];
  const listening = new Map<string, number>();
  const ports = createPorts({
    explicit: new Map(Object.entries(options.explicit ?? {})),
    remembered: new Map(Object.entries(options.remembered ?? {})),
    onMoved: (notice) => notices.push(notice),
    onListening: (key, port) => listening.set(key, port),
  });
  return {
    ports,
    notices,
    listening,
    open: (name, logicalId, preferred) => {
      const server = createServer();
      servers.push(server);
      return ports.listen(server, { name, logicalId, preferred });
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(servers.map(close));
    },
  };
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  server.close();
  await once(server, 'close');
}

/** Below the range that the system gives out by itself, so that no other program gets the number meanwhile. */
let nextPort = 12_000 + (process.pid % 200) * 80;

/** A server that holds a port, with free ones after it. */
async function holder(): Promise<{ port: number } & AsyncDisposable> {
  for (;;) {
    const server = createServer();
    const port = nextPort++;
    const opened = once(server, 'listening').then(
      () => true,
      () => false,
    );
    server.listen({ port, host: '127.0.0.1' });
    if (await opened) return { port, [Symbol.asyncDispose]: () => close(server) };
  }
}

/** A port that nobody holds. */
async function freePort(): Promise<number> {
  await using taken = await holder();
  return taken.port;
}

suite('ports', () => {
  test('a default that is free is taken without a word, on 127.0.0.1', async () => {
    const preferred = await freePort();
    await using opened = open();
    const server = createServer();
    assert.equal(await opened.ports.listen(server, { name: 'aws', logicalId: '', preferred }), preferred);
    assert.equal((server.address() as AddressInfo).address, '127.0.0.1');
    assert.deepEqual(opened.notices, []);
    assert.deepEqual([...opened.listening], [['aws', preferred]]);
    await close(server);
  });

  test('a default that is taken moves to the next free one, and the notice names the holder', async () => {
    await using taken = await holder();
    await using opened = open();
    const port = await opened.open('api', 'Orders', taken.port);
    assert.ok(port > taken.port);
    assert.equal(opened.notices.length, 1);
    assert.match(
      opened.notices[0]!,
      new RegExp(
        `^Port ${taken.port} is taken by process ${process.pid} \\(.*node.*\\)\\. The API Orders is on port ${port} instead; to choose one yourself: --port api:Orders=N$`,
      ),
    );
  });

  test('the second API of an engine goes to the next port, which is nothing to tell', async () => {
    const preferred = await freePort();
    await using opened = open();
    const both = await Promise.all([opened.open('api', 'A', preferred), opened.open('api', 'B', preferred)]);
    assert.equal(both[0], preferred);
    assert.ok(both[1] > preferred);
    assert.deepEqual(opened.notices, []);
  });

  test('an explicit port is used for the first of its name', async () => {
    const wanted = await freePort();
    await using opened = open({ explicit: { api: wanted } });
    assert.equal(await opened.open('api', 'A', 3000), wanted);
    assert.ok((await opened.open('api', 'B', 3000)) > wanted);
  });

  test("an explicit port by logical id is that one's, and nobody else is given it", async () => {
    const wanted = await freePort();
    await using opened = open({ explicit: { 'api:B': wanted } });
    assert.notEqual(await opened.open('api', 'A', wanted), wanted);
    assert.equal(await opened.open('api', 'B', 3000), wanted);
  });

  test('an explicit port that is taken is an error that names the holder', async () => {
    await using taken = await holder();
    await using opened = open({ explicit: { site: taken.port } });
    await assert.rejects(opened.open('site', 'Bucket', 8080), (error: unknown) => {
      assert.ok(error instanceof ResourceFailure);
      assert.match(error.message, new RegExp(`^Port ${taken.port} for site is taken by process ${process.pid} `));
      assert.match(error.fix ?? '', /--port site=N/);
      assert.equal(error.fault, 'user');
      return true;
    });
  });

  test('an explicit 0 takes any free port, for each of the name', async () => {
    await using opened = open({ explicit: { api: 0 } });
    const [a, b] = [await opened.open('api', 'A', 3000), await opened.open('api', 'B', 3000)];
    assert.ok(a > 1023 && b > 1023 && a !== b);
  });

  test('a remembered port is taken again after a restart, rather than the default', async () => {
    const [preferred, before] = [await freePort(), await freePort()];
    await using opened = open({ remembered: { 'api:Orders': before } });
    assert.equal(await opened.open('api', 'Orders', preferred), before);
  });

  test('a remembered port that is taken meanwhile falls back to the default', async () => {
    await using taken = await holder();
    const preferred = await freePort();
    await using opened = open({ remembered: { 'api:Orders': taken.port } });
    assert.equal(await opened.open('api', 'Orders', preferred), preferred);
  });

  test('what the user asks for is stronger than what is remembered', async () => {
    const [wanted, before] = [await freePort(), await freePort()];
    await using opened = open({ explicit: { api: wanted }, remembered: { 'api:Orders': before } });
    assert.equal(await opened.open('api', 'Orders', 3000), wanted);
  });

  test('a server opened anew under its name gets its port back', async () => {
    const preferred = await freePort();
    await using opened = open();
    const first = createServer();
    await opened.ports.listen(first, { name: 'api', logicalId: 'A', preferred });
    await opened.open('api', 'B', preferred);
    await close(first);
    assert.equal(await opened.open('api', 'A', preferred), preferred);
  });
});

suite('port holder', () => {
  test('nobody holds a free port', async () => {
    assert.equal(await findPortHolder(await freePort()), undefined);
  });

  test('the holder is told with its number and command', { skip: process.platform === 'linux' ? false : 'needs /proc' }, async () => {
    await using taken = await holder();
    assert.match((await findPortHolder(taken.port)) ?? '', new RegExp(`^process ${process.pid} \\(`));
  });
});
