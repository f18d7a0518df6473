import type { NewObject, StoredObject } from '../../../capabilities/bucket.ts';
import { headerOf, type ServiceCall } from './s3-call.ts';
import { headerNotImplemented, S3Error } from './s3-error.ts';

/** Headers that are kept with an object and given back. */
const kept = ['cache-control', 'content-disposition', 'content-encoding', 'content-language', 'expires', 'x-amz-website-redirect-location'];
/** Headers whose effect is not there. */
const refused = [
  'x-amz-server-side-encryption-customer-algorithm',
  'x-amz-object-lock-mode',
  'x-amz-object-lock-retain-until-date',
  'x-amz-object-lock-legal-hold',
  'x-amz-grant-full-control',
  'x-amz-grant-read',
  'x-amz-grant-read-acp',
  'x-amz-grant-write-acp',
  'x-amz-write-offset-bytes',
];
/** Classes whose objects are read like any other. */
const storageClasses = new Set(['STANDARD', 'REDUCED_REDUNDANCY', 'STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR']);
const unreadableClasses = new Set(['GLACIER', 'DEEP_ARCHIVE', 'OUTPOSTS', 'SNOW', 'EXPRESS_ONEZONE']);
/** Bytes of all names and values together. */
const maxMetadataBytes = 2048;

/** What headers say of an object that is put: its type, what is given back with it, its tags. @throws S3Error */
export function readObjectHeaders(call: ServiceCall): Pick<NewObject, 'contentType' | 'systemMetadata' | 'userMetadata'> {
  checkEncryption(call);
  checkAcl(call);
  for (const name of refused) if (headerOf(call, name) !== undefined) throw headerNotImplemented(name);
  const systemMetadata: Record<string, string> = {};
  for (const name of kept) {
    const value = headerOf(call, name);
    const wanted =
      name === 'content-encoding'
        ? value
            ?.split(',')
            .map((coding) => coding.trim())
            .filter((coding) => coding !== 'aws-chunked')
            .join(',')
        : value;
    if (wanted !== undefined && wanted !== '') systemMetadata[name] = wanted;
  }
  const storageClass = headerOf(call, 'x-amz-storage-class') ?? 'STANDARD';
  if (unreadableClasses.has(storageClass)) throw headerNotImplemented('x-amz-storage-class');
  if (!storageClasses.has(storageClass)) {
    throw new S3Error(400, 'InvalidStorageClass', 'The storage class you specified is not valid', [
      ['StorageClassRequested', storageClass],
    ]);
  }
  if (storageClass !== 'STANDARD') systemMetadata['x-amz-storage-class'] = storageClass;
  return { contentType: headerOf(call, 'content-type') ?? 'binary/octet-stream', systemMetadata, userMetadata: readUserMetadata(call) }; // S3W-018
}

function readUserMetadata({ headers, query, signer }: ServiceCall): Readonly<Record<string, string>> {
  const metadata: Record<string, string> = {};
  const prefix = 'x-amz-meta-';
  const hoisted = signer.kind === 'signed' && signer.place === 'query' ? [...query] : [];
  for (const [name, value] of [...hoisted, ...Object.entries(headers)]) {
    const lower = name.toLowerCase();
    if (lower.startsWith(prefix)) metadata[lower.slice(prefix.length)] = Array.isArray(value) ? value.join(',') : (value ?? '');
  }
  const size = Object.entries(metadata).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value), 0);
  if (size > maxMetadataBytes) {
    throw new S3Error(400, 'MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', [
      ['Size', size],
      ['MaxSizeAllowed', maxMetadataBytes],
    ]);
  }
  return metadata;
}

function checkEncryption(call: ServiceCall): void {
  const encryption = headerOf(call, 'x-amz-server-side-encryption');
  if (encryption !== undefined && encryption !== 'AES256') throw headerNotImplemented('x-amz-server-side-encryption');
}

/** No object has an ACL here. Where the bucket owner owns everything AWS has none either, but for those that say just that. */
function checkAcl(call: ServiceCall & { readonly bucket?: { readonly settings: { readonly objectOwnership: string | undefined } } }): void {
  const acl = headerOf(call, 'x-amz-acl');
  if (acl === undefined || acl === 'private' || acl === 'bucket-owner-full-control') return;
  if (call.bucket?.settings.objectOwnership === 'BucketOwnerEnforced')
    throw new S3Error(400, 'AccessControlListNotSupported', 'The bucket does not allow ACLs');
  throw headerNotImplemented('x-amz-acl');
}

/** What answers tell of an object, in the order of S3's. */
export function objectResponseHeaders(object: StoredObject): [name: string, value: string][] {
  const tags = Object.keys(object.tags ?? {}).length;
  return [
    ['Last-Modified', object.lastModified.toUTCString()],
    ['ETag', object.etag],
    ['x-amz-server-side-encryption', 'AES256'],
    ...(tags === 0 ? [] : [['x-amz-tagging-count', String(tags)] as [string, string]]),
    ...Object.entries(object.userMetadata).map(([name, value]) => [`x-amz-meta-${name}`, headerSafe(value)] as [string, string]),
    ...Object.entries(object.systemMetadata).map(([name, value]) => [canonicalName(name), value] as [string, string]),
    ['Accept-Ranges', 'bytes'],
    ['Content-Type', object.contentType],
  ];
}

/** `cache-control` -> `Cache-Control`; S3's own stay in lower case. */
function canonicalName(name: string): string {
  if (name.startsWith('x-amz-')) return name;
  return name.replaceAll(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());
}

function headerSafe(value: string): string {
  return /^[\t\u0020-\u007E\u0080-\u00FF]*$/.test(value) ? value : encodeURIComponent(value);
}
