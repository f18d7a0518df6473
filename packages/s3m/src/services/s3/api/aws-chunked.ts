import { createHash } from 'node:crypto';
import { equalTexts } from '../../../signature/signing-key.ts';
import type { Signer } from './s3-call.ts';
import { S3Error } from './s3-error.ts';

/** What the signatures of chunks start from; absent where chunks are not signed. */
export type ChunkSeed = Pick<Extract<Signer, { kind: 'signed' }>, 'timestamp' | 'scope' | 'mac' | 'signature'>;

const emptyHash = createHash('sha256').update('').digest('hex');
/** A line of a chunk's head, or of a trailer. */
const longestLine = 4096;
/** All chunks but the last are at least this large where they are signed. */
const smallestChunk = 8192;
const mostTrailers = 32;

type State = 'head' | 'data' | 'data-end' | 'trailer' | 'done';

/**
 * Reads a body of `Content-Encoding: aws-chunked` piece by piece: `SIZE;chunk-signature=HEX CRLF bytes CRLF`, a chunk of no bytes, trailers (S3 API
 * Reference, "Signature Calculations for the Authorization Header: Transferring Payload in Multiple Chunks", and "... with trailing headers").
 */
export class AwsChunkedReader {
  readonly trailers: Map<string, string> = new Map();
  readonly #seed: ChunkSeed | undefined;
  readonly #emit: (bytes: Buffer) => void;
  #state: State = 'head';
  #line = '';
  #left = 0;
  #size = 0;
  #smallSeen = false;
  #chunkSignature = '';
  #hash = createHash('sha256');
  #previous: string;

  /** @param emit told the data, piece by piece, before its signature is known to be right */
  constructor(seed: ChunkSeed | undefined, emit: (bytes: Buffer) => void) {
    this.#seed = seed;
    this.#previous = seed?.signature ?? '';
    this.#emit = emit;
  }

  /** @throws S3Error */
  push(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) at = this.#state === 'data' ? this.#readData(bytes, at) : this.#readLine(bytes, at);
  }

  /** @throws S3Error when the body has ended too early */
  end(): void {
    if (this.#state === 'trailer' && this.#line === '') this.#finish();
    if (this.#state !== 'done') throw incompleteBody();
  }

  #readData(bytes: Buffer, at: number): number {
    const piece = bytes.subarray(at, at + this.#left);
    this.#left -= piece.length;
    if (this.#seed !== undefined) this.#hash.update(piece);
    this.#emit(piece);
    if (this.#left === 0) this.#state = 'data-end';
    return at + piece.length;
  }

  #readLine(bytes: Buffer, at: number): number {
    if (this.#state === 'done') throw incompleteBody();
    const end = bytes.indexOf(0x0a, at);
    const stop = end === -1 ? bytes.length : end;
    this.#line += bytes.toString('latin1', at, stop);
    if (this.#line.length > longestLine) throw incompleteBody();
    if (end === -1) return bytes.length;
    const line = this.#line.endsWith('\r') ? this.#line.slice(0, -1) : this.#line;
    this.#line = '';
    this.#takeLine(line);
    return end + 1;
  }

  #takeLine(line: string): void {
    if (this.#state === 'data-end') {
      if (line !== '') throw incompleteBody();
      this.#checkChunk();
      this.#state = 'head';
    } else if (this.#state === 'head') this.#takeHead(line);
    else this.#takeTrailer(line);
  }

  #takeHead(line: string): void {
    const match = /^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line);
    if (match === null || (this.#seed !== undefined && match[2] === undefined)) throw incompleteBody();
    this.#size = this.#left = Number.parseInt(match[1]!, 16);
    this.#chunkSignature = match[2] ?? '';
    if (this.#size > 0) {
      if (this.#seed !== undefined && this.#smallSeen) throw invalidChunkSize();
      this.#smallSeen = this.#size < smallestChunk;
      this.#state = 'data';
      return;
    }
    this.#checkChunk();
    this.#state = 'trailer';
  }

  #takeTrailer(line: string): void {
    if (line === '') return this.#finish();
    const colon = line.indexOf(':');
    if (colon < 1 || this.trailers.size >= mostTrailers) throw malformedTrailer();
    this.trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }

  #checkChunk(): void {
    if (this.#seed === undefined) return;
    const { timestamp, scope, mac } = this.#seed;
    const hash = this.#hash.digest('hex');
    this.#hash = createHash('sha256');
    const text = `AWS4-HMAC-SHA256-PAYLOAD\n${timestamp}\n${scope}\n${this.#previous}\n${emptyHash}\n${hash}`;
    if (!equalTexts(mac(text), this.#chunkSignature)) throw wrongSignature();
    this.#previous = this.#chunkSignature;
  }

  /** The trailers' own signature stands among them. */
  #finish(): void {
    this.#state = 'done';
    const signature = this.trailers.get('x-amz-trailer-signature');
    this.trailers.delete('x-amz-trailer-signature');
    if (this.#seed === undefined || this.trailers.size === 0) return;
    const { timestamp, scope, mac } = this.#seed;
    const canonical = [...this.trailers].map(([name, value]) => `${name}:${value}\n`).join('');
    const hash = createHash('sha256').update(canonical).digest('hex');
    const text = `AWS4-HMAC-SHA256-TRAILER\n${timestamp}\n${scope}\n${this.#previous}\n${hash}`;
    if (!equalTexts(mac(text), signature ?? '')) throw wrongSignature();
  }
}

export function incompleteBody(): S3Error {
  return new S3Error(400, 'IncompleteBody', 'The request body terminated unexpectedly');
}

function malformedTrailer(): S3Error {
  return new S3Error(
    400,
    'MalformedTrailerError',
    'The request contained trailing data that was not well-formed or did not conform to our published schema.',
  );
}

function invalidChunkSize(): S3Error {
  return new S3Error(403, 'InvalidChunkSizeError', 'Only the last chunk is allowed to have a size less than 8192 bytes');
}

function wrongSignature(): S3Error {
  return new S3Error(
    403,
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  );
}
