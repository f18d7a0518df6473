import type { Clock } from '../clock/clock.ts';

/** What a promise comes to, or undefined when that takes longer. The work itself goes on. */
export function within<T>(promise: Promise<T>, timeoutMs: number, clock: Clock): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(timeoutMs, () => resolve(undefined));
    promise.then(resolve, reject).finally(() => timer.cancel());
  });
}
