import type { Account } from '../account.ts';

const given = new WeakMap<Account['directory'], Map<string, number>>();

/** The next revision of a family in this account: revisions are never used again (ECS-025). Counts from 1 at each start of the engine. */
export function nextRevision(account: Account, family: string): number {
  let families = given.get(account.directory);
  if (families === undefined) given.set(account.directory, (families = new Map()));
  const revision = (families.get(family) ?? 0) + 1;
  families.set(family, revision);
  return revision;
}
