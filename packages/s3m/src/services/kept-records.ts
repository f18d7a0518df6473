import type { Collection } from '../state/state.ts';
import { Turns } from './turns.ts';

/** Something that exists, with all that is kept of it. */
export class LiveRecord<R> {
  #record: R;

  constructor(record: R) {
    this.#record = record;
  }

  get record(): R {
    return this.#record;
  }

  /** Takes what has been kept in place of what was. */
  replace(record: R): void {
    this.#record = record;
  }
}

/** What `open` makes of a record: the live thing, and how to take it out of the account. */
export interface Opened<L> {
  readonly live: L;
  readonly withdraw: () => void;
}

/**
 * The records of a service by key, in memory and where they are kept (`--persist`). A change is seen when it is safe: one that the disk
 * refuses leaves everything as it was.
 */
export class KeptRecords<R, L extends LiveRecord<R>> {
  readonly #kept: Collection;
  readonly #open: (record: R) => Opened<L>;
  readonly #records = new Map<string, Opened<L>>();
  readonly #turns = new Turns();

  /** @throws StateFailure */
  constructor(kept: Collection, open: (record: R) => Opened<L>) {
    this.#kept = kept;
    this.#open = open;
    for (const { key, value } of kept.entries()) this.#records.set(key, open(value as R));
  }

  find(key: string): L | undefined {
    return this.#records.get(key)?.live;
  }

  all(): readonly L[] {
    return [...this.#records.values()].map(({ live }) => live);
  }

  /** Runs changes of one name one after the other: what one of them finds is still so when it writes. */
  inTurn<T>(name: string, change: () => T | Promise<T>): Promise<T> {
    return this.#turns.take(name, change);
  }

  /** @throws StateFailure; then nothing has changed */
  async put(key: string, record: R): Promise<L> {
    await this.#kept.put(key, record);
    const existing = this.#records.get(key);
    if (existing !== undefined) {
      existing.live.replace(record);
      return existing.live;
    }
    const opened = this.#open(record);
    this.#records.set(key, opened);
    return opened.live;
  }

  /** Whether there was one. @throws StateFailure; then it is still there */
  async delete(key: string): Promise<boolean> {
    if (!this.#records.has(key)) return false;
    await this.#kept.delete(key);
    this.#records.get(key)?.withdraw();
    return this.#records.delete(key);
  }
}
