import type { StoredObject } from '../../../capabilities/bucket.ts';
import { compareKeys } from '../key-order.ts';
import type { MemoryBucket } from '../memory-bucket.ts';
import { ownerElement } from './owner.ts';
import type { XmlNode } from '../../print-xml.ts';
import { xmlAnswer, type BucketCall, type S3Answer } from './s3-call.ts';
import { invalidArgument } from './s3-error.ts';
import { xmlTime } from './xml-time.ts';

const pageSize = 1000;

/** A page of a listing. */
export interface Page {
  readonly objects: readonly StoredObject[];
  readonly prefixes: readonly string[];
  /** The last key or prefix of the page, when more follows. */
  readonly next: string | undefined;
}

/** ListObjects. */
export function listObjects(call: BucketCall): S3Answer {
  const { query, bucket } = call;
  const [marker, prefix, delimiter] = [query.get('marker') ?? '', query.get('prefix') ?? '', query.get('delimiter') ?? ''];
  const encode = encodingOf(query);
  const limit = readLimit(query, 'max-keys', 'maxKeys');
  const page = listPage(bucket, { prefix, delimiter, after: marker, limit });
  return xmlAnswer('ListBucketResult', [
    ['Name', bucket.name],
    ['Prefix', encode(prefix)],
    ['Marker', encode(marker)],
    // Only where prefixes are rolled up: otherwise the last key says it.
    ['NextMarker', delimiter === '' || page.next === undefined ? undefined : encode(page.next)],
    ['MaxKeys', limit],
    ['Delimiter', delimiter === '' ? undefined : encode(delimiter)],
    ['EncodingType', query.get('encoding-type')],
    ['IsTruncated', page.next !== undefined],
    ...contents(page, encode, ownerElement(call.account)),
  ]);
}

/** ListObjectsV2. */
export function listObjectsV2(call: BucketCall): S3Answer {
  const { query, bucket } = call;
  const [startAfter, token] = [query.get('start-after'), query.get('continuation-token')];
  const [prefix, delimiter] = [query.get('prefix') ?? '', query.get('delimiter') ?? ''];
  const encode = encodingOf(query);
  const limit = readLimit(query, 'max-keys', 'maxKeys');
  const after = token === undefined ? (startAfter ?? '') : decodeToken(token);
  const page = listPage(bucket, { prefix, delimiter, after, limit });
  return xmlAnswer('ListBucketResult', [
    ['Name', bucket.name],
    ['Prefix', encode(prefix)],
    ['ContinuationToken', token],
    ['NextContinuationToken', page.next === undefined ? undefined : encodeToken(page.next)],
    ['StartAfter', startAfter === undefined ? undefined : encode(startAfter)],
    ['KeyCount', page.objects.length + page.prefixes.length],
    ['MaxKeys', limit],
    ['Delimiter', delimiter === '' ? undefined : encode(delimiter)],
    ['EncodingType', query.get('encoding-type')],
    ['IsTruncated', page.next !== undefined],
    ...contents(page, encode, query.get('fetch-owner') === 'true' ? ownerElement(call.account) : undefined),
  ]);
}

interface Selection {
  readonly prefix: string;
  readonly delimiter: string;
  /** Keys and prefixes up to here, and what is rolled up in such a prefix, are left out. */
  readonly after: string;
  readonly limit: number;
}

function listPage(bucket: MemoryBucket, { prefix, delimiter, after, limit }: Selection): Page {
  const objects: StoredObject[] = [];
  const prefixes: string[] = [];
  let last: string | undefined;
  if (limit === 0) return { objects, prefixes, next: undefined };
  const keys = bucket.keys();
  const fromPrefix = compareKeys(prefix, after) > 0;
  for (let index = firstAfter(keys, fromPrefix ? prefix : after, fromPrefix); index < keys.length; index++) {
    const key = keys[index]!;
    // Keys of one prefix stand together.
    if (!key.startsWith(prefix)) break;
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const rolled = end === -1 ? undefined : key.slice(0, end + delimiter.length);
    if (rolled !== undefined && (rolled === prefixes.at(-1) || after.startsWith(rolled))) continue;
    if (objects.length + prefixes.length === limit) return { objects, prefixes, next: last };
    if (rolled === undefined) objects.push(bucket.get(key)!);
    else prefixes.push(rolled);
    last = rolled ?? key;
  }
  return { objects, prefixes, next: undefined };
}

/** The first key behind `key`, or at it. */
function firstAfter(keys: readonly string[], key: string, orAt: boolean): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = compareKeys(keys[middle]!, key);
    if (order > 0 || (orAt && order === 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function contents({ objects, prefixes }: Page, encode: (text: string) => string, owner: XmlNode | undefined): readonly XmlNode[] {
  return [...objects.map((object): XmlNode => ['Contents', describeObject(object, encode, owner)]), ...commonPrefixes(prefixes, encode)];
}

export function describeObject(object: StoredObject, encode: (text: string) => string, owner: XmlNode | undefined): readonly XmlNode[] {
  return [
    ['Key', encode(object.key)],
    ['LastModified', xmlTime(object.lastModified)],
    ['ETag', object.etag],
    ['ChecksumAlgorithm', object.checksum?.algorithm],
    ['ChecksumType', object.checksum?.type],
    ['Size', object.body.length],
    ...(owner === undefined ? [] : [owner]),
    ['StorageClass', object.systemMetadata['x-amz-storage-class'] ?? 'STANDARD'],
  ];
}

export function commonPrefixes(prefixes: readonly string[], encode: (text: string) => string): readonly XmlNode[] {
  return prefixes.map((prefix) => ['CommonPrefixes', [['Prefix', encode(prefix)]]]);
}

/** A limit of a page: at most 1,000. @throws S3Error */
export function readLimit(query: ReadonlyMap<string, string>, parameter: string, name: string): number {
  const text = query.get(parameter);
  if (text === undefined || text === '') return pageSize;
  if (!/^[+-]?\d+$/.test(text) || Number(text) < 0 || Number(text) > 2_147_483_647) {
    const what = /^[+-]?\d+$/.test(text)
      ? `Argument ${name} must be an integer between 0 and 2147483647`
      : `Provided ${parameter} not an integer or within integer range`;
    throw invalidArgument(what, parameter, text);
  }
  return Math.min(Number(text), pageSize);
}

/** `encoding-type=url`: keys as a form would have them, but for slashes. @throws S3Error */
export function encodingOf(query: ReadonlyMap<string, string>): (text: string) => string {
  const type = query.get('encoding-type');
  if (type === undefined) return (text) => text;
  if (type !== 'url') throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', type);
  return (text) =>
    encodeURIComponent(text)
      .replaceAll('%20', '+')
      .replaceAll('%2F', '/')
      .replaceAll(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function encodeToken(key: string): string {
  return Buffer.from(`1:${key}`).toString('base64');
}

function decodeToken(token: string): string {
  const text = Buffer.from(token, 'base64').toString();
  if (token === '' || !text.startsWith('1:') || encodeToken(text.slice(2)) !== token)
    throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', undefined);
  return text.slice(2);
}
