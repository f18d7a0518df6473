import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, request } from 'node:http';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ContainerImage } from '../../src/capabilities/container-image.ts';
import { systemClock } from '../../src/clock/system-clock.ts';
import type { ContainerDefinition } from '../../src/capabilities/task-definition.ts';
import type { ContainerSpec, Outlet, RunningTask, TaskNeighbours, TaskSpec } from '../../src/containers/task-runtime.ts';

/** A directory of a test's own, removed at its end. */
export interface TemporaryDirectory extends Disposable {
  readonly path: string;
}

export function temporaryDirectory(): TemporaryDirectory {
  const path = mkdtempSync(join(tmpdir(), 's3m-test-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** Writes files below `directory` and answers the image asset that they are. */
export function imageOf(directory: string, files: Readonly<Record<string, string>>, more: Partial<ContainerImage> = {}): ContainerImage {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  const hash = createHash('sha256').update(JSON.stringify(files)).digest('hex');
  return {
    kind: 'docker-asset',
    uri: `000000000000.dkr.ecr.us-east-1.amazonaws.com/assets:${hash}`,
    hash,
    directory,
    dockerFile: 'Dockerfile',
    buildArgs: {},
    ...more,
  };
}

/** A container with ECS's defaults. */
export function container(
  image: ContainerImage | undefined,
  more: Partial<ContainerDefinition> = {},
  environment: Readonly<Record<string, string>> = {},
): ContainerSpec {
  return {
    definition: {
      name: 'app',
      image: image?.uri ?? 'nginx:1.27',
      essential: true,
      readonlyRootFilesystem: false,
      environment,
      portMappings: [],
      stopTimeoutMs: 30_000,
      dependsOn: [],
      mountPoints: [],
      ...more,
    },
    ...(image === undefined ? {} : { image }),
    environment,
  };
}

/** A task with its log lines kept. */
export function taskOf(
  containers: readonly ContainerSpec[],
  more: { readonly outlets?: readonly Outlet[]; readonly ports?: readonly number[]; readonly neighbours?: TaskNeighbours } = {},
): TaskSpec & { readonly lines: string[] } {
  const lines: string[] = [];
  return {
    id: randomBytes(16).toString('hex'),
    name: 'weather',
    containers,
    outlets: more.outlets ?? [],
    ...(more.neighbours === undefined ? {} : { neighbours: more.neighbours }),
    ports: more.ports ?? [8080],
    lines,
    clock: systemClock,
    schedule: systemClock,
    healthChanged: () => {},
    log: (name, line) => lines.push(`${name}: ${line}`),
  };
}

/** Waits until something in the task accepts on `port`. */
export async function reach(task: RunningTask, port: number): Promise<Socket> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await task.connect(port);
    } catch (error) {
      if (attempt === 1000) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

/** `GET path` from the task's port, over a connection of its own. */
export async function get(task: RunningTask, port: number, path = '/'): Promise<{ readonly status: number; readonly body: string }> {
  const socket = await reach(task, port);
  return new Promise((resolve, reject) => {
    const asked = request({ path, createConnection: () => socket, headers: { host: 'task', connection: 'close' } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }));
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** Waits until `fact` is true. */
export async function until(fact: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let attempt = 0; attempt < 1000; attempt += 1) {
    if (await fact()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`Waited in vain for ${what}`);
}

/** True when a process runs; one that has ended and that nobody has asked about yet does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync('/proc/self/stat') || !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

/** The stop timer of a scheduler that is in no hurry: a test that needs it to fire has failed. */
export function never(): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error('The container did not end when it was asked to')), 20_000).unref();
  });
}

export function atOnce(): Promise<void> {
  return Promise.resolve();
}

/** A server on a loopback port of this machine, for what is behind an outlet. */
export async function listenOnLoopback(server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Connects from this process as any local program would; the error's code when it cannot. */
export function dialFromHost(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve('connected');
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'));
  });
}

/** A port that nothing on this machine has at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listenOnLoopback(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** An echo server behind an outlet at `address`. */
export async function outletTo(
  address: string,
  port: number,
  body: string,
): Promise<Outlet & AsyncDisposable & { readonly realPort: number }> {
  const server = createHttpServer((request, response) => response.end(`${body} ${request.url}`));
  const realPort = await listenOnLoopback(server);
  return {
    address,
    port,
    realPort,
    connect: () =>
      new Promise((resolve, reject) => {
        const socket = connect({ host: '127.0.0.1', port: realPort });
        socket.once('connect', () => resolve(socket));
        socket.once('error', reject);
      }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
