import { OwnFactsTable, type OwnFacts } from './own-facts.ts';
import type { Trace } from './trace.ts';

/** What a trace is made from when somebody asks for it. */
export interface TraceRecord {
  readonly id: string;
  /** @param own of a request that is like this one but for these */
  toTrace(own?: OwnFacts): Trace;
}

/** What is kept of one request: its trace, or what it is made from, which is another's where the request has a row of its own. */
interface Kept {
  record: Trace | TraceRecord;
  isLike: boolean;
}

/** Keeps what the newest requests left behind, `capacity` of them (10,000 by default). Adding takes constant time. */
export class TraceStore {
  readonly #capacity: number;
  /** In order of arrival, round and round. No index: people ask for a trace now and then, requests come all the time. */
  readonly #ring: Kept[] = [];
  #own: OwnFactsTable | undefined;
  #next = 0;

  constructor(capacity = 10_000) {
    this.#capacity = capacity;
  }

  add(record: Trace | TraceRecord): void {
    this.#put(record, false);
  }

  /** Keeps a request that is like another one: only what is its own. */
  addLike(like: TraceRecord, own: OwnFacts): void {
    this.#own ??= new OwnFactsTable(this.#capacity);
    this.#own.put(this.#next, own);
    this.#put(like, true);
  }

  find(id: string): Trace | undefined {
    for (let row = 0; row < this.#ring.length; row++) if (this.#idOf(row) === id) return this.#toTrace(row);
    return undefined;
  }

  /** The newest first. */
  recent(limit: number): Trace[] {
    const traces: Trace[] = [];
    const count = Math.min(limit, this.#ring.length);
    for (let back = 1; back <= count; back++) traces.push(this.#toTrace((this.#next - back + this.#ring.length) % this.#ring.length));
    return traces;
  }

  /** The places are used again: a place that is made once does not have to be moved by the garbage collector. */
  #put(record: Trace | TraceRecord, isLike: boolean): void {
    const kept = this.#ring[this.#next];
    if (kept === undefined) this.#ring.push({ record, isLike });
    else {
      kept.record = record;
      kept.isLike = isLike;
    }
    this.#next = (this.#next + 1) % this.#capacity;
  }

  #idOf(row: number): string {
    const { record, isLike } = this.#ring[row]!;
    return isLike ? this.#own!.id(row) : record.id;
  }

  #toTrace(row: number): Trace {
    const { record, isLike } = this.#ring[row]!;
    if (!('toTrace' in record)) return record;
    return isLike ? record.toTrace(this.#own!.get(row)) : record.toTrace();
  }
}
