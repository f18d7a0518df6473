import type { Need } from '../../capabilities/access-control.ts';
import type { InvokeRequest, InvokeResult } from '../../capabilities/invocable.ts';
import type { NamedPolicy } from '../../policy/evaluate-access.ts';
import { parsePolicy } from '../../policy/parse-policy.ts';
import { refuseAccess } from '../access.ts';
import type { Account } from '../account.ts';
import { openRoleOwner } from '../role-session.ts';
import { serviceMayAssume } from '../service-trust.ts';
import { accessDenied, notAllowed } from './refusals.ts';
import type { PolicyStatement, ResourcePolicy } from './resource-policy.ts';

type Refusal = Extract<InvokeResult, { readonly kind: 'refused' }>;

/** A role as which API Gateway calls. */
const role = /^arn:[^:]+:iam::\d{12}:role\//;

/**
 * Why an invocation is not allowed; undefined when it is. A service needs a statement of the function's policy (LMB-060); a role or a caller of
 * the account needs one there or in its own policies (IAM-002, LMB-065); each alias and version has a policy of its own (LMB-063).
 */
export function whyNotAllowed(
  account: Account,
  target: { readonly policy: ResourcePolicy; readonly arn: string },
  { invoker, qualifier }: Pick<InvokeRequest, 'invoker' | 'qualifier'>,
  invokedArn: string,
): Refusal | undefined {
  const own = qualifier === '$LATEST' ? undefined : qualifier;
  const { principal } = invoker;
  const asRole = invoker.caller === undefined && role.test(principal);
  const caller = asRole ? openRoleOwner(account, principal, 'BackplaneAssumeRoleSession') : invoker.caller;
  if (caller === undefined) {
    // The engine itself, in the name of somebody of the account.
    const ofAccount = principal.startsWith('arn:') && principal.split(':')[4] === account.id;
    return ofAccount || target.policy.allows(invoker, own) ? undefined : notAllowed(invoker, invokedArn);
  }
  if (asRole && !serviceMayAssume(account, principal, 'apigateway.amazonaws.com')) return notAllowed(invoker, invokedArn);
  const resourcePolicy = statementPolicy(target, own);
  const need: Need = { action: 'lambda:InvokeFunction', resource: invokedArn, resourcePolicy, accessKeyId: invoker.accessKeyId };
  const denial = refuseAccess(account, caller, need);
  return denial === undefined ? undefined : accessDenied(denial.message);
}

/** The policy of a function, or of one alias or version of it, for callers of the account. */
export function statementPolicy(
  target: { readonly policy: ResourcePolicy; readonly arn: string },
  qualifier: string | undefined,
): NamedPolicy {
  return toPolicy(
    target.policy.statements.filter((statement) => statement.qualifier === qualifier),
    target.arn,
  );
}

/** LMB-061: statements for services need not be there, as no service asks by this way. */
function toPolicy(statements: readonly PolicyStatement[], arn: string): NamedPolicy {
  const document = parsePolicy({
    Version: '2012-10-17',
    Statement: statements
      .filter(({ principal }) => !principal.includes('.amazonaws.com'))
      .map(({ sid, action, principal, sourceArn, sourceAccount }) => ({
        Sid: sid,
        Effect: 'Allow',
        Principal: principal === '*' ? '*' : { AWS: principal },
        Action: action,
        Resource: [arn, `${arn}:*`],
        Condition: {
          ...(sourceArn === undefined ? {} : { ArnLike: { 'AWS:SourceArn': sourceArn } }),
          ...(sourceAccount === undefined ? {} : { StringEquals: { 'AWS:SourceAccount': sourceAccount } }),
        },
      })),
  });
  return { name: arn, document };
}
