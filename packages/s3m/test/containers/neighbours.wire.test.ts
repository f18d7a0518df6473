import assert from 'node:assert/strict';
import { createServer, connect, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { findNamespaceTools, type NamespaceTools } from '../../src/containers/network-namespace.ts';
import { createProcessRuntime } from '../../src/containers/process-runtime.ts';
import { describePrograms } from './program-neighbours.ts';
import { probeNamespaces } from '../../src/containers/probe-namespaces.ts';
import type { NamespaceProbe } from '../../src/containers/probe-namespaces.ts';
import type { TaskNeighbours } from '../../src/containers/task-runtime.ts';
import { bench } from './process-bench.ts';
import { atOnce, get, never, taskOf, temporaryDirectory, until } from './task-fixture.ts';
import { SERVICE } from './task-programs.ts';

const found = await probeNamespaces();
const ways: readonly { readonly name: string; readonly namespaces: NamespaceProbe; readonly skip: string | false }[] = [
  { name: 'in a network namespace', namespaces: found, skip: found.kind === 'none' ? found.why : false },
  { name: 'without namespaces', namespaces: { kind: 'none', why: 'this test says so' }, skip: false },
];

/** Answers `/names?NAME` with all that Node's resolver says of a name. */
const RESOLVER = `
const dns = require('node:dns');
require('node:http').createServer(async (request, response) => {
  const name = decodeURIComponent(request.url).split('?')[1];
  const code = (error) => error.code;
  const { lookup } = await import('node:dns');
  const lookups = [
    new Promise((resolve) => lookup(name, (error, address, family) => resolve(error ? error.code : [address, family]))),
    dns.promises.lookup(name, { all: true }).catch(code),
    require('node:util').promisify(dns.lookup)(name).catch(code),
    dns.promises.resolve4(name, { ttl: true }).catch(code),
    dns.promises.resolveSrv(name).catch(code),
  ];
  response.end(JSON.stringify(await Promise.all(lookups)));
}).listen(8080);
`;

/** `backend.local` at 10.0.1.4 is a server that says hello on port 80, and refuses on others; 10.0.1.5 never answers. */
async function neighbourhood() {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: actual } = server.address() as AddressInfo;
  const unusable: string[] = [];
  const fail = (code: string): Promise<never> => Promise.reject(Object.assign(new Error(code), { code }));
  const neighbours: TaskNeighbours = {
    place: {
      address: '10.0.1.7',
      macAddress: '0a:00:00:00:00:07',
      ranges: ['10.0.0.0/16'],
      resolvers: ['10.0.0.2'],
      searchDomain: 'ec2.internal',
    },
    offers: (address) => Promise.resolve(address === '10.0.1.4' ? [80, 81] : []),
    resolve: (name) => {
      if (name === 'gone.local') return { addresses: [], srv: [], ttl: 0 };
      if (name !== 'backend.local') return undefined;
      return { addresses: ['10.0.1.4'], srv: [{ name: 'a.backend.local', port: 80, priority: 1, weight: 1 }], ttl: 15 };
    },
    dial: (host, port) => {
      const address = host === 'backend.local' ? '10.0.1.4' : host;
      if (!address.startsWith('10.0.')) return undefined;
      if (address !== '10.0.1.4') return { address, socket: fail('ETIMEDOUT') };
      if (port !== 80) return { address, socket: fail('ECONNREFUSED') };
      const socket = connect(actual, '127.0.0.1');
      return { address, socket: once(socket, 'connect').then(() => socket) };
    },
    cannotUse: (container, why) => void unusable.push(`${container}: ${why}`),
  };
  return { neighbours, unusable, [Symbol.asyncDispose]: async () => void (await once(server.close(), 'close')) };
}

for (const { name, namespaces, skip } of ways) {
  describe(`Programs of a task ${name}`, { skip }, () => {
    test('find and reach their neighbours by name and by address, with the errors of connect(2), and nobody else (ECS-095, VPC-050)', async () => {
      await using around = await neighbourhood();
      await using it = await bench(namespaces);
      const task = await it.runtime.start(taskOf([it.app(SERVICE, ['8080'])], { neighbours: around.neighbours }));
      const ask = async (path: string): Promise<string> => (await get(task, 8080, path)).body;
      assert.equal(await ask('/fetch?http://backend.local/'), 'hello');
      assert.equal(await ask('/fetch?http://10.0.1.4/'), 'hello');
      assert.equal(await ask('/dial?backend.local:80'), 'hello');
      assert.equal(await ask('/fetch?http://backend.local:81/'), 'failed ECONNREFUSED');
      assert.equal(await ask('/dial?10.0.1.5:80'), 'failed ETIMEDOUT');
      assert.equal(await ask('/dial?192.0.2.1:80'), 'failed ENETUNREACH');
      await task.stop(never);
    });

    test('resolve names by every function of node:dns', async () => {
      await using around = await neighbourhood();
      await using it = await bench(namespaces);
      const task = await it.runtime.start(taskOf([it.app(RESOLVER, [])], { neighbours: around.neighbours }));
      const address = '10.0.1.4';
      assert.deepEqual(JSON.parse((await get(task, 8080, '/names?backend.local')).body), [
        [address, 4],
        [{ address, family: 4 }],
        { address, family: 4 },
        [{ address, ttl: 15 }],
        [{ name: 'a.backend.local', port: 80, priority: 1, weight: 1 }],
      ]);
      const missing = JSON.parse((await get(task, 8080, '/names?gone.local')).body) as string[];
      assert.deepEqual([...new Set(missing)], ['ENOTFOUND']);
      await task.stop(atOnce);
    });
  });
}

// Without the preload that tells Node where the VPC is.
const node = ['env', '-u', 'NODE_OPTIONS', process.execPath];
const user = findNamespaceTools('user-namespace');
const kinds: readonly { readonly how: string; readonly namespaces: NamespaceProbe; readonly skip: string | false }[] = [
  { how: 'as processes', namespaces: found, skip: found.kind === 'none' ? found.why : false },
  {
    how: 'as processes in a user namespace',
    namespaces: 'missing' in user ? found : { kind: 'user-namespace', tools: user },
    skip: found.kind !== 'root' ? 'those before are these' : false,
  },
];

for (const { how, namespaces, skip } of kinds) {
  describePrograms(how, skip, async (stateDirectory) => ({
    runtime: await createProcessRuntime({ stateDirectory, exposeTasks: false, namespaces }),
    base: 'node',
    node,
  }));
}

describe('A program that is not Node', { skip: found.kind === 'none' ? found.why : false }, () => {
  /** A machine on which nothing may be mounted. */
  function withoutMounts(tools: NamespaceTools, directory: string): NamespaceTools {
    const unshare = join(directory, 'unshare');
    const script = `#!/bin/sh\nfor word; do [ "$word" = -m ] && echo 'unshare: no mounts here' >&2 && exit 1; done\nexec ${tools.unshare} "$@"\n`;
    writeFileSync(unshare, script, { mode: 0o755 });
    return { ...tools, unshare };
  }

  function withoutMount(all: NamespaceTools): NamespaceTools {
    const { mount: _, ...tools } = all;
    return tools;
  }

  for (const { title, toolsOf, says } of [
    {
      title: 'mount is not installed',
      toolsOf: withoutMount,
      says: /^app: as processes only Node programs find names .* this one finds nobody$/,
    },
    { title: 'nothing may be mounted', toolsOf: withoutMounts, says: /this one finds nobody: unshare: no mounts here$/ },
  ]) {
    test(`finds nobody where ${title}, and that is told`, async () => {
      using temporary = temporaryDirectory();
      await using around = await neighbourhood();
      assert.ok(found.kind !== 'none');
      await using it = await bench({ ...found, tools: toolsOf(found.tools, temporary.path) });
      const shell = it.app('', [], { command: ['/bin/sh', '-c', 'echo runs; sleep 60'] });
      const spec = taskOf([shell], { neighbours: around.neighbours });
      const task = await it.runtime.start(spec);
      await until(() => around.unusable.length === 1 && spec.lines.includes('app: runs'), 'the word, and the program');
      assert.match(around.unusable[0]!, says);
      await task.stop(atOnce);
    });
  }
});
