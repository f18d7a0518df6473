import { AccountRegister } from '../../capabilities/account-register.ts';
import type { Directory } from '../../capabilities/directory.ts';
import type { LiveUserPool } from './live-user-pool.ts';

/** By id. */
const pools = new AccountRegister<LiveUserPool>();

/** Lets the pool's clients find it. Answers a function that takes it away again. */
export function registerUserPool(directory: Directory, pool: LiveUserPool): () => void {
  return pools.add(directory, pool.id, pool);
}

export function findUserPool(directory: Directory, id: string): LiveUserPool | undefined {
  return pools.find(directory, id);
}
