import type { OriginCaller } from '../../capabilities/bucket-origin.ts';
import type { ConditionKeys } from '../../policy/condition.ts';
import { evaluatePolicy } from '../../policy/evaluate-policy.ts';
import type { PolicyDocument } from '../../policy/policy-document.ts';
import type { Principal } from '../../policy/statement-match.ts';

/** Whether a bucket's policy lets a service, or an identity of it, do something. Blocking public access keeps neither out (S3W-021, S3W-040). */
export function allowsOrigin(
  accountId: string,
  policy: PolicyDocument | undefined,
  request: { readonly action: string; readonly resource: string; readonly keys: ConditionKeys },
  caller: Exclude<OriginCaller, { readonly kind: 'anonymous' }>,
): boolean {
  if (policy === undefined) return false;
  const decisions = new Set(
    principalsOf(caller).map(
      (principal) =>
        evaluatePolicy(policy, { ...request, principal, keys: (key) => callerKey(accountId, caller, key) ?? request.keys(key) }).decision,
    ),
  );
  return decisions.has('allow') && !decisions.has('explicit-deny');
}

function principalsOf(caller: Exclude<OriginCaller, { readonly kind: 'anonymous' }>): readonly Principal[] {
  if (caller.kind === 'service') return [{ kind: 'Service', name: caller.service }];
  return [
    { kind: 'AWS', name: caller.arn },
    { kind: 'CanonicalUser', name: caller.canonicalUser },
  ];
}

function callerKey(accountId: string, caller: OriginCaller, key: string): readonly string[] | undefined {
  if (caller.kind !== 'service') return key === 'aws:sourcearn' || key === 'aws:sourceaccount' ? [] : undefined;
  switch (key) {
    case 'aws:sourcearn':
      return [caller.sourceArn];
    case 'aws:sourceaccount':
      return [accountId];
    case 'aws:principalisawsservice':
      return ['true'];
    case 'aws:principalservicename':
      return [caller.service];
    case 'aws:principalservicenameslist':
      return [caller.service];
    default:
      return undefined;
  }
}
