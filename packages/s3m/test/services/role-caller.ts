import type { CredentialsOwner } from '../../src/capabilities/credentials.ts';
import { parsePolicy } from '../../src/policy/parse-policy.ts';
import type { Account } from '../../src/services/account.ts';

/** Session `x` of a role with that name. */
export function roleCaller(name: string): CredentialsOwner {
  return {
    arn: `arn:aws:sts::000000000000:assumed-role/${name}/x`,
    accountId: '000000000000',
    userId: 'AROAX:x',
    session: { roleArn: `arn:aws:iam::000000000000:role/${name}`, issuedAt: 0, policies: [] },
  };
}

/** Makes the role with one policy of these statements. */
export function provideRole(account: Account, name: string, statements: readonly object[]): void {
  const arn = `arn:aws:iam::000000000000:role/${name}`;
  const document = parsePolicy({ Version: '2012-10-17', Statement: statements });
  account.directory.provide('role', arn, {
    arn,
    name,
    id: 'AROAX',
    maxSessionSeconds: 3600,
    trust: document,
    tags: {},
    policies: [{ name: 'own', document }],
    boundary: undefined,
    attach: () => () => {},
  });
}
