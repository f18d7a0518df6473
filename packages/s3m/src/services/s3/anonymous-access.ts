import { matchesPattern } from '../../policy/pattern.ts';
import type { BucketPolicyDocument, BucketPolicyStatement, PolicyCondition } from './bucket-policy-document.ts';
import type { MemoryBucket } from './memory-bucket.ts';

/**
 * Whether somebody without credentials, over plain HTTP as at the website endpoint (S3W-001), may do `action` on `resource` (an ARN).
 * Closed by default: without a policy nothing is allowed, and a condition that is not understood never lets anybody in.
 */
export function allowsAnonymous(
  bucket: Pick<MemoryBucket, 'policy' | 'publicAccessBlock'>,
  action: 's3:GetObject' | 's3:ListBucket',
  resource: string,
): boolean {
  const { policy } = bucket;
  if (policy === undefined) return false;
  if (bucket.publicAccessBlock.restrictPublicBuckets && isPublicPolicy(policy)) return false; // S3W-021
  const matching = policy.filter((statement) => covers(statement, action, resource));
  if (matching.some((statement) => statement.effect === 'Deny' && (statement.everybody || statement.notPrincipal) && mayHold(statement))) {
    return false;
  }
  return matching.some((statement) => statement.effect === 'Allow' && statement.everybody && mustHold(statement));
}

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
    .flatMap(({ conditions }) => conditions.filter((condition) => truth(condition) === undefined));
}

function covers(statement: BucketPolicyStatement, action: string, resource: string): boolean {
  const { actions, notActions, resources, notResources } = statement;
  const ofAction = (patterns: readonly string[]): boolean =>
    patterns.some((pattern) => matchesPattern(pattern.toLowerCase(), action.toLowerCase()));
  const ofResource = (patterns: readonly string[]): boolean => patterns.some((pattern) => matchesPattern(pattern, resource));
  const coversAction = actions === undefined ? !ofAction(notActions ?? []) : ofAction(actions);
  return coversAction && (resources === undefined ? !ofResource(notResources ?? []) : ofResource(resources));
}

function mayHold({ conditions }: BucketPolicyStatement): boolean {
  return conditions.every((condition) => truth(condition) !== false);
}

function mustHold({ conditions }: BucketPolicyStatement): boolean {
  return conditions.every((condition) => truth(condition) === true);
}

/** Whether the condition holds for an anonymous request over HTTP; undefined when that is not known here. */
function truth({ operator, key, values }: PolicyCondition): boolean | undefined {
  if (operator === 'Bool' && key === 'aws:securetransport') return values.includes('false');
  return undefined;
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
