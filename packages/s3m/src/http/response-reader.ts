import { carriageReturn, fieldBytes, lineFeed } from './byte-classes.ts';
import { bareCarriageReturn, FieldLines } from './field-lines.ts';
import { framingOf, readFramingFields, type FramingFields } from './framing-fields.ts';
import { KnownHead } from './known-head.ts';
import { Malformed } from './malformed.ts';
import type { Framing, ResponseHead } from './message.ts';

/** Bounds on an answer's head, in bytes and lines. */
export interface AnswerLimits {
  readonly statusLine: number;
  readonly headerBytes: number;
  readonly headerCount: number;
}

export const defaultAnswerLimits: AnswerLimits = { statusLine: 1024, headerBytes: 65_536, headerCount: 500 };

const noBody: Framing = { kind: 'none' };
const untilClose: Framing = { kind: 'until-close' };
/** `HTTP/1.` minor ` ` three digits ` ` */
const statusPattern = 'HTTP/1.0 000 ';

/** Reads response heads as strictly as requests are read. Interim answers are answers here; the caller skips them. */
export class ResponseReader {
  readonly #limits: AnswerLimits;
  readonly #fields = new FieldLines();
  readonly #known = new KnownHead<ResponseHead>();
  /** Whether the known one answered HEAD: what follows it is another matter then. */
  #knownBodiless = false;
  #reasonEnd = 0;
  #inFields = false;
  #head: ResponseHead | undefined;

  constructor(limits: AnswerLimits = defaultAnswerLimits) {
    this.#limits = limits;
  }

  /** The head that the last successful {@link read} found. */
  get head(): ResponseHead {
    return this.#head!;
  }

  /**
   * Reads a head that begins at `start`; `method` is the request's. When bytes are missing, call it again with the same bytes and more.
   * @returns the position after the head, or -1 when bytes are missing.
   * @throws Malformed
   */
  read(buffer: Buffer, start: number, end: number, method: string): number {
    const bodiless = method === 'HEAD';
    if (!this.#inFields) {
      const known = bodiless === this.#knownBodiless ? this.#known.find(buffer, start, end) : undefined;
      if (known !== undefined) {
        this.#head = known;
        return start + this.#known.length;
      }
      if (!this.#scanStatusLine(buffer, start, end)) return -1;
    }
    const length = this.#fields.scan(buffer, start, end, this.#limits.headerBytes, this.#limits.headerCount);
    if (length === -1) return -1;
    this.#inFields = false;
    this.#head = this.#build(buffer.toString('latin1', start, start + length), bodiless);
    this.#known.keep(this.#head, buffer, start, length);
    this.#knownBodiless = bodiless;
    return start + length;
  }

  /** `HTTP-version SP status-code SP [reason] CRLF` (RFC 9112 section 4). */
  #scanStatusLine(buffer: Buffer, start: number, end: number): boolean {
    const cap = start + this.#limits.statusLine + 2;
    const stop = end < cap ? end : cap;
    const reason = start + statusPattern.length;
    let at = start;
    for (; at < stop && at < reason; at++) {
      if (!fitsStatusLine(buffer[at]!, at - start)) throw new Malformed(502, 'malformed status line (RFC 9112 section 4)');
    }
    while (at < stop && fieldBytes[buffer[at]!] === 1) at++;
    if (at < stop && buffer[at] !== carriageReturn) throw new Malformed(502, 'control byte in the reason phrase (RFC 9112 section 4)');
    if (at + 1 >= stop) {
      if (stop === cap) throw new Malformed(502, `status line exceeds ${this.#limits.statusLine} bytes`);
      return false;
    }
    if (buffer[at + 1] !== lineFeed) throw bareCarriageReturn();
    this.#reasonEnd = at - start;
    this.#fields.reset(at + 2 - start);
    this.#inFields = true;
    return true;
  }

  #build(text: string, bodiless: boolean): ResponseHead {
    const status = Number(text.slice(9, 12));
    if (status < 100 || status > 599) throw new Malformed(502, `status ${status} (RFC 9110 section 15)`);
    const old = text.charCodeAt(7) === 0x30;
    const headers = this.#fields.toLines(text);
    const fields = readFramingFields(headers, 'response');
    if (fields.chunked && old) throw new Malformed(502, 'Transfer-Encoding in HTTP/1.0 (RFC 9112 section 6.1)');
    const framing = answerFraming(fields, status, bodiless);
    // A server that gives 204 a length may send that much after it, later, into the next answer (RFC 9110 section 8.6).
    const misleading = status === 204 && (fields.contentLength ?? 0) > 0;
    const persistent = (old ? fields.keepAlive && !fields.close : !fields.close) && !misleading;
    return {
      status,
      reason: text.slice(statusPattern.length, this.#reasonEnd),
      headers,
      framing,
      keepAlive: persistent && framing.kind !== 'until-close',
      repeated: false,
    };
  }
}

/** RFC 9112 section 6.3, for responses. */
function answerFraming(fields: FramingFields, status: number, bodiless: boolean): Framing {
  if (status < 200 || status === 204) {
    if (fields.chunked) throw new Malformed(502, `Transfer-Encoding with status ${status} (RFC 9112 section 6.1)`);
    return noBody;
  }
  if (bodiless || status === 304) return noBody;
  return framingOf(fields) ?? untilClose;
}

function fitsStatusLine(byte: number, index: number): boolean {
  const expected = statusPattern.charCodeAt(index);
  if (index === 7) return byte === 0x30 || byte === 0x31;
  return expected === 0x30 ? byte >= 0x30 && byte <= 0x39 : byte === expected;
}
