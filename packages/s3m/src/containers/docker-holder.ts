import { userInfo } from 'node:os';
import type Docker from 'dockerode';
import { DockerOutput } from './docker-output.ts';
import type { OutletDoor } from './outlet-doors.ts';
import { writeRelayConfiguration } from './task-relay.ts';

/** The container that holds a task's network, which has nothing but a loopback interface, and runs the relay in it. */
export interface DockerHolder {
  readonly id: string;
  /** Starts it; resolves when the relay listens. @throws Error with what the relay said. */
  start(): Promise<void>;
}

/** Makes the holder. Its relay is the engine's user, can write nothing but the socket directory and has no capabilities. */
export async function createHolder(
  docker: Docker,
  request: {
    readonly image: string;
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    /** Host path of the task's sockets. */
    readonly directory: string;
    readonly outlets: readonly OutletDoor[];
  },
): Promise<DockerHolder> {
  const { image, name, labels, directory, outlets } = request;
  writeRelayConfiguration(directory, outlets);
  const { uid, gid } = userInfo();
  const addresses = [...new Set(outlets.map(({ address }) => address).filter((address) => !isLoopback(address)))];
  // Addresses that are not loopback's must be added, which takes root for a moment.
  const asRoot = addresses.length > 0;
  const container = await docker.createContainer({
    name,
    Image: image,
    Labels: { ...labels, 's3m.role': 'network' },
    Entrypoint: ['/node', '/relay.mjs', '/s3m'],
    Cmd: asRoot ? [`${uid}:${gid}`, ...addresses] : [],
    User: asRoot ? '0:0' : `${uid}:${gid}`,
    Env: ['HOME=/s3m'],
    HostConfig: {
      NetworkMode: 'none',
      Binds: [`${directory}:/s3m`],
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      CapAdd: asRoot ? ['NET_ADMIN', 'SETUID', 'SETGID'] : [],
      SecurityOpt: ['no-new-privileges'],
      PidsLimit: 64,
      Sysctls: { 'net.ipv4.ip_unprivileged_port_start': '0' },
      LogConfig: { Type: 'none', Config: {} },
    },
  });
  return { id: container.id, start: () => startHolder(container) };
}

async function startHolder(container: Docker.Container): Promise<void> {
  const stream = await container.attach({ stream: true, stdout: true, stderr: true });
  const ready = new Promise<void>((resolve, reject) => {
    const said: string[] = [];
    const output = new DockerOutput((line) => {
      if (line === 'ready') resolve();
      else said.push(line);
    });
    stream.on('data', (chunk: Buffer) => output.write(chunk));
    stream.on('error', reject);
    stream.once('end', () => reject(new Error(`the task's relay ended: ${said.slice(-5).join(' ')}`)));
  });
  ready.catch(() => {});
  await container.start();
  await ready;
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === 'localhost' || address === '::1';
}
