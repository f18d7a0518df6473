import { existingTagKeys } from '../condition-keys.ts';
import type { S3Need } from './access.ts';
import { objectArn } from './access.ts';
import * as lists from './access-control-lists.ts';
import * as buckets from './buckets.ts';
import * as controls from './bucket-tags-and-controls.ts';
import { deleteBucketCors, getBucketCors, putBucketCors } from './bucket-cors.ts';
import { deleteBucketPolicy, getBucketPolicy, getBucketPolicyStatus, putBucketPolicy } from './bucket-policies.ts';
import { deleteBucketWebsite, getBucketWebsite, putBucketWebsite } from './bucket-website.ts';
import { completeMultipartUpload } from './complete-multipart-upload.ts';
import { copyObject } from './copy-object.ts';
import { deleteObjects } from './delete-objects.ts';
import { getObject } from './get-object.ts';
import { getBucketVersioning, putBucketVersioning } from './bucket-versioning.ts';
import { actionOnVersion, versionOf } from './versions.ts';
import { listObjects, listObjectsV2 } from './list-objects.ts';
import { listObjectVersions } from './list-versions.ts';
import * as multipart from './multipart.ts';
import { getObjectAttributes } from './object-attributes.ts';
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './object-tags.ts';
import { deleteObject, putObject } from './put-object.ts';
import { headerOf, type BucketCall, type ObjectCall, type S3Answer, type ServiceCall } from './s3-call.ts';
import { parseTaggingHeader } from './tag-set.ts';

type Answer = S3Answer | Promise<S3Answer>;

interface Common {
  /** As AWS names it. */
  readonly name: string;
  /** What the caller must be allowed; absent where the operation asks for each object. */
  readonly action?: string;
  /** `none`: a body is read over; `document`: XML or JSON; `object`: bytes to be kept. */
  readonly body: 'none' | 'document' | 'object';
}

/** An operation that is served, by what it is about. */
export type Operation =
  | (Common & { readonly level: 'service'; run(call: ServiceCall): Answer })
  | (Common & { readonly level: 'bucket'; run(call: BucketCall): Answer })
  | (Common & { readonly level: 'object'; run(call: ObjectCall): Answer });

type Row<Call> = readonly [key: string, name: string, action: string | undefined, run: (call: Call) => Answer, body?: Common['body']];

const ofService: readonly Row<ServiceCall>[] = [
  ['GET', 'ListBuckets', 's3:ListAllMyBuckets', buckets.listBuckets],
  ['PUT bucket', 'CreateBucket', 's3:CreateBucket', buckets.createBucket, 'document'],
];

/** By method and sub-resource (S3 API Reference); actions: Service Authorization Reference. */
const ofBucket: readonly Row<BucketCall>[] = [
  ['GET', 'ListObjects', 's3:ListBucket', listObjects],
  ['GET list-type', 'ListObjectsV2', 's3:ListBucket', listObjectsV2],
  ['HEAD', 'HeadBucket', 's3:ListBucket', buckets.headBucket],
  ['DELETE', 'DeleteBucket', 's3:DeleteBucket', buckets.deleteBucket],
  ['GET location', 'GetBucketLocation', 's3:GetBucketLocation', buckets.getBucketLocation],
  ['GET versioning', 'GetBucketVersioning', 's3:GetBucketVersioning', getBucketVersioning],
  ['GET versions', 'ListObjectVersions', 's3:ListBucketVersions', listObjectVersions],
  ['GET acl', 'GetBucketAcl', 's3:GetBucketAcl', lists.getBucketAcl],
  ['PUT acl', 'PutBucketAcl', 's3:PutBucketAcl', lists.putBucketAcl, 'document'],
  ['PUT versioning', 'PutBucketVersioning', 's3:PutBucketVersioning', putBucketVersioning, 'document'],
  ['GET uploads', 'ListMultipartUploads', 's3:ListBucketMultipartUploads', buckets.listMultipartUploads],
  ['POST delete', 'DeleteObjects', undefined, deleteObjects, 'document'],
  ['GET policy', 'GetBucketPolicy', 's3:GetBucketPolicy', getBucketPolicy],
  ['PUT policy', 'PutBucketPolicy', 's3:PutBucketPolicy', putBucketPolicy, 'document'],
  ['DELETE policy', 'DeleteBucketPolicy', 's3:DeleteBucketPolicy', deleteBucketPolicy],
  ['GET policyStatus', 'GetBucketPolicyStatus', 's3:GetBucketPolicyStatus', getBucketPolicyStatus],
  ['GET website', 'GetBucketWebsite', 's3:GetBucketWebsite', getBucketWebsite],
  ['PUT website', 'PutBucketWebsite', 's3:PutBucketWebsite', putBucketWebsite, 'document'],
  ['DELETE website', 'DeleteBucketWebsite', 's3:DeleteBucketWebsite', deleteBucketWebsite],
  ['GET cors', 'GetBucketCors', 's3:GetBucketCORS', getBucketCors],
  ['PUT cors', 'PutBucketCors', 's3:PutBucketCORS', putBucketCors, 'document'],
  ['DELETE cors', 'DeleteBucketCors', 's3:PutBucketCORS', deleteBucketCors],
  ['GET tagging', 'GetBucketTagging', 's3:GetBucketTagging', controls.getBucketTagging],
  ['PUT tagging', 'PutBucketTagging', 's3:PutBucketTagging', controls.putBucketTagging, 'document'],
  ['DELETE tagging', 'DeleteBucketTagging', 's3:PutBucketTagging', controls.deleteBucketTagging],
  ['GET publicAccessBlock', 'GetPublicAccessBlock', 's3:GetBucketPublicAccessBlock', controls.getPublicAccessBlock],
  ['PUT publicAccessBlock', 'PutPublicAccessBlock', 's3:PutBucketPublicAccessBlock', controls.putPublicAccessBlock, 'document'],
  ['DELETE publicAccessBlock', 'DeletePublicAccessBlock', 's3:PutBucketPublicAccessBlock', controls.deletePublicAccessBlock],
  ['GET ownershipControls', 'GetBucketOwnershipControls', 's3:GetBucketOwnershipControls', controls.getBucketOwnershipControls],
  ['PUT ownershipControls', 'PutBucketOwnershipControls', 's3:PutBucketOwnershipControls', controls.putBucketOwnershipControls, 'document'],
  ['DELETE ownershipControls', 'DeleteBucketOwnershipControls', 's3:PutBucketOwnershipControls', controls.deleteBucketOwnershipControls],
  ['GET encryption', 'GetBucketEncryption', 's3:GetEncryptionConfiguration', controls.getBucketEncryption],
  ['PUT encryption', 'PutBucketEncryption', 's3:PutEncryptionConfiguration', controls.putBucketEncryption, 'document'],
  ['DELETE encryption', 'DeleteBucketEncryption', 's3:PutEncryptionConfiguration', controls.deleteBucketEncryption],
];

const ofObject: readonly Row<ObjectCall>[] = [
  ['GET', 'GetObject', 's3:GetObject', getObject],
  ['HEAD', 'HeadObject', 's3:GetObject', getObject],
  ['PUT', 'PutObject', 's3:PutObject', putObject, 'object'],
  ['PUT copy', 'CopyObject', 's3:PutObject', copyObject],
  ['DELETE', 'DeleteObject', 's3:DeleteObject', deleteObject],
  ['GET attributes', 'GetObjectAttributes', 's3:GetObjectAttributes', getObjectAttributes],
  ['GET acl', 'GetObjectAcl', 's3:GetObjectAcl', lists.getObjectAcl],
  ['PUT acl', 'PutObjectAcl', 's3:PutObjectAcl', lists.putObjectAcl, 'document'],
  ['GET tagging', 'GetObjectTagging', 's3:GetObjectTagging', getObjectTagging],
  ['PUT tagging', 'PutObjectTagging', 's3:PutObjectTagging', putObjectTagging, 'document'],
  ['DELETE tagging', 'DeleteObjectTagging', 's3:DeleteObjectTagging', deleteObjectTagging],
  ['POST uploads', 'CreateMultipartUpload', 's3:PutObject', multipart.createMultipartUpload],
  ['PUT uploadId', 'UploadPart', 's3:PutObject', multipart.uploadPart, 'object'],
  ['PUT uploadId copy', 'UploadPartCopy', 's3:PutObject', multipart.uploadPartCopy],
  ['POST uploadId', 'CompleteMultipartUpload', 's3:PutObject', completeMultipartUpload, 'document'],
  ['DELETE uploadId', 'AbortMultipartUpload', 's3:AbortMultipartUpload', multipart.abortMultipartUpload],
  ['GET uploadId', 'ListParts', 's3:ListMultipartUploadParts', multipart.listParts],
];

/** Every operation that is served, by level, method and sub-resource: `bucket GET cors`. */
export const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ...ofService.map(([key, name, action, run, body = 'none']): [string, Operation] => [
    `service ${key}`,
    { level: 'service', name, ...(action === undefined ? {} : { action }), run, body },
  ]),
  ...ofBucket.map(([key, name, action, run, body = 'none']): [string, Operation] => [
    `bucket ${key}`,
    { level: 'bucket', name, ...(action === undefined ? {} : { action }), run, body },
  ]),
  ...ofObject.map(([key, name, action, run, body = 'none']): [string, Operation] => [
    `object ${key}`,
    { level: 'object', name, ...(action === undefined ? {} : { action }), run, body },
  ]),
]);

/** All that a caller must be allowed before an operation of an object runs. */
export function objectNeeds(call: ObjectCall, action: string): readonly S3Need[] {
  const { bucket, key, query } = call;
  const resource = objectArn(bucket, key);
  const versionId = query.get('versionId');
  const existing = existingTagKeys(versionOf(bucket, key, versionId)?.object);
  const header = headerOf(call, 'x-amz-tagging');
  const asked = header === undefined || action !== 's3:PutObject' ? {} : parseTaggingHeader(header);
  const requested = Object.fromEntries(Object.entries(asked).map(([tag, value]) => [`s3:requestobjecttag/${tag.toLowerCase()}`, [value]]));
  const keys = { ...existing, ...requested, 's3:requestobjecttagkeys': Object.keys(asked) };
  const need = { action: versionId === undefined ? action : actionOnVersion(action), resource, bucket, keys };
  if (action === 's3:GetObjectAttributes')
    return [{ ...need, action: versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion' }, need];
  return header === undefined || action !== 's3:PutObject' ? [need] : [need, { ...need, action: 's3:PutObjectTagging' }];
}
