import type { AddressInfo } from 'node:net';
import type { Ports } from '../services/account.ts';
import { ResourceFailure } from '../services/resource-type.ts';
import { findPortHolder } from './port-holder.ts';

export interface PortsOptions {
  /** What the user asked for, by `api` or `api:LogicalId`. 0 takes any free one. */
  readonly explicit: ReadonlyMap<string, number>;
  /** Where each listened before, by `aws` or `api:LogicalId`. */
  readonly remembered: ReadonlyMap<string, number>;
  /** Told in a sentence when a default is taken by somebody else. */
  onMoved(notice: string): void;
  /** Told where each listens: what is `remembered` next time. */
  onListening?(key: string, port: number): void;
}

/** A port that somebody else has, of those that the user asked for. */
export class PortTaken extends ResourceFailure {}

type Listener = Parameters<Ports['listen']>[0];
type Request = Parameters<Ports['listen']>[1];

/** How far from a default the next free port is looked for. */
const searchWidth = 200;

/** Gives out loopback ports (CONTRACTS: ports). */
export function createPorts(options: PortsOptions): Ports {
  return new LoopbackPorts(options);
}

class LoopbackPorts implements Ports {
  readonly #options: PortsOptions;
  /** Where each listens in this engine, and still will after its server has been replaced. */
  readonly #given = new Map<string, number>();
  /** Servers of one name are opened one after the other, so that the first one gets the first port. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: PortsOptions) {
    this.#options = options;
  }

  listen(server: Listener, request: Request): Promise<number> {
    const result = this.#last.then(() => this.#listen(server, request));
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #listen(server: Listener, request: Request): Promise<number> {
    const key = request.logicalId === '' ? request.name : `${request.name}:${request.logicalId}`;
    const port = await this.#open(server, request, key);
    this.#given.set(key, port);
    this.#options.onListening?.(key, port);
    return port;
  }

  async #open(server: Listener, request: Request, key: string): Promise<number> {
    const { explicit, remembered } = this.#options;
    const given = this.#given.get(key);
    if (given !== undefined && (await tryListen(server, given)) !== undefined) return given;
    const ofName = explicit.get(request.name);
    // A number is for the first of a name; any free port is for all of them.
    const wanted = explicit.get(key) ?? (ofName === 0 || this.#isFirst(request.name) ? ofName : undefined);
    if (wanted !== undefined && given === undefined) return await this.#openExplicit(server, request, wanted);
    const before = remembered.get(key);
    if (before === undefined || this.#isGiven(before)) return await this.#openNext(server, request, undefined);
    if ((await tryListen(server, before)) !== undefined) return before;
    return await this.#openNext(server, request, before);
  }

  async #openExplicit(server: Listener, request: Request, wanted: number): Promise<number> {
    const port = await tryListen(server, wanted);
    if (port !== undefined) return port;
    const holder = await findPortHolder(wanted);
    throw new PortTaken(`Port ${wanted} for ${request.name} is taken by ${holder ?? 'another process'}`, {
      fix: `Stop it, or choose another port: --port ${request.name}=N`,
    });
  }

  /** The default, or the next free one after it. `before` is where it listened the last time, and somebody else does now. */
  async #openNext(server: Listener, request: Request, before: number | undefined): Promise<number> {
    const first = this.#options.explicit.get(request.name) ?? request.preferred;
    let taken = before;
    for (let candidate = first; candidate < Math.min(first + searchWidth, 65_536); candidate++) {
      if (this.#isGiven(candidate) || this.#isAskedFor(candidate)) continue;
      const port = await tryListen(server, candidate);
      if (port === undefined) {
        taken ??= candidate;
        continue;
      }
      if (taken !== undefined) await this.#tellMoved(request, taken, port);
      return port;
    }
    throw new ResourceFailure(`No free port for ${request.name} from ${first} on`, { fix: `Choose one: --port ${request.name}=N` });
  }

  async #tellMoved(request: Request, taken: number, port: number): Promise<void> {
    const holder = (await findPortHolder(taken)) ?? 'another process, which has gone meanwhile';
    const key = request.logicalId === '' ? request.name : `${request.name}:${request.logicalId}`;
    this.#options.onMoved(
      `Port ${taken} is taken by ${holder}. ${purpose(request)} is on port ${port} instead; to choose one yourself: --port ${key}=N`,
    );
  }

  #isFirst(name: string): boolean {
    return ![...this.#given.keys()].some((key) => key === name || key.startsWith(`${name}:`));
  }

  #isGiven(port: number): boolean {
    return [...this.#given.values()].includes(port);
  }

  /** Whether the user wants it for something. */
  #isAskedFor(port: number): boolean {
    return [...this.#options.explicit.values()].includes(port);
  }
}

/** What a port is for, at the start of a sentence. */
function purpose({ name, logicalId }: Request): string {
  const word = { aws: 'The AWS endpoint', api: 'The API', site: 'The site', domain: 'The domain', lb: 'The load balancer' }[name] ?? name;
  return logicalId === '' ? word : `${word} ${logicalId}`;
}

/** Listens on 127.0.0.1. @returns the port, or undefined when it is taken. @throws what else keeps it from listening */
function tryListen(server: Listener, port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      server.removeListener('listening', onListening);
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else if (error.code === 'EACCES')
        reject(new ResourceFailure(`Port ${port} is not open to this user`, { fix: 'Choose a port above 1023', cause: error }));
      else reject(error);
    };
    const onListening = (): void => {
      server.removeListener('error', onError);
      resolve((server.address() as AddressInfo).port);
    };
    server.once('error', onError);
    server.once('listening', onListening);
    server.listen({ port, host: '127.0.0.1', exclusive: true });
  });
}
