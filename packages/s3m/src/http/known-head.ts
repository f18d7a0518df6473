import { lentWords } from './lent-bytes.ts';

/** A longer head is read each time. */
const maxBytes = 8192;
/** Up to this size heads are compared by hand. */
const wordBytes = 1024;
/** What memory for a head is taken in. */
const unit = 1024;

/** After so many heads in a row that were not known, one in so many is looked at: some clients never send the same twice. */
const patience = 4;
const oneIn = 16;

/**
 * The head that was read last on a connection, by its bytes. Most clients send the same head again and again: exactly the same bytes need no second
 * reading, and whoever works something out of a head may keep it with the very object that comes each time.
 */
export class KnownHead<H extends { readonly repeated?: boolean }> {
  #memory: Buffer = Buffer.alloc(0);
  #length = 0;
  /** The same memory, four bytes at a time. */
  #words: Int32Array = new Int32Array(0);
  #head: H | undefined;
  /** Heads in a row that were not known. */
  #misses = 0;

  get length(): number {
    return this.#length;
  }

  /** The head, when its very bytes begin at `start`. */
  find(buffer: Buffer, start: number, end: number): H | undefined {
    if (this.#head === undefined || end - start < this.#length || !this.#isAt(buffer, start, end)) return undefined;
    this.#misses = 0;
    if (this.#head.repeated !== true) this.#head = { ...this.#head, repeated: true };
    return this.#head;
  }

  /** Remembers this head instead of the one before. */
  keep(head: H, buffer: Buffer, start: number, length: number): void {
    this.#head = undefined;
    this.#misses++;
    if (length > maxBytes || (this.#misses > patience && this.#misses % oneIn !== 0)) return;
    this.#head = head;
    if (length > this.#memory.length) {
      this.#memory = Buffer.allocUnsafeSlow(Math.ceil(length / unit) * unit);
      this.#words = new Int32Array(this.#memory.buffer);
    }
    buffer.copy(this.#memory, 0, start, start + length);
    this.#length = length;
  }

  #isAt(buffer: Buffer, start: number, end: number): boolean {
    const length = this.#length;
    const words = start === 0 && length <= wordBytes ? lentWords(buffer, end) : undefined;
    if (words === undefined) return this.#memory.compare(buffer, start, start + length, 0, length) === 0;
    const own = this.#words;
    const whole = length >> 2;
    for (let index = 0; index < whole; index++) if (words[index] !== own[index]) return false;
    for (let index = whole << 2; index < length; index++) if (buffer[index] !== this.#memory[index]) return false;
    return true;
  }
}
