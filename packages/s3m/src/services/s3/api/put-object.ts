import type { ChecksumAlgorithm } from '../../../capabilities/bucket.ts';
import { checksumResponseHeaders, isChecksumAlgorithm } from './checksums.ts';
import { checkRoom } from './limits.ts';
import { readObjectHeaders } from './object-headers.ts';
import { checkWriteConditions } from './preconditions.ts';
import { headerOf, noContent, type ObjectCall, type S3Answer } from './s3-call.ts';
import { invalidRequest, S3Error } from './s3-error.ts';
import { parseTaggingHeader } from './tag-set.ts';
import { deleteKey, newVersionHeaders, versionOf } from './versions.ts';

/** Bytes in UTF-8. */
const maxKeyBytes = 1024;

/** PutObject. Without a checksum of the client's, S3 computes a CRC-64/NVME. */
export async function putObject(call: ObjectCall): Promise<S3Answer> {
  const { bucket, key, account } = call;
  checkKey(key);
  const headers = readObjectHeaders(call);
  const tags = parseTaggingHeader(headerOf(call, 'x-amz-tagging'));
  checkWriteConditions(call, key, bucket.get(key));
  const algorithm = requestedAlgorithm(call) ?? 'CRC64NVME';
  using received = await call.receive({ algorithm });
  const { body, etag } = received;
  if (Buffer.isBuffer(body)) checkRoom(account, body.length);
  const checksum = received.checksum ?? received.computed(algorithm);
  const stored = await bucket.inTurn(key, () => {
    // Somebody may have been faster while the bytes came in.
    checkWriteConditions(call, key, bucket.get(key));
    return bucket.put({ key, body, etag, ...headers, ...(Object.keys(tags).length === 0 ? {} : { tags }), checksum });
  });
  const headersOf = [['ETag', etag], ['x-amz-server-side-encryption', 'AES256'], ...checksumResponseHeaders(checksum)] as const;
  return { status: 200, headers: [...headersOf, ...newVersionHeaders(bucket, stored)] };
}

/** @throws S3Error */
export function checkKey(key: string): void {
  const size = Buffer.byteLength(key);
  if (size <= maxKeyBytes) return;
  throw new S3Error(400, 'KeyTooLongError', 'Your key is too long', [
    ['Size', size],
    ['MaxSizeAllowed', maxKeyBytes],
  ]);
}

/** What the client says that it uses. @throws S3Error */
export function requestedAlgorithm(call: ObjectCall, header = 'x-amz-sdk-checksum-algorithm'): ChecksumAlgorithm | undefined {
  const name = headerOf(call, header)?.toUpperCase();
  if (name === undefined) return undefined;
  if (!isChecksumAlgorithm(name))
    throw invalidRequest(
      `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]`,
    );
  return name;
}

/** DeleteObject: what is not there is deleted as well. */
export async function deleteObject(call: ObjectCall): Promise<S3Answer> {
  const { bucket, key, query } = call;
  const versionId = query.get('versionId');
  return bucket.inTurn(key, async () => {
    if (headerOf(call, 'if-match') !== undefined) checkWriteConditions(call, key, versionOf(bucket, key, versionId)?.object);
    const { headers } = await deleteKey(bucket, key, versionId);
    return { ...noContent, headers };
  });
}
