import type { Outcome } from './integration.ts';

/**
 * An outcome that comes later, to one who waits. Told at once where a promise would tell in a turn of its own: nearly every request of a busy gateway
 * waits for its backend like this.
 */
export class Later {
  #settled: { readonly outcome: Outcome } | { readonly error: unknown } | undefined;
  #onOutcome: ((outcome: Outcome) => void) | undefined;
  #onError: ((error: unknown) => void) | undefined;

  /** What is told first counts. */
  resolve(outcome: Outcome): void {
    if (this.#settled !== undefined) return;
    this.#settled = { outcome };
    this.#onOutcome?.(outcome);
  }

  reject(error: unknown): void {
    if (this.#settled !== undefined) return;
    this.#settled = { error };
    this.#onError?.(error);
  }

  /** Calls one of the two, at once when the outcome is there. Neither may throw. */
  whenSettled(onOutcome: (outcome: Outcome) => void, onError: (error: unknown) => void): void {
    this.#onOutcome = onOutcome;
    this.#onError = onError;
    if (this.#settled === undefined) return;
    if ('outcome' in this.#settled) onOutcome(this.#settled.outcome);
    else onError(this.#settled.error);
  }
}

/** For those who wait with others. */
export function unlessLater(outcome: Outcome | Promise<Outcome> | Later): Outcome | Promise<Outcome> {
  return outcome instanceof Later ? new Promise((resolve, reject) => outcome.whenSettled(resolve, reject)) : outcome;
}
