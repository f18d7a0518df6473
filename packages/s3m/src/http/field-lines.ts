import { carriageReturn, colon, fieldBytes, lineFeed, space, tab, tokenBytes } from './byte-classes.ts';
import { emptyHash, hashWith, headerNames } from './header-names.ts';
import { describeByte, Malformed } from './malformed.ts';

/**
 * Finds the header lines of a head, one pass over the bytes, without making strings. Works on as much as is there: it stops where bytes are
 * missing and goes on from the start of that line when called again, so that how a head was split into packets makes no difference.
 */
export class FieldLines {
  /** Value start and value end of each line, relative to the head's start. */
  #positions: Int32Array = new Int32Array(2 * 32);
  readonly #names: string[] = [];
  count = 0;
  #line = 0;
  #first = 0;

  /** Begins with the line at `first`, relative to the head's start. */
  reset(first: number): void {
    this.count = 0;
    this.#line = first;
    this.#first = first;
  }

  /**
   * @returns the position after the empty line, relative to the head's start, or -1 when more bytes are needed.
   * @throws Malformed
   */
  scan(buffer: Buffer, start: number, end: number, maxBytes: number, maxCount: number): number {
    const cap = start + this.#first + maxBytes + 2;
    const stop = end < cap ? end : cap;
    for (;;) {
      const begin = start + this.#line;
      let at = begin;
      if (at < stop && buffer[at] === carriageReturn) {
        if (at + 1 >= stop) break;
        if (buffer[at + 1] !== lineFeed) throw bareCarriageReturn();
        return this.#line + 2;
      }
      let hash = emptyHash;
      while (at < stop && tokenBytes[buffer[at]!] === 1) hash = hashWith(hash, buffer[at++]!);
      if (at >= stop) break;
      if (buffer[at] !== colon || at === begin) throw badName(buffer[at]!, at === begin);
      if (this.count >= maxCount) throw new Malformed(431, `more than ${maxCount} header lines (RFC 6585 section 5)`);
      const nameEnd = at++;
      while (at < stop && (buffer[at] === space || buffer[at] === tab)) at++;
      const valueStart = at;
      while (at < stop && fieldBytes[buffer[at]!] === 1) at++;
      if (at >= stop) break;
      if (buffer[at] !== carriageReturn) throw badValue(buffer[at]!);
      if (at + 1 >= stop) break;
      if (buffer[at + 1] !== lineFeed) throw bareCarriageReturn();
      let valueEnd = at;
      while (valueEnd > valueStart && (buffer[valueEnd - 1] === space || buffer[valueEnd - 1] === tab)) valueEnd--;
      this.#add(headerNames.find(buffer, begin, nameEnd, hash), valueStart - start, valueEnd - start);
      this.#line = at + 2 - start;
    }
    if (stop === cap) throw new Malformed(431, `header lines exceed ${maxBytes} bytes (RFC 6585 section 5)`);
    return -1;
  }

  /** The lines as strings; `text` is the whole head. */
  toLines(text: string): string[] {
    const lines: string[] = [];
    for (let index = 0; index < this.count; index++) {
      lines.push(this.#names[index]!, text.slice(this.#positions[2 * index], this.#positions[2 * index + 1]));
    }
    return lines;
  }

  #add(name: string, valueStart: number, valueEnd: number): void {
    const index = this.count * 2;
    if (index === this.#positions.length) {
      const larger = new Int32Array(index * 2);
      larger.set(this.#positions);
      this.#positions = larger;
    }
    this.#names[this.count] = name;
    this.#positions[index] = valueStart;
    this.#positions[index + 1] = valueEnd;
    this.count++;
  }
}

export function bareCarriageReturn(): Malformed {
  return new Malformed(400, 'CR without LF (RFC 9112 section 2.2)');
}

function badName(byte: number, first: boolean): Malformed {
  if (byte === lineFeed) return new Malformed(400, 'LF without CR (RFC 9112 section 2.2)');
  if (first && (byte === space || byte === tab))
    return new Malformed(400, 'line folding or a blank before a header name (RFC 9112 sections 2.2 and 5.2)');
  if (first && byte === colon) return new Malformed(400, 'empty header name (RFC 9112 section 5)');
  if (byte === space || byte === tab) return new Malformed(400, 'blank between header name and colon (RFC 9112 section 5.1)');
  if (byte === carriageReturn) return new Malformed(400, 'header line without a colon (RFC 9112 section 5)');
  return new Malformed(400, `${describeByte(byte)} in a header name (RFC 9110 section 5.1)`);
}

function badValue(byte: number): Malformed {
  if (byte === lineFeed) return new Malformed(400, 'LF without CR (RFC 9112 section 2.2)');
  return new Malformed(400, `control byte ${describeByte(byte)} in a header value (RFC 9110 section 5.5)`);
}
