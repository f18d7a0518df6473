import { ResultCache } from '../../../gateway/result-cache.ts';
import type { CachedResult } from './lambda-authorizer.ts';

/** Results of a stage's Lambda authorizers, by authorizer and by what they are keyed by: two stages never share (AG-113). */
export class StageCaches {
  readonly #caches = new Map<string, ResultCache<CachedResult>>();

  /** A change of `keyParts`, the identity sources, begins an empty cache. */
  of(authorizerId: string, keyParts: string): ResultCache<CachedResult> {
    const key = `${authorizerId} ${keyParts}`;
    let cache = this.#caches.get(key);
    if (cache === undefined) this.#caches.set(key, (cache = new ResultCache()));
    return cache;
  }

  /** Drops all results and answers how many there were. */
  flush(): number {
    let count = 0;
    for (const cache of this.#caches.values()) count += cache.flush();
    return count;
  }
}
