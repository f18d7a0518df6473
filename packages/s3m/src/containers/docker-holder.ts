import { userInfo } from 'node:os';
import type Docker from 'dockerode';
import { DockerOutput } from './docker-output.ts';
import { NEIGHBOURS_DOOR } from './neighbours-door.ts';
import { isLoopback, type OutletDoor } from './outlet-doors.ts';
import { tryReady, writeRelayConfiguration } from './task-relay.ts';
import type { TaskPlace } from './task-runtime.ts';

/** Where the relay's image has its tools. */
const IN_RELAY_IMAGE = { ip: '/ip', outside: ['/unshare', '-n', '/node', '/relay-outside.mjs'] };

/** The container that holds a task's network, which has nothing but a loopback interface, and runs the relay in it. */
export interface DockerHolder {
  readonly id: string;
  /**
   * Starts it; resolves when the relay listens, with why the VPC is not around the task's network, if so.
   * @throws Error with what the relay said.
   */
  start(): Promise<string | undefined>;
}

/**
 * Makes the holder. Its relay is the engine's user, can write nothing but the socket directory and has no capabilities; for a moment it is
 * root, to make the network that lies around the task's (`relay-outside.mjs`).
 */
export async function createHolder(
  docker: Docker,
  request: {
    readonly image: string;
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    /** Host path of the task's sockets. */
    readonly directory: string;
    readonly outlets: readonly OutletDoor[];
    readonly place: TaskPlace | undefined;
  },
): Promise<DockerHolder> {
  const { image, name, labels, directory, outlets, place } = request;
  writeRelayConfiguration(directory, outlets, place === undefined ? undefined : { ...place, door: NEIGHBOURS_DOOR, ...IN_RELAY_IMAGE });
  const { uid, gid } = userInfo();
  // Addresses that are not loopback's must be added.
  const asRoot = place !== undefined || outlets.some(({ address }) => !isLoopback(address));
  const container = await docker.createContainer({
    name,
    Image: image,
    Labels: { ...labels, 's3m.role': 'network' },
    Entrypoint: ['/node', '/relay.mjs', '/s3m'],
    Cmd: asRoot ? [`${uid}:${gid}`] : [],
    User: asRoot ? '0:0' : `${uid}:${gid}`,
    Env: ['HOME=/s3m'],
    HostConfig: {
      NetworkMode: 'none',
      // All containers of the task see the holder's resolv.conf.
      ...(place === undefined ? {} : { Dns: place.resolvers.slice(0, 1), DnsSearch: [place.searchDomain] }),
      Binds: [`${directory}:/s3m`],
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      CapAdd: asRoot ? ['NET_ADMIN', 'SETUID', 'SETGID', ...(place === undefined ? [] : ['SYS_ADMIN'])] : [],
      // The network around the task's has settings of its own.
      ...(place === undefined ? {} : { ReadonlyPaths: [] }),
      SecurityOpt: ['no-new-privileges'],
      PidsLimit: 64,
      Sysctls: { 'net.ipv4.ip_unprivileged_port_start': '0' },
      LogConfig: { Type: 'none', Config: {} },
    },
  });
  return { id: container.id, start: () => startHolder(container) };
}

async function startHolder(container: Docker.Container): Promise<string | undefined> {
  const stream = await container.attach({ stream: true, stdout: true, stderr: true });
  const ready = new Promise<string | undefined>((resolve, reject) => {
    const said: string[] = [];
    const output = new DockerOutput((line) => {
      const listens = tryReady(line);
      if (listens === undefined) said.push(line);
      else resolve(listens.without);
    });
    stream.on('data', (chunk: Buffer) => output.write(chunk));
    stream.on('error', reject);
    stream.once('end', () => reject(new Error(`the task's relay ended: ${said.slice(-5).join(' ')}`)));
  });
  ready.catch(() => {});
  await container.start();
  return ready;
}
