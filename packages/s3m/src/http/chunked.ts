import { carriageReturn, colon, fieldBytes, lineFeed, tokenBytes } from './byte-classes.ts';
import { describeByte, Malformed } from './malformed.ts';

/** Longest chunk-size in hexadecimal digits, leading zeros included. Twelve keep every size below 2 ** 48. */
const maxSizeDigits = 12;
/** All extensions of a body together, in bytes; nobody uses them. */
const maxExtensionBytes = 1024;

type State =
  | 'size'
  | 'extension-name'
  | 'extension-value'
  | 'extension-quoted'
  | 'extension-escape'
  | 'extension-end'
  | 'size-lf'
  | 'data'
  | 'data-cr'
  | 'data-lf'
  | 'trailer'
  | 'trailer-name'
  | 'trailer-value'
  | 'trailer-lf'
  | 'last-lf'
  | 'done';

/**
 * The chunked coding, RFC 9112 section 7.1. Extensions and trailers are read by the letter of the grammar, bounded, and dropped.
 * Stricter than the RFC: no blanks around chunk sizes and extensions.
 */
export class ChunkedDecoder {
  readonly #maxTrailerBytes: number;
  #state: State = 'size';
  #size = 0;
  #digits = 0;
  #nameBytes = 0;
  #extensionBytes = 0;
  #trailerBytes = 0;

  constructor(maxTrailerBytes: number) {
    this.#maxTrailerBytes = maxTrailerBytes;
  }

  get done(): boolean {
    return this.#state === 'done';
  }

  /**
   * Decodes what is there from `offset` on; data goes to `push` as slices of `buffer`.
   * @returns the position of the first byte that isn't the body's any more, or the buffer's length.
   * @throws Malformed
   */
  decode(buffer: Buffer, offset: number, push: (chunk: Buffer) => void): number {
    let at = offset;
    while (at < buffer.length && this.#state !== 'done') {
      if (this.#state === 'data') {
        const end = Math.min(buffer.length, at + this.#size);
        push(buffer.subarray(at, end));
        this.#size -= end - at;
        at = end;
        if (this.#size === 0) this.#state = 'data-cr';
      } else {
        this.#step(buffer[at++]!);
      }
    }
    return at;
  }

  #step(byte: number): void {
    switch (this.#state) {
      case 'size':
        return this.#sizeByte(byte);
      case 'extension-name':
      case 'extension-value':
      case 'extension-quoted':
      case 'extension-escape':
      case 'extension-end':
        return this.#extensionByte(byte);
      case 'size-lf':
        expect(byte, lineFeed, 'CR without LF after a chunk size');
        this.#state = this.#size === 0 ? 'trailer' : 'data';
        this.#digits = 0;
        return;
      case 'data-cr':
        expect(byte, carriageReturn, 'chunk data longer than its size');
        this.#state = 'data-lf';
        return;
      case 'data-lf':
        expect(byte, lineFeed, 'CR without LF after chunk data');
        this.#state = 'size';
        return;
      case 'last-lf':
        expect(byte, lineFeed, 'CR without LF at the end of a chunked body');
        this.#state = 'done';
        return;
      default:
        return this.#trailerByte(byte);
    }
  }

  #sizeByte(byte: number): void {
    const digit = hexDigit(byte);
    if (digit !== -1) {
      if (++this.#digits > maxSizeDigits)
        throw new Malformed(400, `chunk size of more than ${maxSizeDigits} digits (RFC 9112 section 7.1)`);
      this.#size = this.#size * 16 + digit;
      return;
    }
    if (this.#digits === 0 || (byte !== carriageReturn && byte !== 0x3b)) throw malformed(`${describeByte(byte)} in a chunk size`);
    this.#state = byte === carriageReturn ? 'size-lf' : 'extension-name';
    this.#nameBytes = 0;
  }

  /** `;name`, `;name=token` or `;name="quoted"`. */
  #extensionByte(byte: number): void {
    if (++this.#extensionBytes > maxExtensionBytes) throw malformed(`chunk extensions exceed ${maxExtensionBytes} bytes`);
    switch (this.#state) {
      case 'extension-quoted':
        if (byte === 0x22) this.#state = 'extension-end';
        else if (byte === 0x5c) this.#state = 'extension-escape';
        else if (fieldBytes[byte] === 0) throw malformed(`${describeByte(byte)} in a chunk extension`);
        return;
      case 'extension-escape':
        if (fieldBytes[byte] === 0) throw malformed(`${describeByte(byte)} in a chunk extension`);
        this.#state = 'extension-quoted';
        return;
      case 'extension-end':
        this.#nameBytes = 1;
        return this.#extensionDelimiter(byte);
      default:
    }
    if (tokenBytes[byte] === 1) {
      this.#nameBytes++;
    } else if (this.#state === 'extension-name' && byte === 0x3d && this.#nameBytes > 0) {
      this.#state = 'extension-value';
      this.#nameBytes = 0;
    } else if (this.#state === 'extension-value' && byte === 0x22 && this.#nameBytes === 0) {
      this.#state = 'extension-quoted';
    } else {
      this.#extensionDelimiter(byte);
    }
  }

  #extensionDelimiter(byte: number): void {
    if (this.#nameBytes === 0 || (byte !== carriageReturn && byte !== 0x3b)) throw malformed(`${describeByte(byte)} in a chunk extension`);
    this.#state = byte === carriageReturn ? 'size-lf' : 'extension-name';
    this.#nameBytes = 0;
  }

  #trailerByte(byte: number): void {
    if (++this.#trailerBytes > this.#maxTrailerBytes) {
      throw new Malformed(431, `trailers exceed ${this.#maxTrailerBytes} bytes (RFC 9112 section 7.1.2)`);
    }
    switch (this.#state) {
      case 'trailer':
        if (byte === carriageReturn) {
          this.#state = 'last-lf';
          return;
        }
        if (tokenBytes[byte] === 0) throw malformed(`${describeByte(byte)} at the start of a trailer`);
        this.#state = 'trailer-name';
        return;
      case 'trailer-name':
        if (byte === colon) this.#state = 'trailer-value';
        else if (tokenBytes[byte] === 0) throw malformed(`${describeByte(byte)} in a trailer's name`);
        return;
      case 'trailer-value':
        if (byte === carriageReturn) this.#state = 'trailer-lf';
        else if (fieldBytes[byte] === 0) throw malformed(`${describeByte(byte)} in a trailer's value`);
        return;
      default:
        expect(byte, lineFeed, 'CR without LF in a trailer');
        this.#state = 'trailer';
    }
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

function expect(byte: number, wanted: number, otherwise: string): void {
  if (byte !== wanted) throw malformed(otherwise);
}

function malformed(what: string): Malformed {
  return new Malformed(400, `${what} (RFC 9112 section 7.1)`);
}
