import { AccountRegister } from '../capabilities/account-register.ts';
import type { Directory } from '../capabilities/directory.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Arrival } from './arrival.ts';

/** A request that came to a custom domain and found a mapping. */
export interface DomainAddress {
  /** `api.example.com` */
  readonly domain: string;
  /** Without slashes around it; empty for the mapping of everything else. */
  readonly basePath: string;
  /** The request target behind the base path: begins with a slash, or is empty. */
  readonly rest: string;
  /** What mutual TLS says of the client. */
  readonly arrival?: Arrival;
}

/** What answers for a base path. */
export type DomainTarget = (exchange: Exchange, address: DomainAddress) => void | Promise<void>;

/** Two mappings of one base path (AWS: ConflictException). */
export class BasePathTaken extends Error {
  constructor() {
    super('Base path already exists for this domain name');
  }
}

/** A custom domain: which API answers for which beginning of a path (AG-012 to AG-017). REST and HTTP APIs may share one (AG-022). */
export class CustomDomain {
  readonly name: string;
  /** The longest base path first (AG-014). */
  #mappings: readonly { readonly basePath: string; readonly target: DomainTarget }[] = [];

  constructor(name: string) {
    this.name = name;
  }

  get basePaths(): readonly string[] {
    return this.#mappings.map(({ basePath }) => basePath);
  }

  /** @param basePath without slashes around it; empty for all that no other takes (AG-013). Answers what removes it. @throws BasePathTaken */
  map(basePath: string, target: DomainTarget): () => void {
    if (this.basePaths.includes(basePath)) throw new BasePathTaken();
    const mapping = { basePath, target };
    this.#mappings = [...this.#mappings, mapping].toSorted((one, other) => other.basePath.length - one.basePath.length);
    return () => {
      this.#mappings = this.#mappings.filter((other) => other !== mapping);
    };
  }

  /** Undefined when no mapping covers the path (AG-017). A base path covers whole segments, and its case counts. */
  find(target: string): { readonly target: DomainTarget; readonly address: DomainAddress } | undefined {
    let start = 0;
    while (target.charCodeAt(start) === 0x2f) start++;
    for (const mapping of this.#mappings) {
      const { basePath } = mapping;
      const end = start + basePath.length;
      if (!target.startsWith(basePath, start)) continue;
      const next = target.charAt(end);
      if (basePath !== '' && next !== '' && next !== '/' && next !== '?') continue;
      const rest = basePath === '' ? target.slice(Math.max(0, start - 1)) : target.slice(end);
      return { target: mapping.target, address: { domain: this.name, basePath, rest } };
    }
    return undefined;
  }
}

const domains = new AccountRegister<CustomDomain>();

/** Lets mappings find the domain. Answers what takes it away again; undefined when there is one of that name. */
export function registerDomain(directory: Directory, domain: CustomDomain): (() => void) | undefined {
  return domains.find(directory, domain.name) === undefined ? domains.add(directory, domain.name, domain) : undefined;
}

export function findDomain(directory: Directory, name: string): CustomDomain | undefined {
  return domains.find(directory, name);
}
