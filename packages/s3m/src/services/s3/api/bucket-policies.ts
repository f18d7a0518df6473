import { isPublicPolicy } from '../anonymous-access.ts';
import { MalformedPolicy } from '../bucket-policy-document.ts';
import { checkBucketPolicy, PublicPolicyBlocked } from '../compile-bucket-policy.ts';
import { noContent, xmlAnswer, type BucketCall, type S3Answer } from './s3-call.ts';
import { accessDenied, S3Error } from './s3-error.ts';

/** Bytes. */
const maxPolicyBytes = 20 * 1024;

/** GetBucketPolicy: the text as it was put. */
export function getBucketPolicy({ bucket }: BucketCall): S3Answer {
  const { policy } = bucket.settings;
  if (policy === undefined) throw noSuchPolicy(bucket.name);
  return { status: 200, headers: [['Content-Type', 'application/json']], body: policy };
}

/** PutBucketPolicy (S3W-020). */
export async function putBucketPolicy({ bucket, body, signer }: BucketCall): Promise<S3Answer> {
  const policy = body.bytes.toString();
  if (body.bytes.length > maxPolicyBytes) throw new S3Error(400, 'PolicyTooLarge', `Policy exceeds the maximum allowed document size.`);
  try {
    checkBucketPolicy(policy, bucket);
  } catch (error) {
    if (error instanceof MalformedPolicy) throw new S3Error(400, 'MalformedPolicy', error.message);
    if (!(error instanceof PublicPolicyBlocked)) throw error;
    const user = signer.kind === 'signed' ? signer.caller.arn : '';
    throw accessDenied(
      `User: ${user} is not authorized to perform: s3:PutBucketPolicy on resource: "${bucket.arn}" because public policies are blocked by the BlockPublicPolicy block public access setting.`,
    );
  }
  await bucket.configure({ policy });
  return noContent;
}

/** DeleteBucketPolicy: no error when there is none. */
export async function deleteBucketPolicy({ bucket }: BucketCall): Promise<S3Answer> {
  await bucket.configure({ policy: undefined });
  return noContent;
}

/** GetBucketPolicyStatus (S3W-022). */
export function getBucketPolicyStatus({ bucket }: BucketCall): S3Answer {
  if (bucket.policy === undefined) throw noSuchPolicy(bucket.name);
  return xmlAnswer('PolicyStatus', [['IsPublic', isPublicPolicy(bucket.policy)]]);
}

function noSuchPolicy(name: string): S3Error {
  return new S3Error(404, 'NoSuchBucketPolicy', 'The bucket policy does not exist', [['BucketName', name]]);
}
