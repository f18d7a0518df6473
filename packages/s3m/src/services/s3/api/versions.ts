import type { StoredObject } from '../../../capabilities/bucket.ts';
import type { MemoryBucket } from '../memory-bucket.ts';
import { versionIdOf, type PastVersion } from '../versions/object-version.ts';
import { isVersionId } from '../versions/version-id.ts';
import { invalidArgument, S3Error } from './s3-error.ts';

/** What a version id, or none, stands for: an object, or a delete marker. */
export interface FoundVersion {
  readonly object?: StoredObject | undefined;
  readonly marker?: PastVersion | undefined;
}

/** Without an id the current object, or the marker in its place. Undefined when there is no such version. */
export function versionOf(bucket: MemoryBucket, key: string, versionId: string | undefined): FoundVersion | undefined {
  const object = bucket.get(key);
  const past = bucket.pastVersions(key);
  if (versionId === undefined) return object === undefined ? (past[0] === undefined ? undefined : { marker: past[0] }) : { object };
  if (object !== undefined && versionIdOf(object) === versionId) return { object };
  const version = past.find((each) => each.versionId === versionId);
  if (version === undefined) return undefined;
  return version.object === undefined ? { marker: version } : { object: version.object };
}

/** As `versionOf`; empty when there is none. @throws S3Error for what is no version id */
export function findVersion(bucket: MemoryBucket, key: string, versionId: string | undefined): FoundVersion {
  checkVersionId(bucket, versionId);
  return versionOf(bucket, key, versionId) ?? {};
}

function checkVersionId(bucket: MemoryBucket, versionId: string | undefined): void {
  if (versionId !== undefined && !isVersionId(bucket.name, versionId))
    throw invalidArgument('Invalid version id specified', 'versionId', versionId);
}

/** A delete without an id leaves a marker where versions are kept; one with an id is for good. Answers the id of the marker that it made or removed. */
export async function deleteKey(
  bucket: MemoryBucket,
  key: string,
  versionId: string | undefined,
): Promise<{ readonly marker: string | undefined; readonly headers: readonly (readonly [string, string])[] }> {
  checkVersionId(bucket, versionId);
  if (versionId === undefined) {
    const marker = await bucket.delete(key);
    return { marker: marker?.versionId, headers: marker === undefined ? [] : markerHeaders(marker) };
  }
  const version = await bucket.deleteVersion(key, versionId);
  const marker = version !== undefined && version.object === undefined ? versionId : undefined;
  return {
    marker,
    headers: [...(marker === undefined ? [] : [['x-amz-delete-marker', 'true'] as const]), ['x-amz-version-id', versionId]],
  };
}

/** Nothing of a bucket that has never kept versions. */
export function versionHeaders({ settings }: MemoryBucket, object: Pick<StoredObject, 'versionId'>): [name: string, value: string][] {
  return settings.versioning === undefined ? [] : [['x-amz-version-id', versionIdOf(object)]];
}

/** As `versionHeaders`, of an answer to who has written it: while versions are suspended none is told. */
export function newVersionHeaders(bucket: MemoryBucket, object: Pick<StoredObject, 'versionId'>): [name: string, value: string][] {
  return versionIdOf(object) === 'null' ? [] : versionHeaders(bucket, object);
}

export function markerHeaders({ versionId }: Pick<PastVersion, 'versionId'>): [name: string, value: string][] {
  return [
    ['x-amz-delete-marker', 'true'],
    ['x-amz-version-id', versionId],
  ];
}

export function isMarker(marker: PastVersion): S3Error {
  return new S3Error(
    405,
    'MethodNotAllowed',
    'The specified method is not allowed against this resource.',
    [
      ['Method', 'GET'],
      ['ResourceType', 'DeleteMarker'],
    ],
    [...markerHeaders(marker), ['Allow', 'DELETE'], ['Last-Modified', marker.lastModified.toUTCString()]],
  );
}

export function noSuchVersion(key: string, versionId: string): S3Error {
  return new S3Error(404, 'NoSuchVersion', 'The specified version does not exist.', [
    ['Key', key],
    ['VersionId', versionId],
  ]);
}

/** What a caller must be allowed who names a version (Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3"). */
export function actionOnVersion(action: string): string {
  return action.replace(/^s3:(Get|Put|Delete)Object(?=$|Acl|Tagging|Attributes)/, 's3:$1ObjectVersion');
}
