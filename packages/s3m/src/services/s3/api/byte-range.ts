import type { StoredObject } from '../../../capabilities/bucket.ts';
import { headerOf, type ServiceCall } from './s3-call.ts';
import { invalidArgument, invalidRequest, S3Error } from './s3-error.ts';

/** Bytes from `first` to `last`, both included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** Which part of an object is asked for; undefined for all of it. What is no single range of bytes does not count. @throws S3Error */
export function readRange(call: ServiceCall, object: Pick<StoredObject, 'body' | 'partSizes'>): ByteRange | undefined {
  const range = headerOf(call, 'range');
  const part = call.query.get('partNumber');
  if (part === undefined) return range === undefined ? undefined : parseRange(range, object.body.length);
  if (range !== undefined) throw invalidRequest('Cannot specify both Range header and partNumber query parameter');
  return rangeOfPart(part, object);
}

/** `x-amz-copy-source-range`: always `bytes=FIRST-LAST`, and within the source. @throws S3Error */
export function readCopyRange(header: string, size: number): ByteRange {
  const match = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(header);
  const [first, last] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || first > last) {
    throw invalidArgument(
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      'x-amz-copy-source-range',
      header,
    );
  }
  if (last >= size) {
    throw invalidArgument(`Range specified is not valid for source object of size: ${size}`, 'x-amz-copy-source-range', header);
  }
  return { first, last };
}

function parseRange(header: string, size: number): ByteRange | undefined {
  const match = /^bytes=(?:(\d{1,15})-(\d{0,15})|-(\d{1,15}))$/.exec(header.trim());
  if (match === null) return undefined;
  const [, from, to, suffix] = match;
  if (suffix !== undefined) {
    if (Number(suffix) === 0 || size === 0) throw invalidRange(header, size);
    return { first: Math.max(0, size - Number(suffix)), last: size - 1 };
  }
  const first = Number(from);
  const last = to === '' || to === undefined ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== '' && Number(to) < first) return undefined;
  if (first >= size) throw invalidRange(header, size);
  return { first, last };
}

function rangeOfPart(text: string, { body, partSizes }: Pick<StoredObject, 'body' | 'partSizes'>): ByteRange | undefined {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > 10_000)
    throw invalidArgument('Part number must be an integer between 1 and 10000, inclusive', 'partNumber', text);
  const sizes = partSizes ?? [body.length];
  if (number > sizes.length) {
    throw new S3Error(416, 'InvalidPartNumber', 'The requested partnumber is not satisfiable', [
      ['PartNumberRequested', number],
      ['ActualPartCount', sizes.length],
    ]);
  }
  const first = sizes.slice(0, number - 1).reduce((sum, size) => sum + size, 0);
  return sizes[number - 1] === 0 ? undefined : { first, last: first + sizes[number - 1]! - 1 };
}

function invalidRange(header: string, size: number): S3Error {
  return new S3Error(416, 'InvalidRange', 'The requested range is not satisfiable', [
    ['RangeRequested', header],
    ['ActualObjectSize', size],
  ]);
}
