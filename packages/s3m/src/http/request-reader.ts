import { carriageReturn, lineFeed, space, targetBytes, tokenBytes } from './byte-classes.ts';
import type { HttpLimits } from './exchange.ts';
import { bareCarriageReturn, FieldLines } from './field-lines.ts';
import { framingOf, readFramingFields, type FramingFields } from './framing-fields.ts';
import { emptyHash, hashWith, headerNames } from './header-names.ts';
import { isHost } from './host.ts';
import { KnownHead } from './known-head.ts';
import { describeByte, Malformed } from './malformed.ts';
import type { Framing, RequestHead } from './message.ts';

const noBody: Framing = { kind: 'none' };

/** Reads request heads, one after the other, and refuses all that RFC 9112 calls invalid or that two readers could take differently. */
export class RequestReader {
  readonly #limits: HttpLimits;
  readonly #fields = new FieldLines();
  readonly #known = new KnownHead<RequestHead>();
  /** Positions relative to the head's start. */
  #targetStart = 0;
  #targetEnd = 0;
  #method = '';
  #version: RequestHead['version'] = 'HTTP/1.1';
  #inFields = false;
  #head: RequestHead | undefined;
  #expectContinue = false;
  /** A Host that was found to be well-formed. */
  #lastHost: string | undefined;

  constructor(limits: HttpLimits) {
    this.#limits = limits;
  }

  /** The head that the last successful {@link read} found. */
  get head(): RequestHead {
    return this.#head!;
  }

  /** Whether that request waits for `100 Continue` before it sends its body. */
  get expectContinue(): boolean {
    return this.#expectContinue;
  }

  /**
   * Reads a head that begins at `start`. When bytes are missing, call it again with the same bytes and more after them.
   * @returns the position after the head, or -1 when bytes are missing.
   * @throws Malformed
   */
  read(buffer: Buffer, start: number, end: number): number {
    if (!this.#inFields) {
      const known = this.#known.find(buffer, start, end);
      if (known !== undefined) {
        this.#head = known;
        this.#expectContinue = false;
        return start + this.#known.length;
      }
      if (!this.#scanRequestLine(buffer, start, end)) return -1;
    }
    const length = this.#fields.scan(buffer, start, end, this.#limits.headerBytes, this.#limits.headerCount);
    if (length === -1) return -1;
    this.#inFields = false;
    // A text of its own: whoever keeps the target doesn't keep the header lines with it.
    const target = buffer.toString('latin1', start + this.#targetStart, start + this.#targetEnd);
    this.#head = this.#build(buffer.toString('latin1', start, start + length), target);
    if (!this.#expectContinue) this.#known.keep(this.#head, buffer, start, length);
    return start + length;
  }

  /** `method SP target SP HTTP-version CRLF`, with one empty line allowed before it (RFC 9112 sections 2.2 and 3). */
  #scanRequestLine(buffer: Buffer, start: number, end: number): boolean {
    let at = start;
    if (at < end && buffer[at] === carriageReturn) {
      if (at + 1 >= end) return false;
      if (buffer[at + 1] !== lineFeed) throw bareCarriageReturn();
      at += 2;
    }
    const cap = at + this.#limits.requestLine + 2;
    const stop = end < cap ? end : cap;
    const first = at;
    let hash = emptyHash;
    while (at < stop && tokenBytes[buffer[at]!] === 1) hash = hashWith(hash, buffer[at++]!);
    if (at >= stop) return this.#missing(stop === cap);
    if (buffer[at] !== space || at === first) throw badMethod(buffer[at]!);
    this.#method = headerNames.find(buffer, first, at, hash);
    const target = ++at;
    this.#targetStart = at - start;
    while (at < stop && targetBytes[buffer[at]!] === 1) at++;
    if (at >= stop) return this.#missing(stop === cap);
    if (buffer[at] !== space || at === target) throw badTarget(buffer[at]!, at === target);
    this.#targetEnd = at - start;
    at++;
    const versionEnd = at + 8;
    for (let index = 0; at < stop && at < versionEnd; at++, index++) checkVersionByte(buffer[at]!, index);
    if (at >= stop) return this.#missing(stop === cap);
    if (buffer[at] !== carriageReturn) throw badLineEnd(buffer[at]!);
    if (at + 1 >= stop) return this.#missing(stop === cap);
    if (buffer[at + 1] !== lineFeed) throw bareCarriageReturn();
    this.#version = parseVersion(buffer[versionEnd - 3]!, buffer[versionEnd - 1]!);
    this.#fields.reset(at + 2 - start);
    this.#inFields = true;
    return true;
  }

  #missing(capped: boolean): false {
    if (capped) throw new Malformed(414, `request line exceeds ${this.#limits.requestLine} bytes (RFC 9112 section 3)`);
    return false;
  }

  #build(text: string, target: string): RequestHead {
    const method = this.#method;
    const version = this.#version;
    const headers = this.#fields.toLines(text);
    const fields = readFramingFields(headers, 'request');
    // Most clients send the same Host all the time.
    if (fields.host === undefined || fields.host !== this.#lastHost) {
      checkHost(fields, version);
      // A text of its own, which doesn't keep the head.
      this.#lastHost = fields.host === undefined ? undefined : Buffer.from(fields.host, 'latin1').toString('latin1');
    }
    if (fields.chunked && version === 'HTTP/1.0') throw new Malformed(400, 'Transfer-Encoding in HTTP/1.0 (RFC 9112 section 6.1)');
    // A client of HTTP/1.0 can't wait for an interim answer (RFC 9110 section 10.1.1).
    this.#expectContinue = fields.expectContinue && version === 'HTTP/1.1';
    return {
      method,
      target: toOriginForm(method, target, fields.host),
      version,
      headers,
      framing: framingOf(fields) ?? noBody,
      keepAlive: version === 'HTTP/1.1' ? !fields.close : fields.keepAlive && !fields.close,
      repeated: false,
    };
  }
}

function checkHost(fields: FramingFields, version: RequestHead['version']): void {
  if (fields.host === undefined) {
    if (version === 'HTTP/1.1') throw new Malformed(400, 'no Host line (RFC 9112 section 3.2)');
  } else if (!isHost(fields.host)) {
    throw new Malformed(400, `malformed Host "${fields.host}" (RFC 9112 section 3.2)`);
  }
}

/** RFC 9112 section 3.2: origin-form and asterisk-form stay, absolute-form loses its authority if that is Host's. */
function toOriginForm(method: string, target: string, host: string | undefined): string {
  if (method === 'CONNECT') throw new Malformed(400, 'CONNECT asks for a tunnel (RFC 9112 section 3.2.3)');
  if (target.charCodeAt(0) === 0x2f) return checkPath(target);
  if (target === '*') {
    if (method !== 'OPTIONS') throw new Malformed(400, 'target * with another method than OPTIONS (RFC 9112 section 3.2.4)');
    return target;
  }
  const match = /^http:\/\/([^/?]*)(.*)$/i.exec(target);
  if (match === null) throw new Malformed(400, 'request target is neither a path nor an http URL (RFC 9112 section 3.2)');
  const authority = match[1]!;
  const rest = match[2]!;
  if (host === undefined || authority.toLowerCase() !== host.toLowerCase()) {
    throw new Malformed(400, `absolute-form target names "${authority}", Host names "${host ?? ''}" (RFC 9112 section 3.2.2)`);
  }
  if (rest === '' && method === 'OPTIONS') return '*';
  return checkPath(rest.startsWith('/') ? rest : `/${rest}`);
}

/** A raw backslash in a path is a slash to some servers and none to others. In a query browsers send it as it is. */
export function checkPath(target: string): string {
  const backslash = target.indexOf('\\');
  if (backslash === -1) return target;
  const query = target.indexOf('?');
  if (query === -1 || backslash < query) throw new Malformed(400, 'backslash in the path (RFC 3986 section 3.3)');
  return target;
}

const versionPattern = 'HTTP/0.0';

function checkVersionByte(byte: number, index: number): void {
  const expected = versionPattern.charCodeAt(index);
  const digit = byte >= 0x30 && byte <= 0x39;
  if (expected === 0x30 ? digit : byte === expected) return;
  if (byte === lineFeed) throw new Malformed(400, 'LF without CR (RFC 9112 section 2.2)');
  throw new Malformed(400, 'raw blank in the request target, or no HTTP version (RFC 9112 section 3)');
}

function parseVersion(major: number, minor: number): RequestHead['version'] {
  if (major === 0x31 && minor === 0x31) return 'HTTP/1.1';
  if (major === 0x31 && minor === 0x30) return 'HTTP/1.0';
  throw new Malformed(505, `HTTP/${major - 0x30}.${minor - 0x30} is not supported (RFC 9112 section 2.3)`);
}

function badMethod(byte: number): Malformed {
  if (byte === lineFeed) return new Malformed(400, 'LF without CR (RFC 9112 section 2.2)');
  return new Malformed(400, `${describeByte(byte)} in the method (RFC 9112 section 3.1)`);
}

function badTarget(byte: number, empty: boolean): Malformed {
  if (byte === lineFeed) return new Malformed(400, 'LF without CR (RFC 9112 section 2.2)');
  if (byte === carriageReturn) return new Malformed(400, 'request line without an HTTP version, as in HTTP/0.9 (RFC 9112 section 3)');
  if (empty) return new Malformed(400, 'empty request target (RFC 9112 section 3.2)');
  return new Malformed(400, `${describeByte(byte)} in the request target (RFC 9112 section 3.2)`);
}

function badLineEnd(byte: number): Malformed {
  if (byte === lineFeed) return new Malformed(400, 'LF without CR (RFC 9112 section 2.2)');
  return new Malformed(400, `${describeByte(byte)} after the HTTP version (RFC 9112 section 3)`);
}
