import type { Trace } from './trace.ts';

/** What a trace is made from when somebody asks for it. */
export interface TraceRecord {
  readonly id: string;
  toTrace(): Trace;
}

/** Keeps what the newest requests left behind, `capacity` of them (10,000 by default). Adding takes constant time. */
export class TraceStore {
  readonly #capacity: number;
  /** In order of arrival, round and round. No index: people ask for a trace now and then, requests come all the time. */
  readonly #ring: (Trace | TraceRecord)[] = [];
  #next = 0;

  constructor(capacity = 10_000) {
    this.#capacity = capacity;
  }

  add(record: Trace | TraceRecord): void {
    this.#ring[this.#next] = record;
    this.#next = (this.#next + 1) % this.#capacity;
  }

  find(id: string): Trace | undefined {
    const record = this.#ring.find((each) => each.id === id);
    return record && toTrace(record);
  }

  /** The newest first. */
  recent(limit: number): Trace[] {
    const records = [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)];
    return limit <= 0 ? [] : records.slice(-limit).toReversed().map(toTrace);
  }
}

function toTrace(record: Trace | TraceRecord): Trace {
  return 'toTrace' in record ? record.toTrace() : record;
}
