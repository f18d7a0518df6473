import { connect as connectSocket, isIP, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { DialFailure, type Connection, type ConnectionRoute } from '../capabilities/connection.ts';
import type { Directory } from '../capabilities/directory.ts';
import type { Clock } from '../clock/clock.ts';
import { createConnectionPool, type ConnectionPool } from '../http/connection-pool.ts';
import type { PooledConnection } from '../http/pooled-connection.ts';

/** A connection to a backend, with its way when it went through a VPC link. */
export interface BackendConnection extends PooledConnection {
  readonly route?: ConnectionRoute;
}

/** Where a backend is. */
export type BackendAddress =
  | {
      readonly kind: 'vpc-link';
      readonly linkId: string;
      readonly port: number;
      /** `IntegrationTarget`, with a link V2: the ARN of a listener or load balancer (AG-201). */
      readonly target?: string;
      /** TLS by this name, which the certificate must have (AG-196, AG-579); plain when absent. */
      readonly serverName?: string;
    }
  | { readonly kind: 'internet'; readonly secure: boolean; readonly host: string; readonly port: number };

/**
 * API Gateway is many hosts, each with connections of its own, so that requests one after the other do not all take one connection to one
 * target. This many hosts are played here, in turn.
 */
const hosts = 4;

/** The connections to one backend. */
export class Fleet {
  readonly #pools: readonly ConnectionPool<BackendConnection>[];
  #next = 0;

  constructor(connect: () => Promise<BackendConnection>, clock: Clock) {
    this.#pools = Array.from({ length: hosts }, () => createConnectionPool({ connect, clock }));
  }

  /** The pool to send the next request with. */
  next(): ConnectionPool<BackendConnection> {
    this.#next = (this.#next + 1) % hosts;
    return this.#pools[this.#next]!;
  }

  close(): void {
    for (const pool of this.#pools) pool.close();
  }
}

/** Kept connections of one API to its backends (AG-203). They outlive deployments. */
export class BackendConnections {
  readonly #directory: Directory;
  readonly #clock: Clock;
  readonly #fleets = new Map<string, Fleet>();
  #trust: SecureContext | undefined;

  constructor(directory: Directory, clock: Clock) {
    this.#directory = directory;
    this.#clock = clock;
  }

  fleet(address: BackendAddress): Fleet {
    const key =
      address.kind === 'vpc-link'
        ? `${address.linkId}:${address.port}:${address.target ?? ''}:${address.serverName ?? ''}`
        : `${address.secure ? 'https' : 'http'}://${address.host}:${address.port}`;
    let fleet = this.#fleets.get(key);
    if (fleet === undefined) {
      fleet = new Fleet(() => this.#connect(address), this.#clock);
      this.#fleets.set(key, fleet);
    }
    return fleet;
  }

  close(): void {
    for (const fleet of this.#fleets.values()) fleet.close();
    this.#fleets.clear();
  }

  async #connect(address: BackendAddress): Promise<BackendConnection> {
    if (address.kind === 'internet') return { socket: await connectTo(address) };
    const connection =
      address.target === undefined
        ? await this.#dial(address.linkId, address.port)
        : await this.#dialTarget(address.linkId, address.port, address.target);
    return address.serverName === undefined ? connection : secured(connection, address.serverName, this.#trusted());
  }

  /** What certificates of Amazon's are here, once there is one; undefined for those that Node trusts anyway. */
  #trusted(): SecureContext | undefined {
    const local = this.#directory.find('certificateAuthority', 'amazon');
    if (local === undefined) return undefined;
    return (this.#trust ??= createSecureContext({ ca: [...rootCertificates, local.certificate] }));
  }

  async #dial(linkId: string, port: number): Promise<Connection> {
    const link = this.#directory.find('vpcLink', linkId);
    if (link === undefined) {
      const isV2 = this.#directory.find('vpcLinkV2', linkId) !== undefined;
      throw noLink(linkId, isV2 ? `VPC link "${linkId}" is of version 2; the integration names no IntegrationTarget` : undefined);
    }
    checkAvailable(link);
    return link.dial(port);
  }

  async #dialTarget(linkId: string, port: number, target: string): Promise<Connection> {
    const link = this.#directory.find('vpcLinkV2', linkId);
    if (link === undefined) {
      const isV1 = this.#directory.find('vpcLink', linkId) !== undefined;
      throw noLink(linkId, isV1 ? `VPC link "${linkId}" is of version 1, which takes no IntegrationTarget` : undefined);
    }
    checkAvailable(link);
    return link.dial(target, port);
  }
}

function noLink(linkId: string, message = `There is no VPC link "${linkId}"`): DialFailure {
  return new DialFailure('no-link', message, { vpcLink: linkId });
}

/** @throws DialFailure */
function checkAvailable({
  id,
  status,
  statusMessage,
}: {
  readonly id: string;
  readonly status: string;
  readonly statusMessage: string;
}): void {
  if (status !== 'AVAILABLE')
    throw new DialFailure('link-not-available', `VPC link "${id}" is ${status}: ${statusMessage}`, { vpcLink: id });
}

function connectTo({ secure, host, port }: Extract<BackendAddress, { kind: 'internet' }>): Promise<Socket> {
  return secure
    ? ready(connectTls({ host, port, ...nameFor(host), ALPNProtocols: ['http/1.1'] }), 'secureConnect')
    : ready(connectSocket({ host, port, noDelay: true }), 'connect');
}

/** TLS on a connection that a link has made: a TCP listener passes it on as it is, a TLS listener answers it. */
async function secured(connection: Connection, serverName: string, trusted: SecureContext | undefined): Promise<Connection> {
  const tls = connectTls({
    socket: connection.socket,
    ...nameFor(serverName),
    ALPNProtocols: ['http/1.1'],
    ...(trusted === undefined ? {} : { secureContext: trusted }),
  });
  const socket = await ready(tls, 'secureConnect');
  return {
    socket,
    route: connection.route,
    get draining() {
      return connection.draining;
    },
    onDraining: (callback) => connection.onDraining(callback),
  };
}

/** An address is no name that a server could be asked for (RFC 6066 section 3). */
function nameFor(host: string): { servername?: string } {
  return isIP(host) === 0 ? { servername: host } : {};
}

function ready<S extends Socket>(socket: S, event: 'connect' | 'secureConnect'): Promise<S> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    socket.once('error', onError);
    socket.once(event, () => {
      socket.removeListener('error', onError);
      resolve(socket);
    });
  });
}
