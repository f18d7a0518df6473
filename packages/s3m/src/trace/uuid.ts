const hex = Buffer.from('0123456789abcdef', 'latin1');

/** A random UUID (RFC 9562 section 5.4) as four numbers of 32 bits: how it is kept where many are. */
export interface UuidWords {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

/** What the digits of a random UUID are filled into. */
export const uuidForm = '00000000-0000-4000-8000-000000000000';

/** Writes the last `digits` hex digits of a value. */
export function putHex(buffer: Buffer, at: number, value: number, digits: number): void {
  for (let index = at + digits - 1, rest = value; index >= at; index--, rest >>>= 4) buffer[index] = hex[rest & 0xf]!;
}

/** Fills the digits in where {@link uuidForm} is already. */
export function putUuid(buffer: Buffer, at: number, a: number, b: number, c: number, d: number): void {
  putHex(buffer, at, a, 8);
  putHex(buffer, at + 9, b >>> 16, 4);
  putHex(buffer, at + 15, b, 3);
  const variant = (c & 0x3fff_ffff) | 0x8000_0000;
  putHex(buffer, at + 19, variant >>> 16, 4);
  putHex(buffer, at + 24, variant, 4);
  putHex(buffer, at + 28, d, 8);
}

/** One text of it, instead of a chain of pieces. */
const scratch = Buffer.from(uuidForm, 'latin1');

export function uuidText({ a, b, c, d }: UuidWords): string {
  putUuid(scratch, 0, a, b, c, d);
  return scratch.toString('latin1');
}
