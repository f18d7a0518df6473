import { evaluatePolicy, type PolicyDecision } from '../../../policy/evaluate-policy.ts';
import { conditionKeys } from '../condition-keys.ts';
import { Refused } from '../failures.ts';
import type { Passage } from '../passage.ts';
import { methodArnOf } from './method-arn.ts';
import { deniedByEndpoint } from './policy-denial.ts';
import { principalOf } from './resource-policy.ts';

/** What the policy of the VPC endpoint says that a request to a private API came by: a gate of its own, before the API's (IAM-025). */
export function refuseByEndpoint(passage: Passage): Refused | undefined {
  const { request } = passage;
  const { endpoint } = request.arrival;
  if (endpoint?.policy === undefined) return undefined;
  const decision = evaluatePolicy(endpoint.policy, {
    action: 'execute-api:Invoke',
    resource: methodArnOf(passage),
    principal: principalOf(request),
    keys: conditionKeys(request),
  });
  if (decision.decision === 'allow') return undefined;
  const denies = decision.decision === 'explicit-deny';
  const why = denies
    ? `Statement ${decision.statement.index} of the policy of ${endpoint.id} denies`
    : (nearMissOf(decision) ?? `The policy of ${endpoint.id} has no Allow`);
  return new Refused(deniedByEndpoint(passage, denies), why);
}

function nearMissOf(decision: PolicyDecision): string | undefined {
  return decision.decision === 'implicit-deny' ? decision.nearMiss?.why : undefined;
}
