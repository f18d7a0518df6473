import { Refused } from '../failures.ts';
import type { Passage, Step } from '../passage.ts';
import { refuseByEndpoint } from './endpoint-policy.ts';
import { explicitlyDenied, implicitlyDenied } from './policy-denial.ts';

/** A Deny of the resource policy stops a call before the authorizer is asked (AG-169). Who signs is known only later. */
export const refuseDenied: Step = (passage) => {
  const { type } = passage.method!.authorization;
  const refused = type === 'AWS_IAM' ? undefined : refuseByEndpoint(passage);
  if (refused !== undefined) return refused;
  const policy = passage.snapshot!.policy;
  if (policy === undefined) return undefined;
  if (type === 'AWS_IAM' || type === 'COGNITO_USER_POOLS') return undefined;
  passage.policyDecision = policy.decide(passage);
  return denial(passage);
};

/**
 * The resource policy's final say. With a Lambda authorizer, or a signature of the API's own account, one Allow on either side is enough (AG-169);
 * without, with a user pool and for callers of other accounts the policy itself must allow (AG-170 to AG-172).
 */
export const decideAccess: Step = (passage) => {
  const refused = passage.method!.authorization.type === 'AWS_IAM' ? refuseByEndpoint(passage) : undefined;
  if (refused !== undefined) return refused;
  const policy = passage.snapshot!.policy;
  if (policy === undefined) return passage.unallowed ?? refuseForeign(passage);
  passage.policyDecision ??= policy.decide(passage);
  const denied = denial(passage);
  if (denied !== undefined || passage.policyDecision.decision === 'allow') return denied;
  const { type } = passage.method!.authorization;
  const { caller, api } = passage.request;
  const foreign = caller !== undefined && caller.accountId !== api.accountId; // AG-170
  if ((type === 'CUSTOM' || type === 'AWS_IAM') && !foreign) return passage.unallowed;
  const { nearMiss } = passage.policyDecision as { readonly nearMiss?: { readonly why: string } };
  return new Refused(implicitlyDenied(passage), nearMiss?.why ?? "The API's resource policy has no Allow");
};

/** Without a policy nothing lets in who is of another account (AG-170). */
function refuseForeign(passage: Passage): Refused | undefined {
  const { caller, api } = passage.request;
  if (caller === undefined || caller.accountId === api.accountId) return undefined;
  return new Refused(implicitlyDenied(passage), `The caller is of account ${caller.accountId}, and the API has no resource policy`);
}

function denial(passage: Passage): Refused | undefined {
  if (passage.policyDecision?.decision !== 'explicit-deny') return undefined;
  return new Refused(explicitlyDenied(passage), `Statement ${passage.policyDecision.statement.index} of the API's resource policy denies`);
}
