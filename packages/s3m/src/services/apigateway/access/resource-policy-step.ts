import { Refused } from '../failures.ts';
import type { Passage, Step } from '../passage.ts';
import { explicitlyDenied, implicitlyDenied } from './policy-denial.ts';

/** A Deny of the resource policy stops a call before the authorizer is asked (AG-169). Who signs is known only later. */
export const refuseDenied: Step = (passage) => {
  const policy = passage.snapshot!.policy;
  if (policy === undefined) return undefined;
  const { type } = passage.method!.authorization;
  if (type === 'AWS_IAM' || type === 'COGNITO_USER_POOLS') return undefined;
  passage.policyDecision = policy.decide(passage);
  return denial(passage);
};

/**
 * The resource policy's final say. With a Lambda authorizer or a signature one Allow on either side is enough (AG-169: the caller is of the
 * API's own account); without, and with a user pool, the policy itself must allow (AG-171, AG-172).
 */
export const decideAccess: Step = (passage) => {
  const policy = passage.snapshot!.policy;
  if (policy === undefined) return passage.unallowed;
  passage.policyDecision ??= policy.decide(passage);
  const denied = denial(passage);
  if (denied !== undefined || passage.policyDecision.decision === 'allow') return denied;
  const { type } = passage.method!.authorization;
  if (type === 'CUSTOM' || type === 'AWS_IAM') return passage.unallowed;
  const { nearMiss } = passage.policyDecision as { readonly nearMiss?: { readonly why: string } };
  return new Refused(implicitlyDenied(passage), nearMiss?.why ?? "The API's resource policy has no Allow");
};

function denial(passage: Passage): Refused | undefined {
  if (passage.policyDecision?.decision !== 'explicit-deny') return undefined;
  return new Refused(explicitlyDenied(passage), `Statement ${passage.policyDecision.statement.index} of the API's resource policy denies`);
}
