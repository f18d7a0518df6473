import type { CallPassage } from '../../../capabilities/credentials.ts';
import { evaluatePolicy } from '../../../policy/evaluate-policy.ts';
import { refuseAccess } from '../../access.ts';
import { allowsOrigin } from '../allows-origin.ts';
import { allowsAnonymous } from '../anonymous-access.ts';
import type { MemoryBucket } from '../memory-bucket.ts';
import { requestKeys } from './request-keys.ts';
import type { ServiceCall } from './s3-call.ts';
import { accessDenied } from './s3-error.ts';

/** Something that a request does: an action on a bucket or an object, by its ARN. */
export interface S3Need {
  readonly action: string;
  /** `*` for what belongs to no bucket. */
  readonly resource: string;
  /** Whose policy counts. */
  readonly bucket?: MemoryBucket | undefined;
  /** Condition keys that only this need has, by name in lower case. */
  readonly keys?: Readonly<Record<string, readonly string[]>>;
}

type Caller = Pick<ServiceCall, 'account' | 'signer' | 'headers' | 'query'>;

/**
 * Lets through what identity and bucket policies allow: for those with credentials either of them (IAM-002), for those without the bucket's, unless
 * it is public and the bucket blocks that (S3W-021). @throws S3Error with the text that the caller may hear (IAM-037)
 */
export function authorize(call: Caller, need: S3Need): void {
  const refusal = findRefusal(call, need);
  if (refusal !== undefined) throw accessDenied(refusal);
}

/** What the caller hears that may not; undefined when it may. */
export function findRefusal(call: Caller, need: S3Need): string | undefined {
  const { action, resource, bucket, keys: own } = need;
  const { account, signer } = call;
  const policy = bucket?.accessPolicy;
  const keys = requestKeys(call, own);
  if (signer.kind === 'anonymous')
    return bucket !== undefined && letsThrough(signer.passage, need) && allowsAnonymous(bucket, action, resource, keys)
      ? undefined
      : 'Access Denied';
  if (signer.kind !== 'signed') return allowsOrigin(account.id, policy, { action, resource, keys }, signer) ? undefined : 'Access Denied';
  const refusal = refuseAccess(account, signer.caller, {
    action,
    resource,
    keys,
    resourcePolicy: policy === undefined ? undefined : { name: `the policy of bucket ${bucket!.name}`, document: policy },
    accessKeyId: signer.accessKeyId,
  });
  if (refusal === undefined) return undefined;
  if (signer.caller.accountId !== account.id) return 'Access Denied';
  // S3 puts the ARN between quotation marks, and says none where the action has no resource.
  return refusal.message.replace(` on resource: ${resource} `, resource === '*' ? ' ' : ` on resource: "${resource}" `);
}

/** What the policy of a VPC endpoint says to somebody without credentials (VPC-025). */
function letsThrough(passage: CallPassage | undefined, { action, resource }: S3Need): boolean {
  if (passage?.policy === undefined) return true;
  const request = { action, resource, principal: { kind: 'AWS', name: 'anonymous' } as const, keys: () => undefined };
  return evaluatePolicy(passage.policy.document, request).decision === 'allow';
}

export function objectArn(bucket: MemoryBucket, key: string): string {
  return `${bucket.arn}/${key}`;
}
