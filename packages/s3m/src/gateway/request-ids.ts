const hex = Buffer.from('0123456789abcdef', 'latin1');
const base64 = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', 'latin1');

/** Characters of a UUID, of an extended id, and of the random part of a trace's root. */
const uuidLength = 36;
const extendedLength = 16;
const rootLength = 24;

/** 32 random bits. @param random a number in [0, 1) */
function word(random: () => number): number {
  return (random() * 0x1_0000_0000) >>> 0;
}

/** Writes the last `digits` hex digits of a value. */
function putHex(buffer: Buffer, at: number, value: number, digits: number): void {
  for (let index = at + digits - 1, rest = value; index >= at; index--, rest >>>= 4) buffer[index] = hex[rest & 0xf]!;
}

/** RFC 9562 section 5.4 */
function putUuid(buffer: Buffer, at: number, random: () => number): void {
  buffer.write('00000000-0000-4000-8000-000000000000', at, 'latin1');
  putHex(buffer, at, word(random), 8);
  const second = word(random);
  putHex(buffer, at + 9, second >>> 16, 4);
  putHex(buffer, at + 15, second, 3);
  const third = (word(random) & 0x3fff_ffff) | 0x8000_0000;
  putHex(buffer, at + 19, third >>> 16, 4);
  putHex(buffer, at + 24, third, 4);
  putHex(buffer, at + 28, word(random), 8);
}

function putExtended(buffer: Buffer, at: number, random: () => number): void {
  for (let block = at; block < at + 15; block += 5) {
    const bits = word(random);
    for (let index = 0; index < 5; index++) buffer[block + index] = base64[(bits >>> (6 * index)) & 0x3f]!;
  }
  buffer[at + 15] = 0x3d; // =
}

function putRoot(buffer: Buffer, at: number, random: () => number): void {
  for (let index = 0; index < rootLength; index += 8) putHex(buffer, at + index, word(random), 8);
}

/** Where an id is put together: one text of it, instead of a chain of pieces. */
const scratch = Buffer.alloc(uuidLength);

/** A random UUID, as in `x-amzn-RequestId` (AG-069). */
export function createRequestId(random: () => number): string {
  putUuid(scratch, 0, random);
  return scratch.toString('latin1', 0, uuidLength);
}

/** The value of `x-amz-apigw-id`: 15 characters and `=` (AG-069). */
export function createExtendedRequestId(random: () => number): string {
  putExtended(scratch, 0, random);
  return scratch.toString('latin1', 0, extendedLength);
}

/** `Root=1-` and the time in seconds and 96 random bits, both in hex (AG-224). @param now milliseconds since the epoch */
export function createTraceRoot(now: number, random: () => number): string {
  putRoot(scratch, 0, random);
  return traceRoot(now, scratch.toString('latin1', 0, rootLength));
}

/** The second that a trace began in last, and how its root begins. */
let second = { number: Number.NaN, text: '' };

function traceRoot(now: number, bits: string): string {
  const number = Math.floor(now / 1000);
  if (number !== second.number) second = { number, text: `Root=1-${number.toString(16).padStart(8, '0').slice(-8)}-` };
  return second.text + bits;
}

/** Of a segment of X-Ray: 16 hexadecimal digits. */
export function createSegmentId(random: () => number): string {
  return [word(random), word(random)].map((each) => each.toString(16).padStart(8, '0')).join('');
}

/** Requests whose ids are made at once. */
const batch = 64;
const idsLength = uuidLength + extendedLength + rootLength;

/** The ids of one request, as a place in a text that others' stand in too: to make many at once costs little more than to make one. */
export class RequestIds {
  readonly text: string;
  readonly at: number;

  constructor(text: string, at: number) {
    this.text = text;
    this.at = at;
  }

  /** As {@link createRequestId} makes it. */
  get requestId(): string {
    return this.text.slice(this.at, this.at + uuidLength);
  }

  /** As {@link createExtendedRequestId} makes it. */
  get extendedRequestId(): string {
    return this.text.slice(this.at + uuidLength, this.at + uuidLength + extendedLength);
  }

  /** As {@link createTraceRoot} makes it. */
  traceRoot(now: number): string {
    return traceRoot(now, this.text.slice(this.at + uuidLength + extendedLength, this.at + idsLength));
  }
}

/** Makes the ids of requests. @param random a number in [0, 1) */
export function createIdSource(random: () => number): () => RequestIds {
  const bytes = Buffer.alloc(batch * idsLength);
  let text = '';
  let next = bytes.length;
  return () => {
    if (next === bytes.length) {
      for (let at = 0; at < bytes.length; at += idsLength) {
        putUuid(bytes, at, random);
        putExtended(bytes, at + uuidLength, random);
        putRoot(bytes, at + uuidLength + extendedLength, random);
      }
      text = bytes.toString('latin1');
      next = 0;
    }
    const at = next;
    next += idsLength;
    return new RequestIds(text, at);
  };
}
