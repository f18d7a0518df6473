import { isToken } from './byte-classes.ts';
import { Malformed } from './malformed.ts';
import type { Framing, HeaderLines } from './message.ts';

/** What the header lines say about body, connection and host, collected in one pass. */
export interface FramingFields {
  readonly contentLength: number | undefined;
  readonly chunked: boolean;
  readonly close: boolean;
  readonly keepAlive: boolean;
  readonly host: string | undefined;
  readonly expectContinue: boolean;
}

/** Codings that RFC 9112 section 7 knows; none but `chunked` is taken. */
const knownCodings: ReadonlySet<string> = new Set(['chunked', 'gzip', 'x-gzip', 'compress', 'x-compress', 'deflate']);

/**
 * Reads the header lines that decide how a message is delimited.
 * @throws Malformed where two readers could come to different results (RFC 9112 section 6.3).
 */
export function readFramingFields(headers: HeaderLines, message: 'request' | 'response'): FramingFields {
  const request = message === 'request';
  let contentLength: number | undefined;
  let transferCoding: string | undefined;
  let connection: string | undefined;
  let host: string | undefined;
  let expectContinue = false;
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index]!;
    // Only names of these lengths matter; the others aren't worth a comparison.
    switch (name.length) {
      case 4:
        if (!request || name.toLowerCase() !== 'host') break;
        if (host !== undefined) throw new Malformed(400, 'more than one Host line (RFC 9112 section 3.2)');
        host = headers[index + 1]!;
        break;
      case 6:
        if (!request || name.toLowerCase() !== 'expect') break;
        if (headers[index + 1]!.toLowerCase() !== '100-continue') {
          throw new Malformed(417, `unknown expectation "${headers[index + 1]!}" (RFC 9110 section 10.1.1)`);
        }
        expectContinue = true;
        break;
      case 10:
        if (name.toLowerCase() === 'connection')
          connection = connection === undefined ? headers[index + 1]! : `${connection},${headers[index + 1]!}`;
        break;
      case 14:
        if (name.toLowerCase() !== 'content-length') break;
        if (contentLength !== undefined) throw new Malformed(400, 'more than one Content-Length line (RFC 9112 section 6.3)');
        contentLength = parseContentLength(headers[index + 1]!);
        break;
      case 17:
        if (name.toLowerCase() !== 'transfer-encoding') break;
        transferCoding = transferCoding === undefined ? headers[index + 1]! : `${transferCoding},${headers[index + 1]!}`;
        break;
      default:
    }
  }
  if (transferCoding !== undefined) {
    checkTransferCoding(transferCoding);
    if (contentLength !== undefined) throw new Malformed(400, 'both Content-Length and Transfer-Encoding (RFC 9112 section 6.1)');
  }
  const options = connection?.toLowerCase();
  return {
    contentLength,
    chunked: transferCoding !== undefined,
    close: options !== undefined && hasOption(options, 'close'),
    keepAlive: options !== undefined && hasOption(options, 'keep-alive'),
    host,
    expectContinue,
  };
}

/** The framing of a message that is allowed a body, or undefined when the header lines don't say. */
export function framingOf(fields: FramingFields): Framing | undefined {
  if (fields.chunked) return { kind: 'chunked' };
  if (fields.contentLength !== undefined) return { kind: 'length', length: fields.contentLength };
  return undefined;
}

function parseContentLength(value: string): number {
  // Sixteen digits are always below 2 ** 53 when the first fifteen are; leading zeros are legal and read as decimal.
  if (!/^\d{1,16}$/.test(value)) throw new Malformed(400, `Content-Length is not a number: "${value}" (RFC 9110 section 8.6)`);
  const length = Number(value);
  if (!Number.isSafeInteger(length)) throw new Malformed(400, `Content-Length is too large: "${value}" (RFC 9110 section 8.6)`);
  return length;
}

/** @throws Malformed unless the list of codings is exactly `chunked`. */
function checkTransferCoding(value: string): void {
  const codings = value.split(',').map((coding) => coding.replaceAll(/^[ \t]+|[ \t]+$/g, '').toLowerCase());
  const unreadable = codings.find((coding) => !isToken(coding));
  if (unreadable !== undefined) throw new Malformed(400, `malformed Transfer-Encoding: "${value}" (RFC 9112 section 6.1)`);
  const unknown = codings.find((coding) => !knownCodings.has(coding));
  if (unknown !== undefined) throw new Malformed(501, `unknown transfer coding "${unknown}" (RFC 9112 section 6.1)`);
  if (codings.at(-1) !== 'chunked') throw new Malformed(400, 'chunked is not the final transfer coding (RFC 9112 section 6.3)');
  if (codings.indexOf('chunked') < codings.length - 1) throw new Malformed(400, 'chunked is applied twice (RFC 9112 section 6.1)');
  if (codings.length > 1) throw new Malformed(501, `transfer coding "${codings[0]!}" is not implemented (RFC 9112 section 6.1)`);
}

function hasOption(connection: string, option: string): boolean {
  if (connection === option) return true;
  return connection.includes(option) && connection.split(',').some((part) => part.trim() === option);
}
