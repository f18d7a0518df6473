/** Bytes that a text's UTF-16 units can take in UTF-8. */
const bytesPerUnit = 3;
const firstSize = 4096;

/**
 * Texts in the order in which they came, as UTF-8 in one piece of memory that is used round and round: a text that is kept is no object for the
 * garbage collector to move. The memory grows until what is kept fits.
 */
export class TextRing {
  #bytes: Buffer = Buffer.alloc(0);
  /** Where each text begins and how long it is, round and round. */
  readonly #starts: number[] = [];
  readonly #lengths: number[] = [];
  readonly #capacity: number;
  /** Place of the oldest one. */
  #first = 0;
  #count = 0;
  /** Where the next text goes. */
  #end = 0;

  /** @param capacity texts at most */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** There must be fewer than the capacity. */
  add(text: string): void {
    // One byte more, so that an empty text has a place of its own.
    const start = this.#room(text.length * bytesPerUnit + 1);
    const place = (this.#first + this.#count) % this.#capacity;
    const length = this.#bytes.write(text, start);
    this.#starts[place] = start;
    this.#lengths[place] = length;
    this.#end = start + length + 1;
    this.#count++;
  }

  /** @param index 0 is the oldest */
  get(index: number): string {
    const place = (this.#first + index) % this.#capacity;
    const start = this.#starts[place]!;
    return this.#bytes.toString('utf8', start, start + this.#lengths[place]!);
  }

  dropOldest(): void {
    this.#first = (this.#first + 1) % this.#capacity;
    this.#count--;
  }

  /** Where `size` bytes that belong to no text begin. */
  #room(size: number): number {
    if (this.#count === 0) this.#end = 0;
    const oldest = this.#count === 0 ? Number.NaN : this.#starts[this.#first]!;
    if (this.#end <= oldest) {
      // The free part lies between the newest and the oldest.
      if (oldest - this.#end >= size) return this.#end;
    } else {
      if (this.#bytes.length - this.#end >= size) return this.#end;
      // The rest at the end is too small: begin anew at the start, if the oldest leaves room.
      if (oldest >= size) return 0;
    }
    this.#grow(size);
    return this.#end;
  }

  /** Moves all texts to twice the memory, one after the other. */
  #grow(size: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(firstSize, 2 * this.#bytes.length, this.#bytes.length + 2 * size));
    let end = 0;
    for (let index = 0; index < this.#count; index++) {
      const place = (this.#first + index) % this.#capacity;
      const start = this.#starts[place]!;
      this.#starts[place] = end;
      end += this.#bytes.copy(larger, end, start, start + this.#lengths[place]!) + 1;
    }
    this.#bytes = larger;
    this.#end = end;
  }
}
