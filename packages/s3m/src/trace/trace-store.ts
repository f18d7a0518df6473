import type { Trace } from './trace.ts';

/** Keeps the newest traces, `capacity` of them (10,000 by default); adding and finding take constant time. */
export class TraceStore {
  readonly #capacity: number;
  readonly #byId = new Map<string, Trace>();

  constructor(capacity = 10_000) {
    this.#capacity = capacity;
  }

  add(trace: Trace): void {
    this.#byId.set(trace.id, trace);
    if (this.#byId.size > this.#capacity) this.#byId.delete(this.#byId.keys().next().value!);
  }

  find(id: string): Trace | undefined {
    return this.#byId.get(id);
  }

  /** The newest first. */
  recent(limit: number): Trace[] {
    return [...this.#byId.values()].slice(-limit).toReversed();
  }
}
