import { createHash, randomBytes } from 'node:crypto';
import type { Checksum } from '../../../capabilities/bucket.ts';
import type { MultipartUpload, UploadedPart } from '../multipart-upload.ts';
import { readCopyRange } from './byte-range.ts';
import { checksumElements, checksumResponseHeaders, fullChecksum } from './checksums.ts';
import { readSource } from './copy-object.ts';
import { checkRoom } from './limits.ts';
import { readLimit } from './list-objects.ts';
import { readObjectHeaders } from './object-headers.ts';
import { canonicalUserId } from './owner.ts';
import { checkCopyConditions } from './preconditions.ts';
import { checkKey, requestedAlgorithm } from './put-object.ts';
import type { XmlNode } from './print-xml.ts';
import { headerOf, noContent, xmlAnswer, type ObjectCall, type S3Answer } from './s3-call.ts';
import { invalidArgument, invalidRequest, S3Error } from './s3-error.ts';
import { parseTaggingHeader } from './tag-set.ts';
import { xmlTime } from './xml-time.ts';

const encrypted = ['x-amz-server-side-encryption', 'AES256'] as const;
const mostParts = 10_000;

/** CreateMultipartUpload. */
export function createMultipartUpload(call: ObjectCall): S3Answer {
  const { bucket, key, account } = call;
  checkKey(key);
  const tags = parseTaggingHeader(headerOf(call, 'x-amz-tagging'));
  const checksum = readChecksumWish(call);
  const upload: MultipartUpload = {
    id: randomBytes(48).toString('base64url'),
    initiated: new Date(account.clock.now()),
    object: { key, ...readObjectHeaders(call), ...(Object.keys(tags).length === 0 ? {} : { tags }) },
    checksum,
    parts: new Map(),
  };
  bucket.uploads.set(upload.id, upload);
  return xmlAnswer(
    'InitiateMultipartUploadResult',
    [
      ['Bucket', bucket.name],
      ['Key', key],
      ['UploadId', upload.id],
    ],
    [
      encrypted,
      ...(checksum === undefined
        ? []
        : ([
            ['x-amz-checksum-algorithm', checksum.algorithm],
            ['x-amz-checksum-type', checksum.type],
          ] as const)),
    ],
  );
}

function readChecksumWish(call: ObjectCall): MultipartUpload['checksum'] {
  const algorithm = requestedAlgorithm(call, 'x-amz-checksum-algorithm');
  const type = headerOf(call, 'x-amz-checksum-type')?.toUpperCase();
  if (algorithm === undefined) {
    if (type !== undefined)
      throw invalidRequest('The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.');
    return undefined;
  }
  const byDefault: Checksum['type'] = algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE';
  if (type === undefined) return { algorithm, type: byDefault };
  if (type !== 'COMPOSITE' && type !== 'FULL_OBJECT') throw invalidRequest('Value for x-amz-checksum-type header is invalid.');
  const impossible = type === 'COMPOSITE' ? algorithm === 'CRC64NVME' : algorithm.startsWith('SHA');
  if (impossible) {
    throw invalidRequest(`The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`);
  }
  return { algorithm, type };
}

/** UploadPart. */
export function uploadPart(call: ObjectCall): S3Answer {
  const { body, account } = call;
  const upload = findUpload(call);
  const number = partNumber(call);
  checkRoom(account, body.bytes.length);
  const wanted = upload.checksum?.algorithm;
  if (wanted !== undefined && body.checksum !== undefined && body.checksum.algorithm !== wanted) {
    throw invalidRequest(
      `Checksum Type mismatch occurred, expected checksum Type: ${wanted.toLowerCase()}, actual checksum Type: ${body.checksum.algorithm.toLowerCase()}`,
    );
  }
  const checksum = body.checksum ?? (wanted === undefined ? undefined : fullChecksum(wanted, body.bytes));
  const part = addPart(upload, number, body.bytes, checksum, account.clock.now());
  // A part's checksum has no type.
  return { status: 200, headers: [['ETag', part.etag], encrypted, ...checksumResponseHeaders(checksum).slice(0, 1)] };
}

/** UploadPartCopy. */
export function uploadPartCopy(call: ObjectCall): S3Answer {
  const { account } = call;
  const upload = findUpload(call);
  const number = partNumber(call);
  const { object } = readSource(call);
  checkCopyConditions(call, object);
  const header = headerOf(call, 'x-amz-copy-source-range');
  const range = header === undefined ? undefined : readCopyRange(header, object.body.length);
  const bytes = range === undefined ? object.body : object.body.subarray(range.first, range.last + 1);
  checkRoom(account, bytes.length);
  const checksum = upload.checksum === undefined ? undefined : fullChecksum(upload.checksum.algorithm, bytes);
  const part = addPart(upload, number, bytes, checksum, account.clock.now());
  return xmlAnswer(
    'CopyPartResult',
    [['LastModified', xmlTime(part.lastModified)], ['ETag', part.etag], ...checksumElements(checksum)],
    [encrypted],
  );
}

function addPart({ parts }: MultipartUpload, number: number, body: Buffer, checksum: Checksum | undefined, now: number): UploadedPart {
  const etag = `"${createHash('md5').update(body).digest('hex')}"`;
  const part = { body, etag, lastModified: new Date(now), ...(checksum === undefined ? {} : { checksum }) };
  parts.set(number, part);
  return part;
}

/** AbortMultipartUpload. */
export function abortMultipartUpload(call: ObjectCall): S3Answer {
  call.bucket.uploads.delete(findUpload(call).id);
  return noContent;
}

/** ListParts. */
export function listParts(call: ObjectCall): S3Answer {
  const { bucket, key, query, account } = call;
  const upload = findUpload(call);
  const limit = readLimit(query, 'max-parts', 'max-parts');
  const marker = readLimitlessMarker(query.get('part-number-marker'));
  const all = [...upload.parts].filter(([number]) => number > marker).toSorted(([one], [other]) => one - other);
  const page = all.slice(0, limit);
  const more = page.length < all.length;
  return xmlAnswer('ListPartsResult', [
    ['Bucket', bucket.name],
    ['Key', key],
    ['UploadId', upload.id],
    ['Initiator', [['ID', canonicalUserId(account)]]],
    ['Owner', [['ID', canonicalUserId(account)]]],
    ['StorageClass', upload.object.systemMetadata['x-amz-storage-class'] ?? 'STANDARD'],
    ['PartNumberMarker', marker],
    ['NextPartNumberMarker', page.at(-1)?.[0] ?? 0],
    ['MaxParts', limit],
    ['ChecksumAlgorithm', upload.checksum?.algorithm],
    ['ChecksumType', upload.checksum?.type],
    ['IsTruncated', more],
    ...page.map(([number, part]): XmlNode => [
      'Part',
      [
        ['PartNumber', number],
        ['LastModified', xmlTime(part.lastModified)],
        ['ETag', part.etag],
        ['Size', part.body.length],
        ...checksumElements(part.checksum),
      ],
    ]),
  ]);
}

function readLimitlessMarker(text: string | undefined): number {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : 0;
}

/** @throws S3Error */
export function findUpload({ bucket, key, query }: ObjectCall): MultipartUpload {
  const id = query.get('uploadId') ?? '';
  const upload = bucket.uploads.get(id);
  if (upload !== undefined && upload.object.key === key) return upload;
  throw new S3Error(
    404,
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    [['UploadId', id]],
  );
}

function partNumber({ query }: ObjectCall): number {
  const text = query.get('partNumber') ?? '';
  const number = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= mostParts) return number;
  throw invalidArgument(`Part number must be an integer between 1 and ${mostParts}, inclusive`, 'partNumber', text);
}
