/** Bytes that a text's UTF-16 units can take in UTF-8. */
const bytesPerUnit = 3;
const firstSize = 4096;
/** Texts that wait to be written into the memory together: one write of many costs little more than one of each. */
const batch = 64;
/** Characters of them together. */
const batchCharacters = 65_536;

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
  /** Texts in the memory. */
  #written = 0;
  /** Where the next text goes. */
  #end = 0;
  /** The newest texts, which are not in the memory yet. */
  #young: string[] = [];
  #youngCharacters = 0;

  /** @param capacity texts at most */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** There must be fewer than the capacity. */
  add(text: string): void {
    this.#youngCharacters += text.length;
    if (this.#young.push(text) === batch || this.#youngCharacters >= batchCharacters) this.#writeYoung();
  }

  /** @param index 0 is the oldest */
  get(index: number): string {
    if (index >= this.#written) return this.#young[index - this.#written]!;
    const place = (this.#first + index) % this.#capacity;
    const start = this.#starts[place]!;
    return this.#bytes.toString('utf8', start, start + this.#lengths[place]!);
  }

  dropOldest(): void {
    if (this.#written === 0) this.#writeYoung();
    this.#first = (this.#first + 1) % this.#capacity;
    this.#written--;
  }

  #writeYoung(): void {
    const texts = this.#young;
    this.#young = [];
    this.#youngCharacters = 0;
    const joined = texts.join('\n');
    const start = this.#room(joined.length * bytesPerUnit + 1);
    const length = this.#bytes.write(joined, start);
    // With a byte for each character it is known where each text is.
    const plain = length === joined.length;
    let at = start;
    for (const text of texts) {
      const place = (this.#first + this.#written++) % this.#capacity;
      this.#starts[place] = at;
      this.#lengths[place] = plain ? text.length : Buffer.byteLength(text);
      at += this.#lengths[place] + 1;
    }
    this.#end = at;
  }

  /** Where `size` bytes that belong to no text begin. */
  #room(size: number): number {
    if (this.#written === 0) this.#end = 0;
    const oldest = this.#written === 0 ? Number.NaN : this.#starts[this.#first]!;
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
    for (let index = 0; index < this.#written; index++) {
      const place = (this.#first + index) % this.#capacity;
      const start = this.#starts[place]!;
      this.#starts[place] = end;
      end += this.#bytes.copy(larger, end, start, start + this.#lengths[place]!) + 1;
    }
    this.#bytes = larger;
    this.#end = end;
  }
}
