import { userFailure } from './problem.ts';

/** @throws EngineFailure `Interrupted` once the signal has been given */
export function checkInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw userFailure('Interrupted', 'Interrupted before it was done');
}

/** Waits for `work`, but no longer than until the signal. @throws EngineFailure `Interrupted`, and whatever `work` rejects with */
export async function unlessInterrupted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await work;
  const interrupted = Promise.withResolvers<never>();
  const onAbort = (): void => {
    try {
      checkInterrupted(signal);
    } catch (error) {
      interrupted.reject(error);
    }
  };
  signal.addEventListener('abort', onAbort, { once: true });
  onAbort();
  try {
    return await Promise.race([work, interrupted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
