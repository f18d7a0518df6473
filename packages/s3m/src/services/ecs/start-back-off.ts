import type { Clock, Timer } from '../../clock/clock.ts';

const FIRST_MS = 10_000;
/** ECS-075 */
const LONGEST_MS = 15 * 60_000;

/**
 * Puts off starts after tasks that failed before they were ever healthy: 10 s, then twice as long each time, up to 15 minutes (ECS-075;
 * AWS tells only the longest). AWS puts off only after tasks that never reached RUNNING; here also after others that were never healthy,
 * because a container starts in milliseconds and one that exits at once would otherwise keep the machine busy.
 */
export class StartBackOff {
  readonly #clock: Clock;
  readonly #onOpen: () => void;
  #failures = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock, onOpen: () => void) {
    this.#clock = clock;
    this.#onOpen = onOpen;
  }

  get mayStart(): boolean {
    return this.#timer === undefined;
  }

  /** How often starts were put off in a row. */
  get failures(): number {
    return this.#failures;
  }

  /** Tasks that fail together count once. */
  failed(): void {
    if (this.#timer !== undefined) return;
    const delay = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#failures);
    this.#failures++;
    this.#timer = this.#clock.after(delay, () => {
      this.#timer = undefined;
      this.#onOpen();
    });
  }

  /** A task became healthy, or there is something new to start. */
  reset(): void {
    this.#failures = 0;
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
