import { parsePolicy } from '../../policy/parse-policy.ts';
import { PolicySyntaxError, type PolicyDocument } from '../../policy/policy-document.ts';
import type { Value } from '../resource-type.ts';
import { isPublicPolicy } from './anonymous-access.ts';
import { MalformedPolicy, parseBucketPolicy, type BucketPolicyDocument } from './bucket-policy-document.ts';
import type { MemoryBucket } from './memory-bucket.ts';

/** A bucket's policy, ready for both endpoints. */
export interface CompiledBucketPolicy {
  readonly statements: BucketPolicyDocument;
  readonly document: PolicyDocument;
}

/** A public policy for a bucket that takes none (S3W-020). */
export class PublicPolicyBlocked extends Error {}

/** Reads a policy's JSON. @throws MalformedPolicy */
export function compileBucketPolicy(json: string): CompiledBucketPolicy {
  const document = parseJson(json);
  const statements = parseBucketPolicy(document);
  try {
    return { statements, document: parsePolicy(document) };
  } catch (error) {
    if (error instanceof PolicySyntaxError) throw new MalformedPolicy(error.message, { cause: error });
    throw error;
  }
}

/**
 * Whether `bucket` may have this policy.
 * @throws MalformedPolicy
 * @throws PublicPolicyBlocked
 */
export function checkBucketPolicy(json: string, bucket: Pick<MemoryBucket, 'arn' | 'publicAccessBlock'>): void {
  const { statements } = compileBucketPolicy(json);
  const own = (resource: string): boolean => resource === '*' || resource === bucket.arn || resource.startsWith(`${bucket.arn}/`);
  const foreign = statements.flatMap(({ resources, notResources }) => resources ?? notResources ?? []).find((resource) => !own(resource));
  if (foreign !== undefined)
    throw new MalformedPolicy('Policy has invalid resource', { cause: `"${foreign}" is not the bucket ${bucket.arn} or ${bucket.arn}/*` });
  if (bucket.publicAccessBlock.blockPublicPolicy && isPublicPolicy(statements)) throw new PublicPolicyBlocked();
}

function parseJson(json: string): Value {
  if (!json.startsWith('{')) throw new MalformedPolicy("Policies must be valid JSON and the first byte must be '{'");
  try {
    return JSON.parse(json) as Value;
  } catch (error) {
    throw new MalformedPolicy('This policy contains invalid Json', { cause: error });
  }
}
