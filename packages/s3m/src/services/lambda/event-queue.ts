import type { InvokeResult } from '../../capabilities/invocable.ts';
import type { Clock, Timer } from '../../clock/clock.ts';

/** How events of asynchronous invocations are treated that a function fails to take (LMB-042). */
export interface EventSettings {
  /** After the first attempt: 0 to 2. */
  readonly maxRetries: number;
  /** Older events are dropped, in milliseconds. */
  readonly maxAgeMs: number;
}

/** LMB-042 */
export const defaultEventSettings: EventSettings = { maxRetries: 2, maxAgeMs: 21_600_000 };

/** After a function's first and second error (LMB-042). */
const errorDelaysMs: readonly number[] = [60_000, 120_000];
/** Of a throttled event: doubled each time, up to the second (LMB-042). */
const throttleDelayMs = 1_000;
const maxThrottleDelayMs = 300_000;

/** An event on its way to a function. */
export interface QueuedEvent {
  readonly requestId: string;
  readonly settings: EventSettings;
  /** One attempt. */
  run(): Promise<InvokeResult>;
}

/** The events that a function is to get without anybody waiting for its answer. */
export class EventQueue {
  readonly #clock: Clock;
  readonly #onDropped: (requestId: string, why: string) => void;
  readonly #timers = new Set<Timer>();
  #closed = false;

  /** `clock` paces the retries; `onDropped` hears of events that are given up. */
  constructor(clock: Clock, onDropped: (requestId: string, why: string) => void) {
    this.#clock = clock;
    this.#onDropped = onDropped;
  }

  /** Hands the event over at once, and again as long as that fails and its settings allow. */
  put(event: QueuedEvent): void {
    void this.#deliver(event);
  }

  /** Forgets what waits. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  async #deliver({ requestId, settings, run }: QueuedEvent): Promise<void> {
    let failures = 0;
    let throttles = 0;
    let ageMs = 0;
    while (!this.#closed) {
      const result = await run();
      if (this.#closed || result.kind === 'success') return;
      let delayMs: number;
      if (result.kind === 'function-error') {
        if (failures >= settings.maxRetries) {
          this.#onDropped(requestId, `the function failed ${failures + 1} times, at last with ${result.errorType}: ${result.errorMessage}`);
          return;
        }
        delayMs = errorDelaysMs[failures++]!;
      } else {
        if (result.status !== 429) {
          this.#onDropped(requestId, `${result.code}: ${result.message}`);
          return;
        }
        delayMs = Math.min(throttleDelayMs * 2 ** throttles++, maxThrottleDelayMs);
      }
      ageMs += delayMs;
      if (ageMs > settings.maxAgeMs) {
        this.#onDropped(requestId, `it is older than ${settings.maxAgeMs / 1000} seconds`);
        return;
      }
      await this.#wait(delayMs);
    }
  }

  #wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#clock.after(delayMs, () => {
        this.#timers.delete(timer);
        resolve();
      });
      this.#timers.add(timer);
    });
  }
}
