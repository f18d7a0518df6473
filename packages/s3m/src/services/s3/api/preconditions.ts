import type { StoredObject } from '../../../capabilities/bucket.ts';
import { isNotModified } from '../not-modified.ts';
import { headerOf, type ServiceCall } from './s3-call.ts';
import { headerNotImplemented, noSuchKey, preconditionFailed, type S3Error } from './s3-error.ts';

type Validators = Pick<StoredObject, 'etag' | 'lastModified'>;

/**
 * What a read's conditions say (S3 API Reference, GetObject): true when the client has the object already. `If-Match` that holds makes
 * `If-Unmodified-Since` not count, `If-None-Match` that is there `If-Modified-Since`. @throws S3Error
 */
export function checkReadConditions(call: ServiceCall, object: Validators): boolean {
  const [match, unmodified] = [headerOf(call, 'if-match'), headerOf(call, 'if-unmodified-since')];
  if (match !== undefined) {
    if (!matchesTag(match, object.etag)) throw preconditionFailed('If-Match');
  } else if (unmodified !== undefined && isModifiedSince(unmodified, object)) throw preconditionFailed('If-Unmodified-Since');
  const [noneMatch, modified] = [headerOf(call, 'if-none-match'), headerOf(call, 'if-modified-since')];
  return isNotModified(
    {
      ...(noneMatch === undefined ? {} : { ifNoneMatch: noneMatch.split(',').map(quoted).join(',') }),
      ...(modified === undefined ? {} : { ifModifiedSince: modified }),
    },
    object,
  );
}

/** What the conditions on the source of a copy say: a copy has no 304. @throws S3Error */
export function checkCopyConditions(call: ServiceCall, object: Validators): void {
  const header = (name: string): string | undefined => headerOf(call, `x-amz-copy-source-${name}`);
  const [match, noneMatch, unmodified, modified] = ['if-match', 'if-none-match', 'if-unmodified-since', 'if-modified-since'].map(header);
  if (match !== undefined && !matchesTag(match, object.etag)) throw preconditionFailed('x-amz-copy-source-If-Match');
  if (match === undefined && unmodified !== undefined && isModifiedSince(unmodified, object))
    throw preconditionFailed('x-amz-copy-source-If-Unmodified-Since');
  if (noneMatch !== undefined && matchesTag(noneMatch, object.etag)) throw preconditionFailed('x-amz-copy-source-If-None-Match');
  if (noneMatch === undefined && modified !== undefined && !isModifiedSince(modified, object))
    throw preconditionFailed('x-amz-copy-source-If-Modified-Since');
}

/** Conditions on what is there before a write (S3 User Guide, "How to prevent object overwrites with conditional writes"). @throws S3Error */
export function checkWriteConditions(call: ServiceCall, key: string, existing: Validators | undefined): void {
  const [match, noneMatch] = [headerOf(call, 'if-match'), headerOf(call, 'if-none-match')];
  if (noneMatch !== undefined) {
    if (noneMatch !== '*' || match !== undefined) throw valueNotImplemented('If-None-Match');
    if (existing !== undefined) throw preconditionFailed('If-None-Match');
  }
  if (match === undefined) return;
  if (existing === undefined) throw noSuchKey(key);
  if (!matchesTag(match, existing.etag)) throw preconditionFailed('If-Match');
}

function valueNotImplemented(header: string): S3Error {
  return headerNotImplemented(header, `We don't accept the provided value of ${header} header for this API`);
}

function matchesTag(header: string, etag: string): boolean {
  return header.split(',').some((tag) => tag.trim() === '*' || quoted(tag) === etag);
}

/** S3 takes ETags without their quotation marks too. */
function quoted(tag: string): string {
  const text = tag.trim();
  return text === '*' || text.startsWith('"') || text.startsWith('W/') ? text : `"${text}"`;
}

function isModifiedSince(date: string, { lastModified }: Validators): boolean {
  const since = Date.parse(date);
  return !Number.isNaN(since) && Math.floor(lastModified.getTime() / 1000) * 1000 > since;
}
