import type { ObjectBody, StoredObject } from '../../../capabilities/bucket.ts';
import type { MemoryBucket } from '../memory-bucket.ts';
import { rangeOf } from '../storage/send-body.ts';
import { findRefusal } from './access.ts';
import { readRange, type ByteRange } from './byte-range.ts';
import { checksumResponseHeaders } from './checksums.ts';
import { objectResponseHeaders } from './object-headers.ts';
import { checkReadConditions } from './preconditions.ts';
import { headerOf, type ObjectCall, type S3Answer } from './s3-call.ts';
import { accessDenied, invalidArgument, invalidRequest, noSuchKey } from './s3-error.ts';
import { findVersion, isMarker, markerHeaders, noSuchVersion, versionHeaders } from './versions.ts';

/** Parameters that replace a header of the answer. */
const overrides: Readonly<Record<string, string>> = {
  'response-cache-control': 'Cache-Control',
  'response-content-disposition': 'Content-Disposition',
  'response-content-encoding': 'Content-Encoding',
  'response-content-language': 'Content-Language',
  'response-content-type': 'Content-Type',
  'response-expires': 'Expires',
};

/** GetObject and HeadObject. */
export function getObject(call: ObjectCall): S3Answer {
  const object = findObject(call);
  const headers = overridden(call, [...objectResponseHeaders(object), ...versionHeaders(call.bucket, object)]);
  if (checkReadConditions(call, object)) return { status: 304, headers: headers.filter(([name]) => !/^content-/i.test(name)) };
  const range = readRange(call, object);
  if (headerOf(call, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED' && range === undefined)
    headers.push(...checksumResponseHeaders(object.checksum).map(([name, value]) => [name, value] as [string, string]));
  if (call.query.has('partNumber') && object.partSizes !== undefined)
    headers.push(['x-amz-mp-parts-count', String(object.partSizes.length)]);
  if (range === undefined)
    return answer(call, call.query.has('partNumber') ? 206 : 200, headers, object.body, { first: 0, last: object.body.length - 1 });
  headers.push(['Content-Range', `bytes ${range.first}-${range.last}/${object.body.length}`]);
  return answer(call, 206, headers, object.body, range);
}

function answer(
  { method }: ObjectCall,
  status: number,
  headers: NonNullable<S3Answer['headers']>,
  body: ObjectBody,
  { first, last }: ByteRange,
): S3Answer {
  if (method === 'HEAD') return { status, headers, length: last + 1 - first };
  return { status, headers, body: Buffer.isBuffer(body) ? body.subarray(first, last + 1) : rangeOf(body, first, last) };
}

/** The object, or what a caller may know of its absence: whoever may not list the bucket is only denied (S3W-011, IAM-038). @throws S3Error */
export function findObject(call: ObjectCall, bucket: MemoryBucket = call.bucket, key: string = call.key): StoredObject {
  const version = call.query.get('versionId');
  const { object, marker } = findVersion(bucket, key, version);
  if (object !== undefined) return object;
  if (version !== undefined && marker !== undefined) throw isMarker(marker);
  const refusal = findRefusal(call, { action: 's3:ListBucket', resource: bucket.arn, bucket, keys: { 's3:prefix': [] } });
  if (refusal !== undefined) throw accessDenied(refusal);
  throw version === undefined ? noSuchKey(key, marker === undefined ? [] : markerHeaders(marker)) : noSuchVersion(key, version);
}

function overridden({ query, signer }: ObjectCall, headers: [name: string, value: string][]): [name: string, value: string][] {
  const wanted = Object.entries(overrides).flatMap(([parameter, name]) => {
    const value = query.get(parameter);
    return value === undefined ? [] : [[name, value] as [string, string]];
  });
  if (wanted.length === 0) return headers;
  if (signer.kind !== 'signed') throw invalidRequest('Request specific response headers cannot be used for anonymous GET requests.');
  const bad = wanted.find(([, value]) => /[^\t\u0020-\u007E\u0080-\u00FF]/.test(value));
  if (bad !== undefined)
    throw invalidArgument('Header value cannot be represented using ISO-8859-1.', `response-${bad[0].toLowerCase()}`, bad[1]);
  return [...headers.filter(([name]) => !wanted.some(([other]) => other === name)), ...wanted];
}
