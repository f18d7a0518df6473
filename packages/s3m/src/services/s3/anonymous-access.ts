import type { ConditionKeys } from '../../policy/condition.ts';
import { evaluatePolicy } from '../../policy/evaluate-policy.ts';
import { parseConditions } from '../../policy/parse-conditions.ts';
import type { BucketPolicyDocument, PolicyCondition } from './bucket-policy-document.ts';
import { isKnownKey } from './condition-keys.ts';
import type { MemoryBucket } from './memory-bucket.ts';

/**
 * Whether somebody without credentials may do `action` on `resource` (an ARN): what the bucket's policy gives to everybody, unless it is public and
 * the bucket restricts that (S3W-021). Closed by default: a condition that is not understood never lets anybody in.
 */
export function allowsAnonymous(
  bucket: Pick<MemoryBucket, 'policy' | 'accessPolicy' | 'publicAccessBlock'>,
  action: string,
  resource: string,
  keys: ConditionKeys,
): boolean {
  const { policy, accessPolicy, publicAccessBlock } = bucket;
  if (accessPolicy === undefined) return false;
  if (publicAccessBlock.restrictPublicBuckets && isPublicPolicy(policy ?? [])) return false;
  // Only "*" names those without credentials (IAM-006).
  const request = { action, resource, principal: { kind: 'AWS', name: 'anonymous' } as const, keys: anonymousKeys(keys) };
  return evaluatePolicy(accessPolicy, request).decision === 'allow';
}

/** Keys of callers are absent; all others are the request's. */
function anonymousKeys(keys: ConditionKeys): ConditionKeys {
  return (key) => {
    if (key === 'aws:principaltype') return ['Anonymous'];
    return keysOfIdentity.test(key) ? [] : keys(key);
  };
}

const keysOfIdentity =
  /^aws:(principal.*|source(arn|account|identity|vpc|vpce)|userid|username|tokenissuetime|multifactorauth.*|via.*|calledvia.*|federatedprovider)$/;

/** Whether S3 calls the policy public: everybody is allowed something, not bound to fixed values of keys that tell callers apart (S3W-022). */
export function isPublicPolicy(policy: BucketPolicyDocument): boolean {
  return policy.some(
    (statement) =>
      statement.effect === 'Allow' && (statement.everybody || statement.notPrincipal) && !statement.conditions.some(tellsCallersApart),
  );
}

/** Conditions for everybody that this engine cannot evaluate. */
export function unknownConditions(policy: BucketPolicyDocument): PolicyCondition[] {
  return policy
    .filter((statement) => statement.everybody || statement.notPrincipal)
    .flatMap(({ conditions }) => conditions.filter(({ operator, key }) => !isKnownKey(key) || !isKnownOperator(operator)));
}

function isKnownOperator(operator: string): boolean {
  return parseConditions({ [operator]: { key: '' } }, '', '2012-10-17').every(({ known }) => known);
}

const keysOfCallers = new Set([
  'aws:principalorgid',
  'aws:principalarn',
  'aws:principalaccount',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceip',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:userid',
  's3:dataaccesspointarn',
  's3:dataaccesspointaccount',
]);

function tellsCallersApart({ key, values }: PolicyCondition): boolean {
  return keysOfCallers.has(key) && values.every((value) => !value.includes('*') && !value.includes('?') && !isWideRange(value));
}

/** A CIDR range that is not narrower than /8 counts as everybody. */
function isWideRange(value: string): boolean {
  const length = /^[\d.]+\/(\d+)$/.exec(value)?.[1];
  return length !== undefined && Number(length) <= 8;
}
