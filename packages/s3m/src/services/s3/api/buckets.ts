import { isBucketName } from '../bucket-name.ts';
import { BucketSite } from '../bucket-site.ts';
import { keptBucketsOf } from '../kept-buckets.ts';
import { MemoryBucket } from '../memory-bucket.ts';
import { everythingBlocked } from '../public-access-block.ts';
import { encodingOf, readLimit } from './list-objects.ts';
import { canonicalUserId } from './owner.ts';
import { childOf, textOf } from '../../parse-xml.ts';
import type { XmlNode } from '../../print-xml.ts';
import { readDocument } from './read-document.ts';
import { headerOf, noContent, xmlAnswer, type BucketCall, type S3Answer, type ServiceCall } from './s3-call.ts';
import { headerNotImplemented, invalidArgument, S3Error } from './s3-error.ts';
import { xmlTime } from './xml-time.ts';

/** ListBuckets. */
export function listBuckets({ account, query }: ServiceCall): S3Answer {
  const prefix = query.get('prefix') ?? '';
  const after = query.get('continuation-token') === undefined ? '' : Buffer.from(query.get('continuation-token')!, 'base64').toString();
  const paged = query.has('max-buckets') || query.has('prefix') || query.has('bucket-region');
  const limit = query.has('max-buckets') ? readLimit(query, 'max-buckets', 'max-buckets') : Number.POSITIVE_INFINITY;
  const inRegion = (query.get('bucket-region') ?? account.region) === account.region;
  const all = account.directory
    .list('bucket')
    .flatMap(([, bucket]) => (bucket instanceof MemoryBucket && inRegion ? [bucket] : []))
    .filter(({ name }) => name.startsWith(prefix) && name > after)
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const page = all.slice(0, limit);
  return xmlAnswer('ListAllMyBucketsResult', [
    ['Owner', [['ID', canonicalUserId(account)]]],
    [
      'Buckets',
      page.map((bucket): XmlNode => [
        'Bucket',
        [
          ['Name', bucket.name],
          ['CreationDate', xmlTime(bucket.created)],
          ['BucketRegion', paged ? account.region : undefined],
          ['BucketArn', paged ? bucket.arn : undefined],
        ],
      ]),
    ],
    ['ContinuationToken', page.length < all.length ? Buffer.from(page.at(-1)?.name ?? '').toString('base64') : undefined],
    ['Prefix', query.get('prefix')],
  ]);
}

/** CreateBucket. Making one's own bucket again is no error in us-east-1 only (S3 API Reference, CreateBucket). */
export async function createBucket(call: ServiceCall): Promise<S3Answer> {
  const { account, bucketName: name } = call;
  if (!isBucketName(name)) throw new S3Error(400, 'InvalidBucketName', 'The specified bucket is not valid.', [['BucketName', name]]);
  checkLocation(call);
  const ownership = headerOf(call, 'x-amz-object-ownership') ?? 'BucketOwnerEnforced';
  if (!['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'].includes(ownership))
    throw invalidArgument('Invalid x-amz-object-ownership header', 'x-amz-object-ownership', ownership);
  if (headerOf(call, 'x-amz-bucket-object-lock-enabled')?.toLowerCase() === 'true')
    throw headerNotImplemented('x-amz-bucket-object-lock-enabled');
  const acl = headerOf(call, 'x-amz-acl') ?? 'private';
  if (acl !== 'private') {
    if (ownership === 'BucketOwnerEnforced')
      throw new S3Error(
        400,
        'InvalidBucketAclWithObjectOwnership',
        "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
      );
    throw headerNotImplemented('x-amz-acl');
  }
  if (account.directory.find('bucket', name) === undefined) {
    const bucket = new MemoryBucket(name, `arn:${account.partition}:s3:::${name}`, everythingBlocked, account.clock); // S3W-020
    bucket.restoreSettings({ objectOwnership: ownership });
    bucket.site = new BucketSite(bucket, account);
    const withdraw = (bucket.withdraw = account.directory.provide('bucket', name, bucket));
    try {
      await keptBucketsOf(account)?.take(bucket, 'api');
    } catch (error) {
      withdraw();
      throw error;
    }
  } else if (account.region !== 'us-east-1') {
    throw new S3Error(
      409,
      'BucketAlreadyOwnedByYou',
      'Your previous request to create the named bucket succeeded and you already own it.',
      [['BucketName', name]],
    );
  }
  return { status: 200, headers: [['Location', account.region === 'us-east-1' ? `/${name}` : `http://${name}.s3.amazonaws.com/`]] };
}

/** A bucket is made in the region that is asked; us-east-1 is named by naming none (S3 API Reference, CreateBucket). */
function checkLocation(call: ServiceCall): void {
  const { region } = call.account;
  const document = call.body.bytes.length === 0 ? undefined : readDocument(call, 'CreateBucketConfiguration');
  if (document !== undefined && (childOf(document, 'Location') ?? childOf(document, 'Bucket')) !== undefined)
    throw new S3Error(501, 'NotImplemented', 'Directory buckets are not served here');
  const location = document === undefined ? undefined : textOf(document, 'LocationConstraint');
  if (region === 'us-east-1' ? location === undefined : location === region) return;
  if (location === '' || (region === 'us-east-1' && location === region)) {
    throw new S3Error(400, 'InvalidLocationConstraint', 'The specified location-constraint is not valid', [
      ['LocationConstraint', location],
    ]);
  }
  throw new S3Error(
    400,
    'IllegalLocationConstraintException',
    `The ${location ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  );
}

/** DeleteBucket (S3W-025). */
export async function deleteBucket({ bucket }: BucketCall): Promise<S3Answer> {
  if (bucket.keysOfVersions().length > 0) {
    const hint = bucket.settings.versioning === undefined ? '' : '. You must delete all versions in the bucket.';
    throw new S3Error(409, 'BucketNotEmpty', `The bucket you tried to delete is not empty${hint}`, [['BucketName', bucket.name]]);
  }
  await bucket.journal?.remove();
  bucket.withdraw?.();
  bucket.discard();
  await bucket.site?.[Symbol.asyncDispose]();
  return noContent;
}

export function headBucket({ account, bucket }: BucketCall): S3Answer {
  return {
    status: 200,
    headers: [
      ['x-amz-bucket-arn', bucket.arn],
      ['x-amz-bucket-region', account.region],
      ['x-amz-access-point-alias', 'false'],
      ['Content-Type', 'application/xml'],
    ],
  };
}

/** GetBucketLocation: of us-east-1 it says nothing. */
export function getBucketLocation({ account }: BucketCall): S3Answer {
  const answer = xmlAnswer('LocationConstraint', []);
  if (account.region === 'us-east-1') return answer;
  return { ...answer, body: String(answer.body).replace('/>', `>${account.region}</LocationConstraint>`) };
}

/** ListMultipartUploads. */
export function listMultipartUploads(call: BucketCall): S3Answer {
  const { bucket, query, account } = call;
  const encode = encodingOf(query);
  const limit = readLimit(query, 'max-uploads', 'max-uploads');
  const [prefix, marker, idMarker] = [query.get('prefix') ?? '', query.get('key-marker') ?? '', query.get('upload-id-marker') ?? ''];
  if (query.get('delimiter')) throw new S3Error(501, 'NotImplemented', 'ListMultipartUploads with a delimiter is not served here');
  const all = [...bucket.uploads.values()]
    .filter(({ id, object: { key } }) => key.startsWith(prefix) && (key > marker || (key === marker && idMarker !== '' && id > idMarker)))
    .toSorted((one, other) =>
      one.object.key === other.object.key ? (one.id < other.id ? -1 : 1) : one.object.key < other.object.key ? -1 : 1,
    );
  const page = all.slice(0, limit);
  const more = page.length < all.length;
  return xmlAnswer('ListMultipartUploadsResult', [
    ['Bucket', bucket.name],
    ['KeyMarker', encode(marker)],
    ['UploadIdMarker', idMarker],
    ['NextKeyMarker', more ? encode(page.at(-1)?.object.key ?? '') : undefined],
    ['NextUploadIdMarker', more ? page.at(-1)?.id : undefined],
    ['Prefix', query.has('prefix') ? encode(prefix) : undefined],
    ['EncodingType', query.get('encoding-type')],
    ['MaxUploads', limit],
    ['IsTruncated', more],
    ...page.map(({ id, initiated, object: { key, systemMetadata }, checksum }): XmlNode => [
      'Upload',
      [
        ['Key', encode(key)],
        ['UploadId', id],
        ['Initiator', [['ID', canonicalUserId(account)]]],
        ['Owner', [['ID', canonicalUserId(account)]]],
        ['StorageClass', systemMetadata['x-amz-storage-class'] ?? 'STANDARD'],
        ['Initiated', xmlTime(initiated)],
        ['ChecksumAlgorithm', checksum?.algorithm],
        ['ChecksumType', checksum?.type],
      ],
    ]),
  ]);
}
