import { evaluatePolicy } from '../policy/evaluate-policy.ts';
import type { Account } from './account.ts';

/**
 * Whether the AWS service `principal` (`lambda.amazonaws.com`) may assume a role, by the role's trust policy (IAM-007). A role that is not of
 * the template may be assumed: nothing is known of its trust.
 */
export function serviceMayAssume(account: Account, roleArn: string, principal: string): boolean {
  const role = account.directory.find('role', roleArn);
  if (role === undefined) return true;
  const request = {
    action: 'sts:AssumeRole',
    resource: roleArn,
    principal: { kind: 'Service', name: principal },
    keys: (key: string) => serviceKeys(account, key),
  } as const;
  return evaluatePolicy(role.trust, request).decision === 'allow';
}

/** What a service says of itself: the account it acts for (IAM-023). The resource it acts for is not known here. */
function serviceKeys(account: Account, key: string): readonly string[] | undefined {
  if (key === 'aws:sourceaccount') return [account.id];
  if (key === 'aws:requestedregion') return [account.region];
  return undefined;
}
