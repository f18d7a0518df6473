import type { Trace } from './trace.ts';

/** Keeps the newest traces, `capacity` of them (10,000 by default); adding and finding take constant time. */
export class TraceStore {
  readonly #capacity: number;
  readonly #byId = new Map<string, Trace>();
  /** In order of arrival, round and round. A map's own order would be searched for its first entry, past all that were deleted. */
  readonly #ring: Trace[] = [];
  #next = 0;

  constructor(capacity = 10_000) {
    this.#capacity = capacity;
  }

  add(trace: Trace): void {
    const oldest = this.#ring[this.#next];
    if (oldest !== undefined) this.#byId.delete(oldest.id);
    this.#ring[this.#next] = trace;
    this.#next = (this.#next + 1) % this.#capacity;
    this.#byId.set(trace.id, trace);
  }

  find(id: string): Trace | undefined {
    return this.#byId.get(id);
  }

  /** The newest first. */
  recent(limit: number): Trace[] {
    const traces = [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)];
    return limit <= 0 ? [] : traces.slice(-limit).toReversed();
  }
}
