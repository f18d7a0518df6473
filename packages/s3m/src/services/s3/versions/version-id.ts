import { createHash, randomBytes } from 'node:crypto';

/** A new id of a version in a bucket: 32 characters, of which the last eight show that it was made here. */
export function newVersionId(bucket: string): string {
  const random = randomBytes(18).toString('base64url').replaceAll('-', '.');
  return random + seal(bucket, random);
}

/** Whether it can ever have been an id of the bucket. S3 tells one that was and is gone from one that never was. */
export function isVersionId(bucket: string, text: string): boolean {
  return text === 'null' || (/^[\w.]{32}$/.test(text) && seal(bucket, text.slice(0, 24)) === text.slice(24));
}

function seal(bucket: string, random: string): string {
  return createHash('sha256').update(`${bucket}/${random}`).digest('base64url').slice(0, 8).replaceAll('-', '.');
}
