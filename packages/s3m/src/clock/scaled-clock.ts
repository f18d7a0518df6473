import type { Clock } from './clock.ts';

/**
 * A clock whose delays last `scale` times as long: what `--time-scale` gives to health checks, drains, grace periods, back-offs and cool-downs.
 * `now` and `monotonic` stay unscaled, so time stamps are true. A scale of 1 is AWS's pace.
 */
export function scaledClock(clock: Clock, scale: number): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    after: (delayMs, callback) => clock.after(delayMs * scale, callback),
  };
}
