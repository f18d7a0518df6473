/** A running timer. Cancelling twice is harmless. */
export interface Timer {
  cancel(): void;
}

/**
 * Time as the engine sees it. Handed in from outside, so that schedulers, caches and health checks run on a virtual clock in tests.
 *
 * `now` is wall-clock time in milliseconds since the epoch; `monotonic` is milliseconds from an arbitrary start and never goes back.
 * Durations that `--time-scale` applies to are scaled by {@link scaledClock}, not by the caller.
 */
export interface Clock {
  now(): number;
  monotonic(): number;
  /** Runs `callback` once after `delayMs`. A pending timer does not keep the process alive. */
  after(delayMs: number, callback: () => void): Timer;
}
