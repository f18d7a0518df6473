import type { Directory } from '../../capabilities/directory.ts';
import type { LiveUserPool } from './live-user-pool.ts';

/** Pools of an account by id: a directory is one account's. */
const pools = new WeakMap<Directory, Map<string, LiveUserPool>>();

/** Lets the pool's clients find it. Answers a function that takes it away again. */
export function registerUserPool(directory: Directory, pool: LiveUserPool): () => void {
  let ofAccount = pools.get(directory);
  if (ofAccount === undefined) pools.set(directory, (ofAccount = new Map()));
  ofAccount.set(pool.id, pool);
  return () => void ofAccount.delete(pool.id);
}

export function findUserPool(directory: Directory, id: string): LiveUserPool | undefined {
  return pools.get(directory)?.get(id);
}
