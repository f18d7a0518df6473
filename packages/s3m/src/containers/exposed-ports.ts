import { connect as connectTcp, createServer, type Socket } from 'node:net';
import type { ListeningPort } from './listening-ports.ts';
import { TaskStartFailure } from './task-runtime.ts';
import type { ContainerSpec, TaskSpec } from './task-runtime.ts';

/** How a task in the open gets its ports: containers with their variables changed, and where each port really is. */
export interface ExposedPorts {
  readonly containers: readonly ContainerSpec[];
  readonly ports: ReadonlyMap<number, number>;
}

/**
 * Gives each port of a task that is started in the open (`--expose-tasks`) a port of this machine. Where a variable of the container holds the
 * port's number (`PORT=8080`), a free port is put in its place, so that replicas do not meet; otherwise the number is fixed in the program.
 *
 * @throws TaskStartFailure when a fixed port is taken.
 */
export async function exposePorts(task: TaskSpec): Promise<ExposedPorts> {
  const ports = new Map<number, number>();
  let { containers } = task;
  for (const port of new Set(task.ports)) {
    const word = new RegExp(`(?<!\\d)${port}(?!\\d)`);
    const told = containers.some(({ environment }) => Object.values(environment).some((value) => word.test(value)));
    if (!told) {
      if ((await tryPort(port)) === undefined) throw portTaken(task, port);
      ports.set(port, port);
      continue;
    }
    const free = (await tryPort(0)) ?? port;
    ports.set(port, free);
    containers = containers.map((spec) => ({
      ...spec,
      environment: Object.fromEntries(Object.entries(spec.environment).map(([name, value]) => [name, value.replace(word, String(free))])),
    }));
  }
  return { containers, ports };
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
    });
  });
}

function portTaken(task: TaskSpec, port: number): TaskStartFailure {
  return new TaskStartFailure(
    `CannotStartContainerError: port ${port} is already allocated`,
    `Cannot start task "${task.name}" in the open: it listens on the fixed port ${port}, which another replica or program on this machine has. Without network namespaces only one task can have it: set the desired count to 1, let the service take its port from a variable (PORT=${port} in the container's environment is changed here), or use --runtime docker.`,
  );
}

/** Connects to a port of this machine. */
export function connectLoopback(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host: '127.0.0.1', port });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

/** The task's ports on which something answers, of those that are open to this machine. */
export async function answering(exposed: ReadonlyMap<number, number>): Promise<readonly ListeningPort[]> {
  const found = await Promise.all(
    [...exposed].map(async ([port, actual]) => {
      const socket = await connectLoopback(actual).catch(() => undefined);
      socket?.destroy();
      return socket === undefined ? [] : [{ port, loopbackOnly: false }];
    }),
  );
  return found.flat();
}
