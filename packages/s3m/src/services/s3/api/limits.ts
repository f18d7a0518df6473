import type { Account } from '../../account.ts';
import { MemoryBucket } from '../memory-bucket.ts';
import { S3Error } from './s3-error.ts';

const mebibyte = 1024 * 1024;

/** The most that one request may carry of an object: AWS takes 5 GiB, but objects live in memory here. */
export const maxUploadBytes: number = 256 * mebibyte;
/** The most that an object of parts may have: AWS's is 50 TiB. */
export const maxObjectBytes: number = 512 * mebibyte;
/** Of all objects and parts of the account. */
const maxStoredBytes = 2048 * mebibyte;
/** Documents: a list of 1,000 keys, a list of 10,000 parts, a policy. */
export const maxDocumentBytes: number = 4 * mebibyte;
/** All parts but the last have at least this. */
export const minPartBytes: number = 5 * mebibyte;

/** Whether `more` bytes still fit. @throws S3Error */
export function checkRoom(account: Account, more: number): void {
  let stored = more;
  for (const [, bucket] of account.directory.list('bucket')) {
    if (!(bucket instanceof MemoryBucket)) continue;
    stored += bucket.bytes;
    for (const { parts } of bucket.uploads.values()) for (const { body } of parts.values()) stored += body.length;
  }
  if (stored <= maxStoredBytes) return;
  throw new S3Error(
    400,
    'EntityTooLarge',
    `Your proposed upload exceeds the maximum allowed size: all objects together may have ${maxStoredBytes} bytes here, since they live in memory`,
    [
      ['ProposedSize', more],
      ['MaxSizeAllowed', maxStoredBytes],
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
