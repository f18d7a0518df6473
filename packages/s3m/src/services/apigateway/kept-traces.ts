import type { TraceStore } from '../../trace/trace-store.ts';
import type { RequestTrace } from './request-trace.ts';

/** Traces that new ones are compared with: an API has some methods, and some answers of each, that make up most of what goes on. */
const patterns = 8;

/**
 * Puts traces into the store. Most requests of an API are like one not long before but for what is their own: only that is kept, so that
 * thousands of traces are nothing for the garbage collector to move.
 */
export class KeptTraces {
  /** The newest first. */
  readonly #patterns: RequestTrace[] = [];

  keep(trace: RequestTrace, store: TraceStore): void {
    for (const pattern of this.#patterns) {
      if (trace.isLike(pattern)) {
        store.addLike(pattern, trace);
        return;
      }
    }
    store.add(trace);
    // One with more to tell is like no other, nor like itself.
    if (trace.isLike(trace) && this.#patterns.unshift(trace) > patterns) this.#patterns.pop();
  }
}
