interface Entry<T> {
  readonly identity: string;
  readonly value: T;
  readonly expiresAt: number;
  readonly size: number;
}

/** Results kept of one authorizer in one stage, and characters of identities and answers together. */
const maxEntries = 100_000;
const maxSize = 64 * 1024 * 1024;

/**
 * An authorizer's results by identity (AG-109, AG-110): the whole result, never a decision. One cache for each stage and authorizer
 * (AG-113). An entry lives for the time that it was given, however often it is used (AG-118); the one unused for longest goes first when
 * there are too many.
 */
export class ResultCache<T> {
  /** In order of last use. */
  readonly #entries = new Map<string, Entry<T>>();
  #last: Entry<T> | undefined;
  #size = 0;
  #generation = 0;

  get entries(): number {
    return this.#entries.size;
  }

  /** Changes at each flush: what was asked before a flush is not kept after it. */
  get generation(): number {
    return this.#generation;
  }

  /** @param now milliseconds */
  find(identity: string, now: number): T | undefined {
    const entry = this.#entries.get(identity);
    if (entry === undefined) return undefined;
    if (entry.expiresAt <= now) {
      this.#drop(identity);
      return undefined;
    }
    if (entry !== this.#last) {
      this.#entries.delete(entry.identity);
      this.#entries.set(entry.identity, entry);
      this.#last = entry;
    }
    return entry.value;
  }

  /** @param payloadSize characters of the answer that the result was read from */
  keep(identity: string, value: T, expiresAt: number, payloadSize: number): void {
    const size = identity.length + payloadSize;
    if (size > maxSize) return;
    this.#drop(identity);
    const entry = { identity: ownCopy(identity), value, expiresAt, size };
    this.#entries.set(entry.identity, entry);
    this.#last = entry;
    this.#size += size;
    while (this.#entries.size > maxEntries || this.#size > maxSize) this.#drop(this.#entries.keys().next().value!);
  }

  /** Drops everything and answers how many results there were (AG-114). */
  flush(): number {
    const count = this.#entries.size;
    this.#entries.clear();
    this.#last = undefined;
    this.#size = 0;
    this.#generation++;
    return count;
  }

  #drop(identity: string): void {
    const entry = this.#entries.get(identity);
    if (entry === undefined) return;
    this.#entries.delete(identity);
    this.#size -= entry.size;
    if (entry === this.#last) this.#last = undefined;
  }
}

/** A string of its own: a slice would keep the whole request head alive. Latin-1 takes half the room; it must not make one text of two. */
function ownCopy(text: string): string {
  const copy = Buffer.from(text, 'latin1').toString('latin1');
  return copy === text ? copy : Buffer.from(text, 'utf16le').toString('utf16le');
}
