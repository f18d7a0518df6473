import { rangeHolds, rangeSize, type Ipv4Range } from './ipv4.ts';

/** Addresses at the start of a subnet that AWS keeps (network, router, DNS, future use); the last one makes five (VPC-006). */
const KEPT_AT_START = 4;

/**
 * The addresses of a subnet. A name gets the address that its digest points to, so that it is the same after a restart; when that one is
 * taken, or was another's before, the next fresh one. A given-back address goes to another name only when no fresh one is left.
 */
export class AddressPool {
  readonly #range: Ipv4Range;
  readonly #taken = new Set<number>();
  /** Given back, with the name that had it. */
  readonly #used = new Map<number, string>();

  constructor(range: Ipv4Range) {
    this.#range = range;
  }

  get #count(): number {
    return Math.max(0, rangeSize(this.#range) - KEPT_AT_START - 1);
  }

  get free(): number {
    return this.#count - this.#taken.size;
  }

  /** An address for `name`; undefined when all are taken. */
  take(name: string): number | undefined {
    if (this.free === 0) return undefined;
    const preferred = digest(name) % this.#count;
    const found = this.#search(preferred, (address) => !this.#used.has(address) || this.#used.get(address) === name);
    if (found !== undefined) return this.#mark(found);
    this.#used.clear();
    const reused = this.#search(preferred, () => true);
    return reused === undefined ? undefined : this.#mark(reused);
  }

  /** Takes exactly `address`. Answers why it can't: not usable in this subnet, or somebody has it. */
  claim(address: number): 'taken' | 'unusable' | undefined {
    const offset = address - this.#range.first - KEPT_AT_START;
    if (!rangeHolds(this.#range, address) || offset < 0 || offset >= this.#count) return 'unusable';
    if (this.#taken.has(address)) return 'taken';
    this.#mark(address);
    return undefined;
  }

  giveBack(address: number, name: string): void {
    if (this.#taken.delete(address)) this.#used.set(address, name);
  }

  #search(start: number, suits: (address: number) => boolean): number | undefined {
    for (let step = 0; step < this.#count; step++) {
      const address = this.#range.first + KEPT_AT_START + ((start + step) % this.#count);
      if (!this.#taken.has(address) && suits(address)) return address;
    }
    return undefined;
  }

  #mark(address: number): number {
    this.#taken.add(address);
    this.#used.delete(address);
    return address;
  }
}

/** FNV-1a, 32 bits, with a final mix: names that differ in the last character land far apart. */
function digest(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return (hash ^ (hash >>> 16)) >>> 0;
}
