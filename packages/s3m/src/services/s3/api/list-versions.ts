import { compareKeys } from '../key-order.ts';
import type { MemoryBucket } from '../memory-bucket.ts';
import { versionIdOf, type PastVersion } from '../versions/object-version.ts';
import { commonPrefixes, describeObject, encodingOf, readLimit } from './list-objects.ts';
import { ownerElement } from './owner.ts';
import type { XmlNode } from '../../print-xml.ts';
import { xmlAnswer, type BucketCall, type S3Answer } from './s3-call.ts';
import { invalidArgument } from './s3-error.ts';
import { xmlTime } from './xml-time.ts';

type Listed = Pick<PastVersion, 'key' | 'versionId' | 'lastModified' | 'object'> & { readonly isLatest: boolean };
type Entry = { readonly kind: 'version'; readonly version: Listed } | { readonly kind: 'prefix'; readonly prefix: string };

/** ListObjectVersions: versions and delete markers by key, the latest of each first. */
export function listObjectVersions({ query, bucket, account }: BucketCall): S3Answer {
  const [marker, prefix, delimiter] = [query.get('key-marker') ?? '', query.get('prefix') ?? '', query.get('delimiter') ?? ''];
  const versionMarker = query.get('version-id-marker');
  if (versionMarker !== undefined && marker === '')
    throw invalidArgument('A version-id marker cannot be specified without a key marker.', 'version-id-marker', versionMarker);
  const encode = encodingOf(query);
  const limit = readLimit(query, 'max-keys', 'maxKeys');
  const all = entries(bucket, { prefix, delimiter, marker, versionMarker });
  const page = all.slice(0, limit);
  const last = page.length < all.length ? page.at(-1) : undefined;
  const owner = ownerElement(account);
  return xmlAnswer('ListVersionsResult', [
    ['Name', bucket.name],
    ['Prefix', encode(prefix)],
    ['KeyMarker', encode(marker)],
    ['VersionIdMarker', versionMarker ?? ''],
    ['NextKeyMarker', last === undefined ? undefined : encode(last.kind === 'prefix' ? last.prefix : last.version.key)],
    ['NextVersionIdMarker', last?.kind === 'version' ? last.version.versionId : undefined],
    ['MaxKeys', limit],
    ['Delimiter', delimiter === '' ? undefined : encode(delimiter)],
    ['EncodingType', query.get('encoding-type')],
    ['IsTruncated', last !== undefined],
    ...page.flatMap((entry) => (entry.kind === 'version' ? [describeVersion(entry.version, encode, owner)] : [])),
    ...commonPrefixes(
      page.flatMap((entry) => (entry.kind === 'prefix' ? [entry.prefix] : [])),
      encode,
    ),
  ]);
}

interface Selection {
  readonly prefix: string;
  readonly delimiter: string;
  readonly marker: string;
  readonly versionMarker: string | undefined;
}

function entries(bucket: MemoryBucket, { prefix, delimiter, marker, versionMarker }: Selection): readonly Entry[] {
  const found: Entry[] = [];
  let rolled: string | undefined;
  for (const key of bucket.keysOfVersions()) {
    const order = compareKeys(key, marker);
    if (!key.startsWith(prefix) || order < 0 || (order === 0 && versionMarker === undefined && marker !== '')) continue;
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const folder = end === -1 ? undefined : key.slice(0, end + delimiter.length);
    if (folder !== undefined) {
      if (folder !== rolled && !marker.startsWith(folder)) found.push({ kind: 'prefix', prefix: folder });
      rolled = folder;
      continue;
    }
    const all = versionsOf(bucket, key);
    const after = order === 0 && versionMarker !== undefined ? all.findIndex(({ versionId }) => versionId === versionMarker) + 1 : 0;
    found.push(...all.slice(after).map((version): Entry => ({ kind: 'version', version })));
  }
  return found;
}

function versionsOf(bucket: MemoryBucket, key: string): readonly Listed[] {
  const object = bucket.get(key);
  const current = object === undefined ? [] : [{ key, versionId: versionIdOf(object), lastModified: object.lastModified, object }];
  return [...current, ...bucket.pastVersions(key)].map((version, index) => ({ ...version, isLatest: index === 0 }));
}

function describeVersion(
  { key, versionId, lastModified, object, isLatest }: Listed,
  encode: (text: string) => string,
  owner: XmlNode,
): XmlNode {
  const identity: readonly XmlNode[] = [
    ['VersionId', versionId],
    ['IsLatest', isLatest],
  ];
  if (object !== undefined) return ['Version', [...identity, ...describeObject(object, encode, owner)]];
  return ['DeleteMarker', [...identity, ['Key', encode(key)], ['LastModified', xmlTime(lastModified)], owner]];
}
