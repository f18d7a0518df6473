import type { PropertyReader } from '../../property-reader.ts';
import { decodePath } from '../method-settings.ts';
import { accountLimit } from './usage-register.ts';
import { TokenBucket, type RequestLimit } from '../../../gateway/token-bucket.ts';

/** Limits of a stage's methods, by `VERB /path`; `*` for all that have no entry of their own. */
export type MethodLimits = ReadonlyMap<string, RequestLimit>;

/**
 * Reads the throttling of a stage's `MethodSettings` (AG-427, AG-526). An entry for a method counts alone: what it leaves out is not taken
 * from the one for all methods, but the account's.
 */
export function parseMethodLimits(stage: PropertyReader): MethodLimits {
  const limits = new Map<string, RequestLimit>();
  for (const setting of stage.objects('MethodSettings')) {
    const path = decodePath(setting.optionalString('ResourcePath') ?? '/*');
    const verb = setting.optionalString('HttpMethod') ?? '*';
    const limit = {
      rate: setting.number('ThrottlingRateLimit', accountLimit.rate),
      burst: setting.integer('ThrottlingBurstLimit', accountLimit.burst),
    };
    if (path === '*' && verb !== '*') continue;
    limits.set(path === '*' ? '*' : `${verb} ${path}`, limit);
  }
  const limited = [...limits].some(([, { rate, burst }]) => rate !== accountLimit.rate || burst !== accountLimit.burst);
  return limited ? limits : new Map();
}

/** A stage's buckets: one for each method. */
export class MethodThrottling {
  #limits: MethodLimits = new Map();
  readonly #buckets = new Map<string, TokenBucket>();

  /** Acts at once (AG-457). */
  change(limits: MethodLimits): void {
    this.#limits = limits;
    for (const name of this.#buckets.keys()) if (this.#limitOf(name) === undefined) this.#buckets.delete(name);
  }

  /** The limit that a request exceeds; undefined when there is none. `name` is `VERB /path` as defined. */
  exceeded(name: string, now: number): RequestLimit | undefined {
    if (this.#limits.size === 0) return undefined;
    const limit = this.#limitOf(name);
    if (limit === undefined) return undefined;
    let bucket = this.#buckets.get(name);
    if (bucket === undefined) this.#buckets.set(name, (bucket = new TokenBucket(limit, now)));
    bucket.change(limit, now);
    return bucket.take(now) ? undefined : limit;
  }

  #limitOf(name: string): RequestLimit | undefined {
    return this.#limits.get(name) ?? this.#limits.get(`*${name.slice(name.indexOf(' '))}`) ?? this.#limits.get('*');
  }
}
