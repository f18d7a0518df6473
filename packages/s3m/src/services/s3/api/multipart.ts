import { randomBytes } from 'node:crypto';
import type { Checksum, ChecksumAlgorithm } from '../../../capabilities/bucket.ts';
import type { MultipartUpload, UploadedPart } from '../multipart-upload.ts';
import { readCopyRange } from './byte-range.ts';
import { checksumElements, checksumResponseHeaders } from './checksums.ts';
import { checkCopySize, readSource, sourceVersion } from './copy-object.ts';
import { readLimit } from './list-objects.ts';
import { readObjectHeaders } from './object-headers.ts';
import { canonicalUserId } from './owner.ts';
import { checkCopyConditions } from './preconditions.ts';
import { checkKey, requestedAlgorithm } from './put-object.ts';
import type { XmlNode } from '../../print-xml.ts';
import { receiveCopy } from './receive-object.ts';
import { headerOf, noContent, xmlAnswer, type ObjectCall, type Received, type S3Answer } from './s3-call.ts';
import { invalidArgument, invalidRequest, S3Error } from './s3-error.ts';
import { parseTaggingHeader } from './tag-set.ts';
import { xmlTime } from './xml-time.ts';

const encrypted = ['x-amz-server-side-encryption', 'AES256'] as const;
const mostParts = 10_000;

/** CreateMultipartUpload. */
export async function createMultipartUpload(call: ObjectCall): Promise<S3Answer> {
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
  await bucket.begin(upload);
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
export async function uploadPart(call: ObjectCall): Promise<S3Answer> {
  const upload = findUpload(call);
  const number = partNumber(call);
  const wanted = upload.checksum?.algorithm;
  const received = await call.receive({ algorithm: digestAlgorithm(upload), isPart: true });
  const given = received.checksum;
  if (wanted !== undefined && given !== undefined && given.algorithm !== wanted) {
    received.release();
    throw invalidRequest(
      `Checksum Type mismatch occurred, expected checksum Type: ${wanted.toLowerCase()}, actual checksum Type: ${given.algorithm.toLowerCase()}`,
    );
  }
  const checksum = given ?? (wanted === undefined ? undefined : received.computed(wanted));
  const part = await addPart(call, upload, number, received, checksum);
  // A part's checksum has no type.
  return { status: 200, headers: [['ETag', part.etag], encrypted, ...checksumResponseHeaders(checksum).slice(0, 1)] };
}

/** UploadPartCopy. */
export async function uploadPartCopy(call: ObjectCall): Promise<S3Answer> {
  const { account } = call;
  const upload = findUpload(call);
  const number = partNumber(call);
  const source = readSource(call);
  const { object } = source;
  checkCopyConditions(call, object);
  const header = headerOf(call, 'x-amz-copy-source-range');
  const { length } = object.body;
  const range = header === undefined ? { first: 0, last: length - 1 } : readCopyRange(header, length);
  checkCopySize(range.last + 1 - range.first);
  const algorithm = digestAlgorithm(upload);
  const received = await receiveCopy(account, object.body, range, { algorithm, isPart: true });
  const checksum = upload.checksum === undefined ? undefined : received.computed(algorithm);
  const part = await addPart(call, upload, number, received, checksum);
  return xmlAnswer(
    'CopyPartResult',
    [['LastModified', xmlTime(part.lastModified)], ['ETag', part.etag], ...checksumElements(checksum)],
    [encrypted, ...sourceVersion(source)],
  );
}

/** By what the whole object's checksum is made of its parts'. */
function digestAlgorithm({ checksum }: MultipartUpload): ChecksumAlgorithm {
  return checksum?.algorithm ?? 'CRC64NVME';
}

async function addPart(
  { bucket, account, query }: ObjectCall,
  upload: MultipartUpload,
  number: number,
  received: Received,
  checksum: Checksum | undefined,
): Promise<UploadedPart> {
  const { body, release, etag } = received;
  const digest = received.computed(digestAlgorithm(upload));
  const part = {
    body,
    release,
    etag,
    lastModified: new Date(account.clock.now()),
    digest,
    ...(checksum === undefined ? {} : { checksum }),
  };
  try {
    if (await bucket.addPart(upload, number, part)) return part;
  } catch (error) {
    release();
    throw error;
  }
  release();
  throw noSuchUpload(query.get('uploadId') ?? '');
}

/** AbortMultipartUpload. */
export async function abortMultipartUpload(call: ObjectCall): Promise<S3Answer> {
  await call.bucket.end(findUpload(call));
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
  throw noSuchUpload(id);
}

function noSuchUpload(id: string): S3Error {
  return new S3Error(
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
