const hex: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** 32 random bits. @param random a number in [0, 1) */
function word(random: () => number): number {
  return (random() * 0x1_0000_0000) >>> 0;
}

function hexWord(value: number): string {
  return hex[value >>> 24]! + hex[(value >>> 16) & 0xff]! + hex[(value >>> 8) & 0xff]! + hex[value & 0xff]!;
}

/** A random UUID (RFC 9562 section 5.4), as in `x-amzn-RequestId` (AG-069). */
export function createRequestId(random: () => number): string {
  const second = hexWord(word(random));
  const third = hexWord((word(random) & 0x3fff_ffff) | 0x8000_0000);
  return `${hexWord(word(random))}-${second.slice(0, 4)}-4${second.slice(5)}-${third.slice(0, 4)}-${third.slice(4)}${hexWord(word(random))}`;
}

/** The value of `x-amz-apigw-id`: 15 characters and `=` (AG-069). */
export function createExtendedRequestId(random: () => number): string {
  let id = '';
  for (let block = 0; block < 3; block++) {
    const bits = word(random);
    for (let shift = 0; shift < 30; shift += 6) id += base64[(bits >>> shift) & 0x3f]!;
  }
  return `${id}=`;
}

/** `Root=1-` and the time in seconds and 96 random bits, both in hex (AG-224). @param now milliseconds since the epoch */
export function createTraceRoot(now: number, random: () => number): string {
  return `Root=1-${hexWord(Math.floor(now / 1000) >>> 0)}-${hexWord(word(random))}${hexWord(word(random))}${hexWord(word(random))}`;
}
