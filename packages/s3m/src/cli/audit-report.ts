import type { Engine } from '../engine/engine.ts';

/** What `--iam audit` found, for its end: the least that each role lacks. */
export function auditReport({ account }: Engine): string | undefined {
  if (account.access.mode !== 'audit') return undefined;
  const roles = Object.entries(account.access.leastPolicies());
  if (roles.length === 0) return 'iam audit: nothing would have been denied for want of a policy';
  const parts = roles.map(([role, policy]) => `${role} lacks:\n${JSON.stringify(policy, null, 2)}`);
  return `iam audit: with these policies added nothing would have been denied\n\n${parts.join('\n\n')}\n`;
}
