import type { ChecksumAlgorithm, StoredObject } from '../../../capabilities/bucket.ts';
import type { Account } from '../../account.ts';
import { existingTagKeys } from '../condition-keys.ts';
import { MemoryBucket } from '../memory-bucket.ts';
import { authorize, objectArn } from './access.ts';
import { checksumElements } from './checksums.ts';
import { findObject } from './get-object.ts';
import { checkRoom, maxUploadBytes } from './limits.ts';
import { readObjectHeaders } from './object-headers.ts';
import { checkCopyConditions, checkWriteConditions } from './preconditions.ts';
import { checkKey, requestedAlgorithm } from './put-object.ts';
import { receiveCopy } from './receive-object.ts';
import { headerOf, xmlAnswer, type ObjectCall, type Received, type S3Answer } from './s3-call.ts';
import { invalidArgument, invalidRequest, noSuchBucket } from './s3-error.ts';
import { parseTaggingHeader } from './tag-set.ts';
import { newVersionHeaders, versionHeaders, versionOf } from './versions.ts';
import { xmlTime } from './xml-time.ts';

/** CopyObject. */
export async function copyObject(call: ObjectCall): Promise<S3Answer> {
  const { bucket, key, account } = call;
  checkKey(key);
  const source = readSource(call);
  const replace = directive(call, 'x-amz-metadata-directive') === 'REPLACE';
  const replaceTags = directive(call, 'x-amz-tagging-directive') === 'REPLACE';
  const headers = readObjectHeaders(call);
  const { 'x-amz-storage-class': storageClass, 'x-amz-website-redirect-location': redirect } = headers.systemMetadata;
  const changes =
    replace || storageClass !== undefined || redirect !== undefined || headerOf(call, 'x-amz-server-side-encryption') !== undefined;
  if (source.bucket === bucket && source.object === bucket.get(key) && !changes) {
    throw invalidRequest(
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  checkCopyConditions(call, source.object);
  checkWriteConditions(call, key, bucket.get(key));
  const { body, contentType, systemMetadata, userMetadata } = source.object;
  checkCopySize(body.length);
  if (Buffer.isBuffer(body)) checkRoom(account, body.length);
  // Neither class nor redirect come along with a copy.
  const { 'x-amz-storage-class': _, 'x-amz-website-redirect-location': __, ...inherited } = systemMetadata;
  const own = {
    ...(storageClass === undefined ? {} : { 'x-amz-storage-class': storageClass }),
    ...(redirect === undefined ? {} : { 'x-amz-website-redirect-location': redirect }),
  };
  const tags = replaceTags ? parseTaggingHeader(headerOf(call, 'x-amz-tagging')) : (source.object.tags ?? {});
  const algorithm = requestedAlgorithm(call, 'x-amz-checksum-algorithm') ?? source.object.checksum?.algorithm ?? 'CRC64NVME';
  using bytes = await copyBytes(account, source.object, algorithm);
  const copy = await bucket.inTurn(key, () => {
    checkWriteConditions(call, key, bucket.get(key));
    return bucket.put({
      key,
      body: bytes.body,
      etag: bytes.etag,
      ...(replace ? headers : { contentType, systemMetadata: { ...inherited, ...own }, userMetadata }),
      ...(Object.keys(tags).length === 0 ? {} : { tags }),
      checksum: bytes.computed(algorithm),
    });
  });
  return xmlAnswer(
    'CopyObjectResult',
    [
      ['LastModified', xmlTime(copy.lastModified)],
      ['ETag', copy.etag],
      ['ChecksumType', copy.checksum?.type],
      ...checksumElements(copy.checksum),
    ],
    [['x-amz-server-side-encryption', 'AES256'], ...sourceVersion(source), ...newVersionHeaders(bucket, copy)],
  );
}

/** Of an object that a bucket with versions keeps. */
export function sourceVersion({ bucket, object }: ReturnType<typeof readSource>): [name: string, value: string][] {
  return versionHeaders(bucket, object).map(([, id]) => ['x-amz-copy-source-version-id', id]);
}

/** A copy stands where its source does, unless that is of parts or has another checksum: then it is read once, to know the copy's own. */
async function copyBytes(account: Account, { body, etag, checksum }: StoredObject, algorithm: ChecksumAlgorithm): Promise<Received> {
  const isKnown = checksum?.type === 'FULL_OBJECT' && checksum.algorithm === algorithm && !etag.includes('-');
  if (!isKnown) return receiveCopy(account, body, { first: 0, last: body.length - 1 }, { algorithm });
  const release = Buffer.isBuffer(body) ? () => {} : body.hold();
  return { body, etag, checksum, release, computed: () => checksum, [Symbol.dispose]: release };
}

/** @throws S3Error */
export function checkCopySize(size: number): void {
  if (size > maxUploadBytes)
    throw invalidRequest(`The specified copy source is larger than the maximum allowable size for a copy source: ${maxUploadBytes}`);
}

/** The object that `x-amz-copy-source` names, if the caller may read it. @throws S3Error */
export function readSource(call: ObjectCall): { readonly bucket: MemoryBucket; readonly object: StoredObject } {
  const header = headerOf(call, 'x-amz-copy-source') ?? '';
  const [path = '', version] = header.split('?versionId=', 2);
  const [, name, rest] = /^\/?([^/]+)\/(.+)$/s.exec(tryDecode(path) ?? '') ?? [];
  if (name === undefined || rest === undefined)
    throw invalidArgument('Copy Source must mention the source bucket and key: sourcebucket/sourcekey', 'x-amz-copy-source', header);
  const bucket = call.account.directory.find('bucket', name);
  if (!(bucket instanceof MemoryBucket)) throw noSuchBucket(name);
  authorize(call, {
    action: version === undefined ? 's3:GetObject' : 's3:GetObjectVersion',
    resource: objectArn(bucket, rest),
    bucket,
    keys: existingTagKeys(versionOf(bucket, rest, version)?.object),
  });
  const query = new Map(version === undefined ? [] : [['versionId', version]]);
  return { bucket, object: findObject({ ...call, query }, bucket, rest) };
}

function directive(call: ObjectCall, name: string): string {
  const value = headerOf(call, name) ?? 'COPY';
  if (value === 'COPY' || value === 'REPLACE') return value;
  const what = name === 'x-amz-metadata-directive' ? 'metadata' : 'tagging';
  throw invalidArgument(`Unknown ${what} directive.`, name, value);
}

function tryDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
