import type { StoredObject } from '../../capabilities/bucket.ts';
import type { ConditionKeys } from '../../policy/condition.ts';

/** Global keys that are known of a request to S3. `aws:SourceIp` and those of VPCs are not: the caller's address on AWS is not the one here (IAM-023). */
const globalKeys = new Set([
  'aws:currenttime',
  'aws:epochtime',
  'aws:securetransport',
  'aws:referer',
  'aws:useragent',
  'aws:requestedregion',
  'aws:resourceaccount',
  'aws:resourceorgid',
  'aws:principalarn',
  'aws:principalaccount',
  'aws:principaltype',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principalisawsservice',
  'aws:principalservicename',
  'aws:principalservicenameslist',
  'aws:sourcearn',
  'aws:sourceaccount',
  'aws:sourceidentity',
  'aws:userid',
  'aws:username',
  'aws:tokenissuetime',
  'aws:multifactorauthpresent',
  'aws:multifactorauthage',
  'aws:federatedprovider',
  'aws:viaawsservice',
  'aws:calledvia',
  'aws:calledviafirst',
  'aws:calledvialast',
]);

/** Keys that are a header of the request, by the name of the key without `s3:`. */
export const headerKeys: ReadonlySet<string> = new Set([
  'x-amz-acl',
  'x-amz-copy-source',
  'x-amz-grant-full-control',
  'x-amz-grant-read',
  'x-amz-grant-read-acp',
  'x-amz-grant-write',
  'x-amz-grant-write-acp',
  'x-amz-metadata-directive',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-server-side-encryption-customer-algorithm',
  'x-amz-storage-class',
  'x-amz-website-redirect-location',
]);

const otherKeys = new Set([
  'prefix',
  'delimiter',
  'max-keys',
  'versionid',
  'x-amz-content-sha256',
  'authtype',
  'signatureversion',
  'signatureage',
  'resourceaccount',
  'if-match',
  'if-none-match',
  'dataaccesspointarn',
  'dataaccesspointaccount',
  'accesspointnetworkorigin',
]);

/** Whether a condition key, in lower case, can be evaluated for every request to S3. */
export function isKnownKey(key: string): boolean {
  if (key.startsWith('aws:principaltag/') || globalKeys.has(key)) return true;
  if (!key.startsWith('s3:')) return false;
  return /^s3:(existingobjecttag\/|requestobjecttag)/.test(key) || headerKeys.has(key.slice(3)) || otherKeys.has(key.slice(3));
}

/** What the website endpoint knows of a request: it has no TLS (S3W-001), no signature and none of the API's headers and parameters. */
export function websiteKeys(
  request: { readonly referer?: string; readonly userAgent?: string; readonly now: number },
  object: Pick<StoredObject, 'tags'> | undefined,
): ConditionKeys {
  const present = (value: string | undefined): readonly string[] => (value === undefined ? [] : [value]);
  const tags = existingTagKeys(object);
  return (key) => {
    if (Object.hasOwn(tags, key)) return tags[key];
    switch (key) {
      case 'aws:securetransport':
        return ['false'];
      case 'aws:referer':
        return present(request.referer);
      case 'aws:useragent':
        return present(request.userAgent);
      case 'aws:currenttime':
        return [new Date(request.now).toISOString().replace(/\.\d+/, '')];
      case 'aws:epochtime':
        return [String(Math.floor(request.now / 1000))];
      default:
        return key.startsWith('s3:') && key !== 's3:resourceaccount' && isKnownKey(key) ? [] : undefined;
    }
  };
}

/** The tags that an object has, as condition keys. */
export function existingTagKeys(object: Pick<StoredObject, 'tags'> | undefined): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    Object.entries(object?.tags ?? {}).map(([key, value]) => [`s3:existingobjecttag/${key.toLowerCase()}`, [value]]),
  );
}
