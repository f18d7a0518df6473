/** Header lines in the order of arrival with names as received: `[name, value, name, value, ...]`. Values have no leading or trailing blanks. */
export type HeaderLines = readonly string[];

/** How a message's body is delimited (RFC 9112 section 6.3). `until-close` occurs in responses only. */
export type Framing =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'until-close' };

/** A request's head after the strict reader has accepted it. */
export interface RequestHead {
  readonly method: string;
  /** The request target as received, origin-form: it starts with `/`, or is `*`. An absolute-form target is reduced to its origin-form. */
  readonly target: string;
  readonly version: 'HTTP/1.1' | 'HTTP/1.0';
  readonly headers: HeaderLines;
  readonly framing: Framing;
  /** Whether the client wants the connection kept open. */
  readonly keepAlive: boolean;
  /** The same bytes came before, one head after the other on this connection. This very object comes for them each time. */
  readonly repeated?: boolean;
}

/** A response's head. */
export interface ResponseHead {
  readonly status: number;
  readonly reason: string;
  readonly headers: HeaderLines;
  readonly framing: Framing;
  readonly keepAlive: boolean;
  /** As {@link RequestHead.repeated}. */
  readonly repeated?: boolean;
}

/** A body that arrives as it is read. Not reading it holds the sender back. */
export interface MessageBody extends AsyncIterable<Buffer> {
  /** Bytes, when the head tells. */
  readonly length: number | undefined;
  /** True once all of it has arrived, or has failed to; absent where that is not known. */
  readonly settled?: boolean;
  /** Everything, up to `limit` bytes. @throws BodyTooLarge beyond it. */
  readAll(limit: number): Promise<Buffer>;
  /** Reads and drops the rest. */
  discard(): void;
}

/** A body larger than what was allowed. */
export class BodyTooLarge extends Error {
  constructor(limit: number) {
    super(`body exceeds ${limit} bytes`);
    this.name = 'BodyTooLarge';
  }
}

/** The value of the first header line with this name, whatever the case. */
export function headerValue(headers: HeaderLines, name: string): string | undefined {
  for (let index = 0; index < headers.length; index += 2) {
    const candidate = headers[index]!;
    if (candidate.length === name.length && candidate.toLowerCase() === name.toLowerCase()) return headers[index + 1];
  }
  return undefined;
}

/** The values of all header lines with this name, in order. */
export function headerValues(headers: HeaderLines, name: string): string[] {
  const wanted = name.toLowerCase();
  const values: string[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    const candidate = headers[index]!;
    if (candidate.length === wanted.length && candidate.toLowerCase() === wanted) values.push(headers[index + 1]!);
  }
  return values;
}
