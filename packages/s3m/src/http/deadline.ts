import type { Clock, Timer } from '../clock/clock.ts';

/**
 * One deadline that moves often and passes seldom. Moving it later, or clearing it, touches no timer: the timer that runs looks at its end
 * whether the deadline has passed by then.
 */
export class Deadline {
  readonly #clock: Clock;
  readonly #onPassed: () => void;
  readonly #onTimer = (): void => this.#check();
  #at = Infinity;
  #timer: Timer | undefined;
  #timerAt = Infinity;

  constructor(clock: Clock, onPassed: () => void) {
    this.#clock = clock;
    this.#onPassed = onPassed;
  }

  /** Calls back once `delayMs` from now, instead of when it was set to before. */
  set(delayMs: number, now: number = this.#clock.monotonic()): void {
    this.#at = now + delayMs;
    if (this.#at < this.#timerAt) this.#arm(delayMs);
  }

  /** Calls back at a time of the monotonic clock. */
  setAt(at: number): void {
    this.#at = at;
    if (at < this.#timerAt) this.#arm(Math.max(0, at - this.#clock.monotonic()));
  }

  clear(): void {
    this.#at = Infinity;
  }

  /** Clears it and lets go of the timer. */
  dispose(): void {
    this.#at = Infinity;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerAt = Infinity;
  }

  #arm(delayMs: number): void {
    this.#timer?.cancel();
    this.#timerAt = this.#at;
    this.#timer = this.#clock.after(delayMs, this.#onTimer);
  }

  #check(): void {
    this.#timer = undefined;
    this.#timerAt = Infinity;
    if (this.#at === Infinity) return;
    const left = this.#at - this.#clock.monotonic();
    // A timer may fire a fraction of a millisecond early.
    if (left >= 1) this.#arm(left);
    else {
      this.#at = Infinity;
      this.#onPassed();
    }
  }
}
