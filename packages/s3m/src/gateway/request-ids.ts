const hex = Buffer.from('0123456789abcdef', 'latin1');
const base64 = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', 'latin1');

/** Where ids are put together: one text of each, instead of a chain of pieces. */
const uuid = Buffer.from('00000000-0000-4000-8000-000000000000', 'latin1');
const extended = Buffer.from('000000000000000=', 'latin1');
const root = Buffer.from('Root=1-00000000-000000000000000000000000', 'latin1');

/** 32 random bits. @param random a number in [0, 1) */
function word(random: () => number): number {
  return (random() * 0x1_0000_0000) >>> 0;
}

/** Writes the last `digits` hex digits of a value. */
function putHex(buffer: Buffer, at: number, value: number, digits: number): void {
  for (let index = at + digits - 1, rest = value; index >= at; index--, rest >>>= 4) buffer[index] = hex[rest & 0xf]!;
}

/** A random UUID (RFC 9562 section 5.4), as in `x-amzn-RequestId` (AG-069). */
export function createRequestId(random: () => number): string {
  putHex(uuid, 0, word(random), 8);
  const second = word(random);
  putHex(uuid, 9, second >>> 16, 4);
  putHex(uuid, 15, second, 3);
  const third = (word(random) & 0x3fff_ffff) | 0x8000_0000;
  putHex(uuid, 19, third >>> 16, 4);
  putHex(uuid, 24, third, 4);
  putHex(uuid, 28, word(random), 8);
  return uuid.toString('latin1');
}

/** The value of `x-amz-apigw-id`: 15 characters and `=` (AG-069). */
export function createExtendedRequestId(random: () => number): string {
  for (let block = 0; block < 15; block += 5) {
    const bits = word(random);
    for (let index = 0; index < 5; index++) extended[block + index] = base64[(bits >>> (6 * index)) & 0x3f]!;
  }
  return extended.toString('latin1');
}

/** `Root=1-` and the time in seconds and 96 random bits, both in hex (AG-224). @param now milliseconds since the epoch */
export function createTraceRoot(now: number, random: () => number): string {
  putHex(root, 7, Math.floor(now / 1000) >>> 0, 8);
  putHex(root, 16, word(random), 8);
  putHex(root, 24, word(random), 8);
  putHex(root, 32, word(random), 8);
  return root.toString('latin1');
}

/** Of a segment of X-Ray: 16 hexadecimal digits. */
export function createSegmentId(random: () => number): string {
  return [word(random), word(random)].map((each) => each.toString(16).padStart(8, '0')).join('');
}
