import type { Account } from '../../account.ts';
import { MemoryBucket } from '../memory-bucket.ts';
import { S3Error } from './s3-error.ts';

const mebibyte = 1024 * 1024;
const gibibyte = 1024 * mebibyte;

/** The most that one request may carry of an object, or that a copy may have (S3 User Guide, "Uploading objects"). */
export const maxUploadBytes: number = 5 * gibibyte;
/** The most that an object of parts may have (S3 User Guide, "Amazon S3 multipart upload limits"). */
const maxObjectBytes = 50 * 1024 * gibibyte;
/** Of all small objects of the account: they live in memory. */
const maxMemoryBytes = 2 * gibibyte;
/** Documents: a list of 1,000 keys, a list of 10,000 parts, a policy. */
export const maxDocumentBytes: number = 4 * mebibyte;
/** All parts but the last have at least this. */
export const minPartBytes: number = 5 * mebibyte;

/** Whether `more` bytes still fit into memory. @throws S3Error */
export function checkRoom(account: Account, more: number): void {
  let stored = more;
  for (const [, bucket] of account.directory.list('bucket')) if (bucket instanceof MemoryBucket) stored += bucket.bytes;
  if (stored <= maxMemoryBytes) return;
  throw new S3Error(
    400,
    'EntityTooLarge',
    `Your proposed upload exceeds the maximum allowed size: all objects of up to one mebibyte together may have ${maxMemoryBytes} bytes here, since they live in memory`,
    [
      ['ProposedSize', more],
      ['MaxSizeAllowed', maxMemoryBytes],
    ],
  );
}

/** @throws S3Error */
export function checkObjectSize(size: number): void {
  if (size <= maxObjectBytes) return;
  throw new S3Error(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', [
    ['ProposedSize', size],
    ['MaxSizeAllowed', maxObjectBytes],
  ]);
}
