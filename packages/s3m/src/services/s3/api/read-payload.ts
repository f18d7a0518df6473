import type { IncomingMessage } from 'node:http';
import type { Checksum, ChecksumAlgorithm } from '../../../capabilities/bucket.ts';
import { AwsChunkedReader, incompleteBody } from './aws-chunked.ts';
import { badDigest, checksumHeaders, verifyChecksum } from './checksums.ts';
import { ObjectDigests } from './object-digests.ts';
import type { Signer } from './s3-call.ts';
import { invalidRequest, notServed, S3Error } from './s3-error.ts';

/** What a body may be: how large, and whether its length must be told before (objects and parts). */
export interface PayloadRules {
  readonly maxBytes: number;
  readonly lengthRequired: boolean;
  /** What the service needs of its bytes, beside what the client says of them. */
  readonly algorithm?: ChecksumAlgorithm;
}

/** What is known of a body that was read. */
export interface ReadPayload {
  readonly digests: ObjectDigests;
  /** What the client gave with it, and what was found right. */
  readonly checksum: Checksum | undefined;
}

/**
 * Takes a request's body in, piece by piece as fast as `take` does, and checks it against all that the client said of it: length, digest of
 * the signature, signatures of chunks, `Content-MD5`, checksums in headers or trailers.
 * @throws S3Error; what was taken is worth nothing then
 */
export async function readPayload(
  request: IncomingMessage,
  signer: Signer,
  { maxBytes, lengthRequired, algorithm }: PayloadRules,
  take: (bytes: Buffer) => void | Promise<void>,
): Promise<ReadPayload> {
  const { headers } = request;
  const mode = signer.kind === 'signed' ? signer.contentSha256 : (headerText(request, 'x-amz-content-sha256') ?? 'UNSIGNED-PAYLOAD');
  const chunked = mode.startsWith('STREAMING-');
  const length = chunked ? headerText(request, 'x-amz-decoded-content-length') : headers['content-length'];
  if (length === undefined && (lengthRequired || chunked))
    throw new S3Error(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.');
  if (length !== undefined && !/^\d{1,15}$/.test(length)) throw invalidRequest('Invalid x-amz-decoded-content-length.');
  if (Number(length) > maxBytes) throw tooLarge(Number(length), maxBytes);
  const trailer = headerText(request, 'x-amz-trailer')?.toLowerCase();
  const hashed = /^[0-9a-f]{64}$/.test(mode);
  const announced = checksumHeaders.flatMap(([header, name]) => (headers[header] !== undefined || trailer === header ? [name] : []));
  const digests = new ObjectDigests(
    new Set([...announced, ...(hashed ? (['SHA256'] as const) : []), ...(algorithm === undefined ? [] : [algorithm])]),
  );
  let size = 0;
  let pieces: Buffer[] = [];
  const count = (bytes: Buffer): void => {
    size += bytes.length;
    if (size > maxBytes) throw tooLarge(size, maxBytes);
    pieces.push(bytes);
  };
  const reader = chunked ? new AwsChunkedReader(seedOf(mode, signer), count) : undefined;
  // What is wrong is answered on the same connection.
  for await (const bytes of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    if (reader === undefined) count(bytes);
    else reader.push(bytes);
    for (const piece of pieces) {
      digests.update(piece);
      await take(piece);
    }
    pieces = [];
  }
  reader?.end();
  if (length !== undefined && size !== Number(length)) throw incompleteBody();
  if (hashed) checkHash(mode, digests.digest('SHA256').toString('hex'));
  checkMd5(headerText(request, 'content-md5'), digests.md5);
  if (trailer !== undefined && checksumHeaders.some(([name]) => name === trailer) && reader?.trailers.get(trailer) === undefined)
    throw new S3Error(
      400,
      'MalformedTrailerError',
      'The request contained trailing data that was not well-formed or did not conform to our published schema.',
    );
  const checksum = verifyChecksum(
    (name) => headerText(request, name) ?? (name === trailer ? reader?.trailers.get(name) : undefined),
    (name) => digests.checksum(name),
  );
  return { digests, checksum };
}

function seedOf(mode: string, signer: Signer): Extract<Signer, { kind: 'signed' }> | undefined {
  if (mode === 'STREAMING-UNSIGNED-PAYLOAD-TRAILER') return undefined;
  if (signer.kind === 'signed' && /^STREAMING-AWS4-HMAC-SHA256-PAYLOAD(-TRAILER)?$/.test(mode)) return signer;
  throw notServed(`A body of ${mode}`);
}

function checkHash(expected: string, computed: string): void {
  if (computed === expected) return;
  throw new S3Error(400, 'XAmzContentSHA256Mismatch', "The provided 'x-amz-content-sha256' header does not match what was computed.", [
    ['ClientComputedContentSHA256', expected],
    ['S3ComputedContentSHA256', computed],
  ]);
}

function checkMd5(given: string | undefined, md5: Buffer): void {
  if (given === undefined) return;
  const decoded = Buffer.from(given, 'base64');
  if (decoded.length !== 16 || decoded.toString('base64') !== given)
    throw new S3Error(400, 'InvalidDigest', 'The Content-MD5 you specified was invalid.', [['Content-MD5', given]]);
  const computed = md5.toString('base64');
  if (computed === given) return;
  throw badDigest('The Content-MD5 you specified did not match what we received.', [
    ['ExpectedDigest', decoded.toString('hex')],
    ['CalculatedDigest', computed],
  ]);
}

function tooLarge(size: number, maxBytes: number): S3Error {
  return new S3Error(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', [
    ['ProposedSize', size],
    ['MaxSizeAllowed', maxBytes],
  ]);
}

function headerText({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}
