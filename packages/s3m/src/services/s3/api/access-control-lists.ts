import { findObject } from './get-object.ts';
import { canonicalUserId } from './owner.ts';
import { xmlAnswer, type BucketCall, type ObjectCall, type S3Answer } from './s3-call.ts';
import { notServed, S3Error } from './s3-error.ts';

/** GetBucketAcl: the one grant that every bucket has while nobody gives others. */
export function getBucketAcl(call: BucketCall): S3Answer {
  return ownersGrant(call);
}

/** GetObjectAcl. */
export function getObjectAcl(call: ObjectCall): S3Answer {
  findObject(call);
  return ownersGrant(call);
}

/** PutBucketAcl (S3 User Guide, "Controlling ownership of objects and disabling ACLs"). */
export function putBucketAcl({ bucket }: BucketCall): never {
  throw refusal(bucket, 'PutBucketAcl');
}

/** PutObjectAcl. */
export function putObjectAcl(call: ObjectCall): never {
  findObject(call);
  throw refusal(call.bucket, 'PutObjectAcl');
}

function ownersGrant({ account }: BucketCall): S3Answer {
  const owner = [['ID', canonicalUserId(account)]] as const;
  const grant = [
    ['Grantee', owner, { 'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance', 'xsi:type': 'CanonicalUser' }],
    ['Permission', 'FULL_CONTROL'],
  ] as const;
  return xmlAnswer('AccessControlPolicy', [
    ['Owner', owner],
    ['AccessControlList', [['Grant', grant]]],
  ]);
}

function refusal({ settings }: BucketCall['bucket'], operation: string): S3Error {
  if (settings.objectOwnership === 'BucketOwnerEnforced')
    return new S3Error(400, 'AccessControlListNotSupported', 'The bucket does not allow ACLs');
  return notServed(`The operation ${operation}`);
}
