import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync } from 'node:fs';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { ContainerSpec, TaskNeighbours, TaskRuntime } from '../../src/containers/task-runtime.ts';
import { atOnce, container, get, imageOf, outletTo, taskOf, temporaryDirectory, until } from './task-fixture.ts';
import { SERVICE } from './task-programs.ts';

/** A runtime, and how a program that knows nothing of S3M is run in it. */
export interface ProgramRuntime {
  readonly runtime: TaskRuntime;
  /** Base image of its Dockerfile. */
  readonly base: string;
  readonly node: readonly string[];
}

/** `/names?NAME` says what Node's resolvers say, `/getent?NAME` what the C library says, `/files` what stands in the container. */
const RESOLVER = `
const dns = require('node:dns').promises;
const { execFile } = require('node:child_process');
const { readFileSync } = require('node:fs');
require('node:http').createServer(async (request, response) => {
  const [path, name] = request.url.split('?');
  const code = (error) => error.code;
  if (path === '/getent') return execFile('./getent', ['ahostsv4', name], (error, text) => response.end(error ? 'exit ' + error.code : text));
  if (path === '/files') return response.end(readFileSync('/etc/resolv.conf', 'utf8') + JSON.stringify(require('node:os').networkInterfaces()));
  const all = [dns.lookup(name), dns.resolve4(name, { ttl: true }), dns.resolveSrv(name), dns.resolve6(name)];
  response.end(JSON.stringify(await Promise.all(all.map((each) => each.catch(code)))));
}).listen(8080, () => console.log('ready'));
`;

/** `backend.local` at 10.0.1.4: a server on port 80, nobody on 81 though the network lets one in, silence on all others; 10.0.1.5 is silent. */
async function neighbourhood() {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: actual } = server.address() as AddressInfo;
  const dialled: string[] = [];
  const many = Array.from({ length: 40 }, (_, index) => `10.0.9.${index + 1}`);
  const neighbours: TaskNeighbours = {
    place: {
      address: '10.0.1.7',
      macAddress: '0a:00:00:00:00:07',
      ranges: ['10.0.0.0/16'],
      resolvers: ['10.0.0.2', '169.254.169.253'],
      searchDomain: 'ec2.internal',
    },
    offers: (address) => Promise.resolve(address === '10.0.1.4' ? [80, 81] : []),
    resolve: (name) => {
      if (name === 'many.local') return { addresses: many, srv: [], ttl: 15 };
      if (name === 'silent.local') return { addresses: ['10.0.1.5'], srv: [], ttl: 15 };
      if (name !== 'backend.local') return undefined;
      return { addresses: ['10.0.1.4'], srv: [{ name: 'a.backend.local', port: 80, priority: 1, weight: 1 }], ttl: 15 };
    },
    dial: (host, port) => {
      dialled.push(`${host}:${port}`);
      if (port !== 80) return { address: host, socket: Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })) };
      const socket = connect(actual, '127.0.0.1');
      return { address: host, socket: once(socket, 'connect').then(() => socket) };
    },
    cannotUse: (name, why) => assert.fail(`${name}: ${why}`),
  };
  return { neighbours, dialled, [Symbol.asyncDispose]: async () => void (await once(server.close(), 'close')) };
}

/** What programs of every kind find around their task, whatever it runs as. */
export function describePrograms(how: string, skip: string | false, open: (stateDirectory: string) => Promise<ProgramRuntime>): void {
  describe(`Programs of a task ${how}, of whatever kind`, { skip }, () => {
    test('find names at the resolver of their VPC, and nothing that it does not know (VPC-007, ECS-095)', async () => {
      using temporary = temporaryDirectory();
      await using around = await neighbourhood();
      const { runtime, ...kind } = await open(join(temporary.path, '.s3m'));
      try {
        const spec = taskOf([program(temporary.path, kind, RESOLVER, [])], { neighbours: around.neighbours });
        const task = await runtime.start(spec);
        await until(() => spec.lines.includes('app: ready'), 'the program');
        const ask = async (path: string): Promise<string> => (await get(task, 8080, path)).body;
        assert.deepEqual(JSON.parse(await ask('/names?backend.local')), [
          { address: '10.0.1.4', family: 4 },
          [{ address: '10.0.1.4', ttl: 15 }],
          [{ name: 'a.backend.local', port: 80, priority: 1, weight: 1, type: 'SRV' }],
          'ENODATA',
        ]);
        assert.deepEqual(JSON.parse(await ask('/names?gone.local')), ['ENOTFOUND', 'ENOTFOUND', 'ENOTFOUND', 'ENOTFOUND']);
        assert.match(await ask('/getent?backend.local'), /^10\.0\.1\.4\s+STREAM backend\.local/);
        assert.equal(await ask('/getent?example.com'), 'exit 2');
        const addresses = (await ask('/getent?many.local')).split('\n').filter((line) => line.includes('STREAM'));
        assert.equal(addresses.length, 40, 'what is too long for a datagram is asked for over TCP');
        const files = await ask('/files');
        assert.match(files, /search ec2\.internal\nnameserver 10\.0\.0\.2\n/);
        assert.match(files, /"eth1":\[\{"address":"10\.0\.1\.7".*"mac":"0a:00:00:00:00:07"/);
        await task.stop(atOnce);
      } finally {
        await runtime.close();
      }
    });

    test('reach by name what the network lets them, hear nothing where it does not, and keep all ports to themselves (VPC-030, VPC-050)', async () => {
      using temporary = temporaryDirectory();
      await using around = await neighbourhood();
      await using outlet = await outletTo('169.254.170.2', 80, 'metadata');
      const { runtime, ...kind } = await open(join(temporary.path, '.s3m'));
      try {
        const spec = taskOf([program(temporary.path, kind, SERVICE, ['80'])], {
          neighbours: around.neighbours,
          outlets: [outlet],
          ports: [80],
        });
        const task = await runtime.start(spec);
        const ask = async (path: string): Promise<string> => (await get(task, 80, path)).body;
        assert.equal(await ask('/fetch?http://backend.local/'), 'hello', 'on the port that the task itself has');
        assert.equal(await ask('/dial?backend.local:80'), 'hello');
        assert.equal(await ask('/dial?backend.local:81'), 'failed ECONNRESET');
        assert.equal(await ask('/dial?backend.local:82'), 'failed timeout');
        assert.equal(await ask('/dial?silent.local:80'), 'failed timeout');
        assert.equal(await ask('/dial?192.0.2.1:80'), 'failed ENETUNREACH');
        assert.equal(await ask('/fetch?http://169.254.170.2/v4'), 'metadata /v4');
        assert.deepEqual(around.dialled, ['10.0.1.4:80', '10.0.1.4:80', '10.0.1.4:81']);
        assert.deepEqual(await task.listening(), [80]);
        await task.stop(atOnce);
      } finally {
        await runtime.close();
      }
    });
  });
}

function program(directory: string, { base, node }: Omit<ProgramRuntime, 'runtime'>, text: string, args: readonly string[]): ContainerSpec {
  const context = join(directory, 'context');
  mkdirSync(context);
  copyFileSync('/usr/bin/getent', join(context, 'getent'));
  const image = imageOf(context, { Dockerfile: `FROM ${base}\nWORKDIR /app\nCOPY app.cjs getent ./\nCMD ["node"]`, 'app.cjs': text });
  return container(image, { command: [...node, 'app.cjs', ...args] });
}
