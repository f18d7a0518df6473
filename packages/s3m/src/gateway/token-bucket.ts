/** How many requests are let through (AG-418). */
export interface RequestLimit {
  /** A second, on average; may be a fraction. 0: none. */
  readonly rate: number;
  /** At once, after a pause. 0: none. */
  readonly burst: number;
}

/** Below this a token is whole: a thousandth of a second at a fractional rate adds up to a little less than one. */
const whole = 1 - 1e-9;

/** A bucket that holds `burst` tokens, begins full, and is filled at `rate` tokens a second (AG-418). */
export class TokenBucket {
  #limit: RequestLimit;
  #tokens: number;
  #filledAt: number;

  /** @param now monotonic milliseconds */
  constructor(limit: RequestLimit, now: number) {
    this.#limit = limit;
    this.#tokens = limit.burst;
    this.#filledAt = now;
  }

  get limit(): RequestLimit {
    return this.#limit;
  }

  /** Takes one; false when there is none. */
  take(now: number): boolean {
    if (this.#limit.rate === 0) return false; // AG-428
    this.#fill(now);
    if (this.#tokens < whole) return false;
    this.#tokens = Math.max(0, this.#tokens - 1);
    return true;
  }

  /** Another limit from now on; what is in the bucket stays, as far as it fits. */
  change(limit: RequestLimit, now: number): void {
    if (limit.rate === this.#limit.rate && limit.burst === this.#limit.burst) return;
    this.#fill(now);
    this.#limit = limit;
    this.#tokens = Math.min(this.#tokens, limit.burst);
  }

  #fill(now: number): void {
    this.#tokens = Math.min(this.#limit.burst, this.#tokens + ((now - this.#filledAt) * this.#limit.rate) / 1000);
    this.#filledAt = now;
  }
}
