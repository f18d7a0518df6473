interface Entry<T> {
  readonly identity: string;
  readonly value: T;
  readonly expiresAt: number;
  readonly size: number;
  /** Since it came, or was spared last. */
  used: boolean;
}

/**
 * Results kept of one authorizer in one stage, and characters of identities and answers together. Callers that come in turn, one more of them than
 * there is room, would find hardly anything: so there is more room than for a round number of them.
 */
const maxEntries = 131_072;
const maxSize = 64 * 1024 * 1024;

/**
 * An authorizer's results by identity (AG-109, AG-110): the whole result, never a decision. One cache for each stage and authorizer
 * (AG-113). An entry lives for the time that it was given, however often it is used (AG-118). When there are too many, the oldest goes that was not used
 * since it came; one that was is spared once for it, so that to find one moves nothing.
 */
export class ResultCache<T> {
  /** In the order in which they came or were spared. */
  readonly #entries = new Map<string, Entry<T>>();
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
    entry.used = true;
    return entry.value;
  }

  /** @param payloadSize characters of the answer that the result was read from */
  keep(identity: string, value: T, expiresAt: number, payloadSize: number): void {
    const size = identity.length + payloadSize;
    if (size > maxSize) return;
    this.#drop(identity);
    const entry = { identity: ownCopy(identity), value, expiresAt, size, used: false };
    this.#entries.set(entry.identity, entry);
    this.#size += size;
    while (this.#entries.size > maxEntries || this.#size > maxSize) this.#dropUnused();
  }

  /** Drops everything and answers how many results there were (AG-114). */
  flush(): number {
    const count = this.#entries.size;
    this.#entries.clear();
    this.#size = 0;
    this.#generation++;
    return count;
  }

  #drop(identity: string): void {
    const entry = this.#entries.get(identity);
    if (entry === undefined) return;
    this.#entries.delete(identity);
    this.#size -= entry.size;
  }

  /** Drops the oldest that was not used. Each that is passed over loses its mark, so that one is found in the end. */
  #dropUnused(): void {
    for (const entry of this.#entries.values()) {
      if (!entry.used) {
        this.#drop(entry.identity);
        return;
      }
      entry.used = false;
      this.#entries.delete(entry.identity);
      this.#entries.set(entry.identity, entry);
    }
  }
}

/** A string of its own: a slice would keep the whole request head alive. Latin-1 takes half the room; it must not make one text of two. */
function ownCopy(text: string): string {
  const copy = Buffer.from(text, 'latin1').toString('latin1');
  return copy === text ? copy : Buffer.from(text, 'utf16le').toString('utf16le');
}
