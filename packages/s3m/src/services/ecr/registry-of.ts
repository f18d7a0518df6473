import type { Account } from '../account.ts';
import { EcrRegistry } from './ecr-registry.ts';

const registries = new WeakMap<Account, EcrRegistry>();

/** The account's registry, opened when it is first needed. */
export function registryOf(account: Account): EcrRegistry {
  let registry = registries.get(account);
  if (registry === undefined) registries.set(account, (registry = new EcrRegistry(account)));
  return registry;
}
