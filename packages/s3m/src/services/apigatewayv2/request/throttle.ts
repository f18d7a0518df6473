import type { Clock } from '../../../clock/clock.ts';
import { TokenBucket } from '../../../gateway/token-bucket.ts';

/** `ThrottlingRateLimit` in requests a second and `ThrottlingBurstLimit`, of a stage or of one of its routes. */
export interface ThrottleSettings {
  readonly rateLimit?: number;
  readonly burstLimit?: number;
}

/** The account's own limits (AG-419), where a stage sets only one of the two. */
const accountRate = 10_000;
const accountBurst = 5_000;

/** A stage's throttling: a bucket for each route, filled by the route's settings or by the stage's default ones (AG-556). */
export class Throttle {
  readonly #default: ThrottleSettings;
  readonly #routes: Readonly<Record<string, ThrottleSettings>>;
  readonly #clock: Clock;
  /** Undefined for a route without limits. */
  readonly #buckets = new Map<string, TokenBucket | undefined>();

  constructor(byDefault: ThrottleSettings, routes: Readonly<Record<string, ThrottleSettings>>, clock: Clock) {
    this.#default = byDefault;
    this.#routes = routes;
    this.#clock = clock;
  }

  /** False when the request is one too many. */
  admits(routeKey: string): boolean {
    if (!this.#buckets.has(routeKey)) this.#buckets.set(routeKey, this.#createBucket(routeKey));
    return this.#buckets.get(routeKey)?.take(this.#clock.monotonic()) ?? true;
  }

  #createBucket(routeKey: string): TokenBucket | undefined {
    const own = Object.hasOwn(this.#routes, routeKey) ? this.#routes[routeKey] : undefined;
    const { rateLimit, burstLimit } = { ...this.#default, ...own };
    if (rateLimit === undefined && burstLimit === undefined) return undefined;
    return new TokenBucket({ rate: rateLimit ?? accountRate, burst: burstLimit ?? accountBurst }, this.#clock.monotonic());
  }
}
