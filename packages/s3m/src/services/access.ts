import type { Need } from '../capabilities/access-control.ts';
import type { CredentialsOwner } from '../capabilities/credentials.ts';
import { evaluateAccess, type AccessDecision, type NamedPolicy } from '../policy/evaluate-access.ts';
import { parsePolicy } from '../policy/parse-policy.ts';
import type { Account } from './account.ts';
import { statementFor, type Denial } from './access-log.ts';
import { callerKeys } from './caller-keys.ts';

/** What an administrator's decision names as its ground. */
const everything: NamedPolicy = {
  name: 'arn:aws:iam::aws:policy/AdministratorAccess',
  document: parsePolicy({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }),
};

/** Decides whether `caller` may do something, by all policies that are about it, as they are at this moment. */
export function decideAccess(account: Account, caller: CredentialsOwner, need: Need): AccessDecision {
  const { session } = caller;
  const role = session === undefined ? undefined : account.directory.find('role', session.roleArn);
  return evaluateAccess(
    {
      identity: caller.administrator === true ? [everything] : (role?.policies ?? []),
      boundary: role?.boundary,
      session: session?.policies ?? [],
      resource: need.resourcePolicy,
      endpoint: caller.passage?.policy,
      crossAccount: caller.accountId !== account.id,
    },
    {
      action: need.action,
      resource: need.resource,
      principal: {
        kind: 'AWS',
        name: caller.arn,
        account: caller.accountId,
        ...(session === undefined ? {} : { role: session.roleArn }),
      },
      keys: callerKeys(account, caller, need.keys),
    },
  );
}

/** What a caller hears that may not do something, in AWS's words; undefined when it may, or when that is only told (`--iam audit`). */
export function refuseAccess(account: Account, caller: CredentialsOwner, need: Need): Denial | undefined {
  const decision = decideAccess(account, caller, need);
  if (decision.allowed) return undefined;
  const denial = describeDenial(account, caller, need, decision);
  if (account.access.add(denial)) {
    const verb = account.access.mode === 'audit' ? 'Would be denied' : 'Denied';
    account.emit({ event: 'notice', message: `${verb}: ${denial.message}. ${denial.why}` });
  }
  return account.access.mode === 'audit' ? undefined : denial;
}

/** Lets those who know only the directory ask. */
export function provideAccessControl(account: Account): void {
  account.directory.provide('accessControl', account.id, { refuse: (caller, need) => refuseAccess(account, caller, need) });
}

function describeDenial(
  account: Account,
  caller: CredentialsOwner,
  { action, resource, shownAs = resource, grantAs = resource, accessKeyId }: Need,
  decision: Extract<AccessDecision, { readonly allowed: false }>,
): Denial {
  const { session } = caller;
  return {
    time: account.clock.now(),
    principal: caller.arn,
    ...(session === undefined ? {} : { roleArn: session.roleArn }),
    action,
    resource: grantAs,
    message: accessDeniedText(caller.arn, action, shownAs, decision),
    ...(grantAs === resource ? {} : { sameAs: accessDeniedText(caller.arn, action, grantAs, decision) }),
    explicit: decision.explicit,
    ...(decision.explicit
      ? {
          policyStatement: decision.by.statement.source,
          why: `Statement ${nameOf(decision.by.statement)} of ${decision.by.policy} forbids it`,
        }
      : { missing: statementFor([action], grantAs), why: explainMissing(account, caller, action, grantAs, decision) }),
    ...(accessKeyId === undefined ? {} : { accessKeyId }),
  };
}

function nameOf({ sid, index }: { readonly sid?: string; readonly index: number }): string {
  return sid === undefined ? String(index) : `"${sid}"`;
}

function explainMissing(
  account: Account,
  { session }: CredentialsOwner,
  action: string,
  resource: string,
  { kind, nearMiss }: Extract<AccessDecision, { readonly explicit: false }>,
): string {
  const wanted = JSON.stringify(statementFor([action], resource));
  if (session !== undefined && account.directory.find('role', session.roleArn) === undefined)
    return `Role ${session.roleArn} is not of the template, so what it allows is not known here; --iam audit lets it pass`;
  const near = nearMiss === undefined ? '' : `${nearMiss.why}. `;
  return `${near}Missing in its ${kind}: ${wanted}`;
}

/** IAM-030 to IAM-032 */
function accessDeniedText(
  principal: string,
  action: string,
  resource: string,
  decision: Extract<AccessDecision, { readonly allowed: false }>,
): string {
  const article = decision.kind === 'identity-based policy' ? 'an' : 'a';
  const reason = decision.explicit
    ? `with an explicit deny in ${article} ${decision.kind}`
    : `because no ${decision.kind} allows the ${action} action`;
  return `User: ${principal} is not authorized to perform: ${action} on resource: ${resource} ${reason}`;
}
