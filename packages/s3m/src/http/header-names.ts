/** Names that are kept; messages have some dozens. */
const maxNames = 1024;
/** Places to look at before a name counts as not kept. */
const maxProbes = 4;
/** A longer name is made anew each time. */
const maxLength = 64;

/** Where the hash of a name begins. */
export const emptyHash = 17;

/** The hash of a name with one more byte. */
export function hashWith(hash: number, byte: number): number {
  return (Math.imul(hash, 31) + byte) | 0;
}

/**
 * Methods and header names that have been read: the same text for the same bytes, without making it again. What looks names up in maps
 * knows such a text at once.
 */
export class HeaderNames {
  readonly #names: (string | undefined)[] = Array.from({ length: maxNames * 2 });
  #count = 0;

  /** The text of the bytes from `start` to `end`, whose hash is `hash`. */
  find(buffer: Buffer, start: number, end: number, hash: number): string {
    for (let probe = 0; probe < maxProbes; probe++) {
      const slot = (hash + probe) & (maxNames * 2 - 1);
      const name = this.#names[slot];
      if (name === undefined) return this.#keep(slot, buffer.toString('latin1', start, end));
      if (isText(name, buffer, start, end)) return name;
    }
    return buffer.toString('latin1', start, end);
  }

  #keep(slot: number, name: string): string {
    if (this.#count < maxNames && name.length <= maxLength) {
      this.#names[slot] = name;
      this.#count++;
    }
    return name;
  }
}

function isText(text: string, buffer: Buffer, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) !== buffer[start + index]) return false;
  return true;
}

/** One for all connections: names are no secrets, and hold nothing of the message that they came in. */
export const headerNames: HeaderNames = new HeaderNames();
