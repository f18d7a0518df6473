import type { Directory } from '../capabilities/directory.ts';
import type { Exchange } from '../http/exchange.ts';
import type { DomainAddress } from './custom-domain.ts';

/** An API as mappings of custom domains use it; REST and HTTP APIs are mapped alike (AG-022). */
export interface MappedApi {
  readonly id: string;
  hasStage(name: string): boolean;
  /** Answers a request that came by a custom domain. Without a stage, the path behind the base path begins with it (AG-535). */
  handleAt(exchange: Exchange, address: DomainAddress, stage: string | undefined): void | Promise<void>;
}

/** APIs of an account by id: a directory is one account's. */
const apis = new WeakMap<Directory, Map<string, MappedApi>>();

/** Lets mappings find the API. Answers what takes it away again. */
export function registerMappedApi(directory: Directory, api: MappedApi): () => void {
  let ofAccount = apis.get(directory);
  if (ofAccount === undefined) apis.set(directory, (ofAccount = new Map()));
  ofAccount.set(api.id, api);
  return () => void ofAccount.delete(api.id);
}

export function findMappedApi(directory: Directory, id: string): MappedApi | undefined {
  return apis.get(directory)?.get(id);
}
