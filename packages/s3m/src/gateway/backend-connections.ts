import { connect as connectSocket, type Socket } from 'node:net';
import { DialFailure, type Connection, type ConnectionRoute } from '../capabilities/connection.ts';
import type { Directory } from '../capabilities/directory.ts';
import type { Clock } from '../clock/clock.ts';
import { createConnectionPool, type ConnectionPool } from '../http/connection-pool.ts';
import type { PooledConnection } from '../http/pooled-connection.ts';
import { BackendTls, ready, type TlsTerms } from './backend-tls.ts';

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
      readonly terms?: TlsTerms;
    }
  | { readonly kind: 'internet'; readonly secure: boolean; readonly host: string; readonly port: number; readonly terms?: TlsTerms };

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
  readonly #tls: BackendTls;

  constructor(directory: Directory, clock: Clock) {
    this.#directory = directory;
    this.#clock = clock;
    this.#tls = new BackendTls(directory, clock);
  }

  fleet(address: BackendAddress): Fleet {
    const key = keyOf(address);
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
    const { terms = {} } = address;
    if (address.kind === 'internet') {
      const { secure, host, port } = address;
      if (secure) return { socket: await this.#tls.secure({ host, port }, host, terms) };
      return { socket: await ready(connectSocket({ host, port, noDelay: true }), 'connect') };
    }
    const connection =
      address.target === undefined
        ? await this.#dial(address.linkId, address.port)
        : await this.#dialTarget(address.linkId, address.port, address.target);
    if (address.serverName === undefined) return connection;
    // A TCP listener passes TLS on as it is, a TLS listener answers it.
    return secured(connection, await this.#tls.secure({ socket: connection.socket }, address.serverName, terms));
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

function secured(connection: Connection, socket: Socket): Connection {
  return {
    socket,
    route: connection.route,
    get draining() {
      return connection.draining;
    },
    onDraining: (callback) => connection.onDraining(callback),
  };
}

/** Connections of one key are alike: what tells the backend who calls, or decides whether it is trusted, is in it. */
function keyOf(address: BackendAddress): string {
  const { insecure = false, clientCertificate } = address.terms ?? {};
  const terms = `${insecure ? 'insecure' : ''}:${clientCertificate?.id ?? ''}`;
  return address.kind === 'vpc-link'
    ? `${address.linkId}:${address.port}:${address.target ?? ''}:${address.serverName ?? ''}:${terms}`
    : `${address.secure ? 'https' : 'http'}://${address.host}:${address.port}:${terms}`;
}
