import { putHex, putUuid, uuidForm, uuidText, type UuidWords } from '../trace/uuid.ts';

const base64Url = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_', 'latin1');

/** Characters of an extended id, and of the random part of a trace's root. */
const extendedLength = 16;
const rootLength = 24;

/** 32 random bits. @param random a number in [0, 1) */
function word(random: () => number): number {
  return (random() * 0x1_0000_0000) | 0;
}

function putExtended(buffer: Buffer, at: number, random: () => number): void {
  for (let block = at; block < at + 15; block += 5) {
    const bits = word(random);
    for (let index = 0; index < 5; index++) buffer[block + index] = base64Url[(bits >>> (6 * index)) & 0x3f]!;
  }
  buffer[at + 15] = 0x3d; // =
}

function putRoot(buffer: Buffer, at: number, random: () => number): void {
  for (let index = 0; index < rootLength; index += 8) putHex(buffer, at + index, word(random), 8);
}

/** A random UUID, as in `x-amzn-RequestId` (AG-069). */
export function createRequestId(random: () => number): string {
  return uuidText({ a: word(random), b: word(random), c: word(random), d: word(random) });
}

/** The value of `x-amz-apigw-id`: 15 characters of base64url and `=` (AG-069, AG-920). */
export function createExtendedRequestId(random: () => number): string {
  const bytes = Buffer.allocUnsafe(extendedLength);
  putExtended(bytes, 0, random);
  return bytes.toString('latin1');
}

/** `Root=1-` and the time in seconds and 96 random bits, both in hex (AG-224). @param now milliseconds since the epoch */
export function createTraceRoot(now: number, random: () => number): string {
  const bytes = Buffer.allocUnsafe(rootLength);
  putRoot(bytes, 0, random);
  return traceRoot(now, bytes.toString('latin1'));
}

/** The second that a trace began in last, and how its root begins. */
let second = { number: Number.NaN, root: '', line: '' };

function secondOf(now: number): typeof second {
  const number = Math.floor(now / 1000);
  if (number !== second.number) {
    const root = `Root=1-${number.toString(16).padStart(8, '0').slice(-8)}-`;
    second = { number, root, line: Buffer.from(`X-Amzn-Trace-Id: ${root}`, 'latin1').toString('latin1') };
  }
  return second;
}

function traceRoot(now: number, bits: string): string {
  return secondOf(now).root + bits;
}

/** Of a segment of X-Ray: 16 hexadecimal digits. */
export function createSegmentId(random: () => number): string {
  return [word(random), word(random)].map((each) => (each >>> 0).toString(16).padStart(8, '0')).join('');
}

/** Requests whose ids are made at once. */
const batch = 64;

/** The ids of one request as header lines of its answer (AG-069), and the end of the line that tells the backend its trace. */
const form = `x-amzn-RequestId: ${uuidForm}\r\nx-amz-apigw-id: 000000000000000=\r\n000000000000000000000000\r\n`;
const uuidAt = form.indexOf(uuidForm);
const extendedAt = form.indexOf('000000000000000=');
const rootAt = form.length - rootLength - 2;

/** The ids of one request. They stand in a text that others' stand in too: to make many at once costs little more than to make one. */
export class RequestIds implements UuidWords {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly #text: string;
  readonly #at: number;

  constructor(text: string, at: number, words: Int32Array, first: number) {
    this.#text = text;
    this.#at = at;
    this.a = words[first]!;
    this.b = words[first + 1]!;
    this.c = words[first + 2]!;
    this.d = words[first + 3]!;
  }

  /** As {@link createRequestId} makes it. */
  get requestId(): string {
    return this.#text.slice(this.#at + uuidAt, this.#at + uuidAt + uuidForm.length);
  }

  /** As {@link createExtendedRequestId} makes it. */
  get extendedRequestId(): string {
    return this.#text.slice(this.#at + extendedAt, this.#at + extendedAt + extendedLength);
  }

  /** As {@link createTraceRoot} makes it. */
  traceRoot(now: number): string {
    return traceRoot(now, this.#text.slice(this.#at + rootAt, this.#at + rootAt + rootLength));
  }

  /** `x-amzn-RequestId` and `x-amz-apigw-id`, as lines of the answer. */
  get answerLines(): string {
    return this.#text.slice(this.#at, this.#at + rootAt);
  }

  /** `X-Amzn-Trace-Id` with that root, as a line for the backend. */
  traceLine(now: number): string {
    return secondOf(now).line + this.#text.slice(this.#at + rootAt, this.#at + form.length);
  }
}

/** Makes the ids of requests. @param random a number in [0, 1) */
export function createIdSource(random: () => number): () => RequestIds {
  const bytes = Buffer.from(form.repeat(batch), 'latin1');
  const words = new Int32Array(4 * batch);
  let text = '';
  let next = bytes.length;
  return () => {
    if (next === bytes.length) {
      for (let index = 0; index < words.length; index++) words[index] = word(random);
      for (let at = 0, first = 0; at < bytes.length; at += form.length, first += 4) {
        putUuid(bytes, at + uuidAt, words[first]!, words[first + 1]!, words[first + 2]!, words[first + 3]!);
        putExtended(bytes, at + extendedAt, random);
        putRoot(bytes, at + rootAt, random);
      }
      text = bytes.toString('latin1');
      next = 0;
    }
    const at = next;
    next += form.length;
    return new RequestIds(text, at, words, (4 * at) / form.length);
  };
}
