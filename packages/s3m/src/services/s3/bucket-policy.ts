import { isDeepStrictEqual } from 'node:util';
import { PropertyReader } from '../property-reader.ts';
import { isUnresolved } from '../known-value.ts';
import {
  ResourceFailure,
  type Finding,
  type Properties,
  type Resource,
  type ResourceContext,
  type ResourceType,
  type Value,
} from '../resource-type.ts';
import { unknownConditions } from './anonymous-access.ts';
import { MalformedPolicy, parseBucketPolicy, type BucketPolicyDocument } from './bucket-policy-document.ts';
import { checkBucketPolicy, PublicPolicyBlocked } from './compile-bucket-policy.ts';
import { MemoryBucket } from './memory-bucket.ts';

/** Decides whether a website answers, by what it lets everybody read (S3W-009), and with the callers' own policies what they may do at the REST endpoint. */
export const bucketPolicy: ResourceType = {
  type: 'AWS::S3::BucketPolicy',
  scope: 'simulated',
  properties: { Bucket: 'simulated', PolicyDocument: 'simulated' },
  required: ['Bucket', 'PolicyDocument'],
  attributes: [],
  replacedBy: ['Bucket'],
  check: checkPolicy,
  create: createPolicy,
  async forget(account, name) {
    const bucket = account.directory.find('bucket', name);
    if (bucket instanceof MemoryBucket) await bucket.configure({ policy: undefined });
  },
};

function checkPolicy(properties: Properties): Finding[] {
  const { PolicyDocument: document } = properties;
  if (isUnresolved(document)) return [];
  const policy = tryParse(document);
  if (policy instanceof MalformedPolicy) return [{ property: 'PolicyDocument', kind: 'invalid', message: policy.message }];
  return unknownConditions(policy).map(({ operator, key }) => ({
    property: 'PolicyDocument.Statement.Condition',
    kind: 'unsupported',
    message: `Condition ${operator} on ${key} in a statement for everybody: it is not evaluated here`,
    fix: 'The statement would never allow, and always deny, if it were accepted',
  }));
}

async function createPolicy(context: ResourceContext): Promise<Resource> {
  const reader = new PropertyReader(context.properties);
  const name = reader.string('Bucket');
  const bucket = context.account.directory.find('bucket', name);
  if (!(bucket instanceof MemoryBucket)) throw new ResourceFailure('The specified bucket does not exist', { property: 'Bucket' });
  const { kept } = context;
  if (kept === undefined && bucket.policy !== undefined) {
    throw new ResourceFailure(`The bucket policy already exists on bucket ${name}.`, {
      property: 'Bucket',
      fix: 'A bucket has one policy: put all statements into it',
    });
  }
  // What a call of the API has put, or taken away, stays until the template says something else.
  const isSame = typeof kept === 'object' && isDeepStrictEqual(kept.properties['PolicyDocument'], context.properties['PolicyDocument']);
  if (!isSame) await putPolicy(context, bucket);
  let current = context;
  const resource: Resource = {
    ref: name,
    attributes: {},
    async update(next) {
      await putPolicy(next, bucket);
      current = next;
      return resource;
    },
    async reset() {
      await putPolicy(current, bucket);
      return {};
    },
    delete: () => bucket.configure({ policy: undefined }),
    stopNow: () => Promise.resolve(),
  };
  return resource;
}

/** @throws ResourceFailure as PutBucketPolicy does */
async function putPolicy(context: ResourceContext, bucket: MemoryBucket): Promise<void> {
  const policy = JSON.stringify(context.properties['PolicyDocument']);
  try {
    checkBucketPolicy(policy, bucket);
  } catch (error) {
    if (error instanceof MalformedPolicy) {
      const { message, cause } = error;
      throw new ResourceFailure(message, { property: 'PolicyDocument', ...(typeof cause === 'string' ? { fix: cause } : {}) });
    }
    if (!(error instanceof PublicPolicyBlocked)) throw error;
    // S3W-020
    throw new ResourceFailure('API: s3:PutBucketPolicy Access Denied', {
      property: 'PolicyDocument',
      fix: 'The policy is public and the bucket blocks that: set PublicAccessBlockConfiguration.BlockPublicPolicy and RestrictPublicBuckets to false (CDK: blockPublicAccess: BlockPublicAccess.BLOCK_ACLS_ONLY)',
    });
  }
  await bucket.configure({ policy });
}

function tryParse(document: Value | undefined): BucketPolicyDocument | MalformedPolicy {
  try {
    return parseBucketPolicy(document);
  } catch (error) {
    if (error instanceof MalformedPolicy) return error;
    throw error;
  }
}
