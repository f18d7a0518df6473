import { TextRing } from './text-ring.ts';

/** A line that was written. */
export interface Line {
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly stream: string;
  readonly message: string;
}

/**
 * The newest lines: `capacity` of them at most, and `maxCharacters` together; the oldest go first. Kept in columns, without an object for each line:
 * a busy gateway writes tens of thousands a second, and what is kept is what the garbage collector has to move.
 */
export class LineRing {
  readonly #capacity: number;
  readonly #maxCharacters: number;
  readonly #timestamps: number[] = [];
  readonly #streams: string[] = [];
  readonly #messages: TextRing;
  /** Characters of each message. */
  readonly #lengths: number[] = [];
  /** Where the oldest one is. */
  #start = 0;
  #count = 0;
  #characters = 0;

  constructor(capacity: number, maxCharacters: number) {
    this.#capacity = capacity;
    this.#maxCharacters = maxCharacters;
    this.#messages = new TextRing(capacity);
  }

  get count(): number {
    return this.#count;
  }

  add(line: Line): void {
    if (this.#count === this.#capacity) this.#dropOldest();
    const at = (this.#start + this.#count) % this.#capacity;
    this.#timestamps[at] = line.timestamp;
    this.#streams[at] = line.stream;
    this.#lengths[at] = line.message.length;
    this.#messages.add(line.message);
    this.#count++;
    this.#characters += line.message.length;
    while (this.#characters > this.#maxCharacters) this.#dropOldest();
  }

  /** The newest `limit` lines in the order in which they came. */
  tail(limit: number): Line[] {
    const lines: Line[] = [];
    for (let index = Math.max(0, this.#count - limit); index < this.#count; index++) {
      const at = (this.#start + index) % this.#capacity;
      lines.push({ timestamp: this.#timestamps[at]!, stream: this.#streams[at]!, message: this.#messages.get(index) });
    }
    return lines;
  }

  #dropOldest(): void {
    this.#characters -= this.#lengths[this.#start]!;
    this.#messages.dropOldest();
    this.#start = (this.#start + 1) % this.#capacity;
    this.#count--;
  }
}
