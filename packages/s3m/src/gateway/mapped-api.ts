import { AccountRegister } from '../capabilities/account-register.ts';
import type { Directory } from '../capabilities/directory.ts';
import type { Exchange } from '../http/exchange.ts';
import type { DomainAddress } from './custom-domain.ts';

/** An API as mappings of custom domains use it; REST and HTTP APIs are mapped alike (AG-022). */
export interface MappedApi {
  readonly id: string;
  /** A private API, which no public domain leads to. */
  readonly isPrivate?: boolean;
  hasStage(name: string): boolean;
  /** Answers a request that came by a custom domain. Without a stage, the path behind the base path begins with it (AG-535). */
  handleAt(exchange: Exchange, address: DomainAddress, stage: string | undefined): void | Promise<void>;
}

/** By id. */
const apis = new AccountRegister<MappedApi>();

/** Lets mappings find the API. Answers what takes it away again. */
export function registerMappedApi(directory: Directory, api: MappedApi): () => void {
  return apis.add(directory, api.id, api);
}

export function findMappedApi(directory: Directory, id: string): MappedApi | undefined {
  return apis.find(directory, id);
}
