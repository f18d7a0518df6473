import type { PublicAccessBlock } from '../public-access-block.ts';
import { childOf, childrenOf, textOf } from '../../parse-xml.ts';
import { readDocument } from './read-document.ts';
import { noContent, xmlAnswer, type BucketCall, type S3Answer } from './s3-call.ts';
import { malformedXml, S3Error } from './s3-error.ts';
import { parseTagging, tagElements } from './tag-set.ts';

/** GetBucketTagging. */
export function getBucketTagging({ bucket }: BucketCall): S3Answer {
  const { tags } = bucket.settings;
  if (tags === undefined) throw new S3Error(404, 'NoSuchTagSet', 'The TagSet does not exist', [['BucketName', bucket.name]]);
  return xmlAnswer('Tagging', tagElements(tags));
}

/** PutBucketTagging. */
export async function putBucketTagging(call: BucketCall): Promise<S3Answer> {
  await call.bucket.configure({ tags: parseTagging(readDocument(call, 'Tagging'), 50) });
  return noContent;
}

/** DeleteBucketTagging. */
export async function deleteBucketTagging({ bucket }: BucketCall): Promise<S3Answer> {
  await bucket.configure({ tags: undefined });
  return noContent;
}

/** GetPublicAccessBlock (S3W-025). */
export function getPublicAccessBlock({ bucket }: BucketCall): S3Answer {
  const block = bucket.settings.publicAccessBlock;
  if (block === undefined) {
    throw new S3Error(404, 'NoSuchPublicAccessBlockConfiguration', 'The public access block configuration was not found', [
      ['BucketName', bucket.name],
    ]);
  }
  return xmlAnswer('PublicAccessBlockConfiguration', [
    ['BlockPublicAcls', block.blockPublicAcls],
    ['IgnorePublicAcls', block.ignorePublicAcls],
    ['BlockPublicPolicy', block.blockPublicPolicy],
    ['RestrictPublicBuckets', block.restrictPublicBuckets],
  ]);
}

/** PutPublicAccessBlock: what is left out is off. */
export async function putPublicAccessBlock(call: BucketCall): Promise<S3Answer> {
  const document = readDocument(call, 'PublicAccessBlockConfiguration');
  const flag = (name: string): boolean => {
    const text = textOf(document, name)?.trim().toLowerCase() ?? 'false';
    if (text !== 'true' && text !== 'false') throw malformedXml();
    return text === 'true';
  };
  const publicAccessBlock: PublicAccessBlock = {
    blockPublicAcls: flag('BlockPublicAcls'),
    ignorePublicAcls: flag('IgnorePublicAcls'),
    blockPublicPolicy: flag('BlockPublicPolicy'),
    restrictPublicBuckets: flag('RestrictPublicBuckets'),
  };
  await call.bucket.configure({ publicAccessBlock });
  return { status: 200 };
}

/** DeletePublicAccessBlock: nothing is blocked any more. */
export async function deletePublicAccessBlock({ bucket }: BucketCall): Promise<S3Answer> {
  await bucket.configure({ publicAccessBlock: undefined });
  return noContent;
}

/** GetBucketOwnershipControls. */
export function getBucketOwnershipControls({ bucket }: BucketCall): S3Answer {
  const { objectOwnership } = bucket.settings;
  if (objectOwnership === undefined) {
    throw new S3Error(404, 'OwnershipControlsNotFoundError', 'The bucket ownership controls were not found', [['BucketName', bucket.name]]);
  }
  return xmlAnswer('OwnershipControls', [['Rule', [['ObjectOwnership', objectOwnership]]]]);
}

/** PutBucketOwnershipControls. */
export async function putBucketOwnershipControls(call: BucketCall): Promise<S3Answer> {
  const rules = childrenOf(readDocument(call, 'OwnershipControls'), 'Rule');
  const objectOwnership = rules[0] === undefined ? undefined : textOf(rules[0], 'ObjectOwnership');
  if (rules.length !== 1 || !['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'].includes(objectOwnership ?? ''))
    throw malformedXml();
  await call.bucket.configure({ objectOwnership });
  return { status: 200 };
}

/** DeleteBucketOwnershipControls. */
export async function deleteBucketOwnershipControls({ bucket }: BucketCall): Promise<S3Answer> {
  await bucket.configure({ objectOwnership: undefined });
  return noContent;
}

/** GetBucketEncryption: what every bucket has. */
export function getBucketEncryption(): S3Answer {
  return xmlAnswer('ServerSideEncryptionConfiguration', [
    [
      'Rule',
      [
        ['ApplyServerSideEncryptionByDefault', [['SSEAlgorithm', 'AES256']]],
        ['BucketKeyEnabled', false],
      ],
    ],
  ]);
}

/** PutBucketEncryption: only what every bucket has anyway. */
export function putBucketEncryption(call: BucketCall): S3Answer {
  const rules = childrenOf(readDocument(call, 'ServerSideEncryptionConfiguration'), 'Rule');
  const byDefault = rules[0] === undefined ? undefined : childOf(rules[0], 'ApplyServerSideEncryptionByDefault');
  const algorithm = byDefault === undefined ? undefined : textOf(byDefault, 'SSEAlgorithm');
  if (rules.length !== 1) throw malformedXml();
  if (algorithm !== 'AES256')
    throw new S3Error(501, 'NotImplemented', `Encryption with ${algorithm ?? 'no algorithm'} is not served here; AES256 is`);
  return { status: 200 };
}

/** DeleteBucketEncryption: back to what every bucket has. */
export function deleteBucketEncryption(): S3Answer {
  return noContent;
}
