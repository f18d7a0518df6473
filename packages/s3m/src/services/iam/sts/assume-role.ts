import type { CredentialsOwner } from '../../../capabilities/credentials.ts';
import type { AttachedPolicy, Role } from '../../../capabilities/role.ts';
import type { ConditionKeys } from '../../../policy/condition.ts';
import { evaluatePolicy } from '../../../policy/evaluate-policy.ts';
import { howNamed, type Principal } from '../../../policy/statement-match.ts';
import { refuseAccess } from '../../access.ts';
import type { Account, AwsCall } from '../../account.ts';
import { callerKeys } from '../../caller-keys.ts';
import { ResourceFailure } from '../../resource-type.ts';
import { openRoleSession } from '../../role-session.ts';
import { findManagedPolicy, readPolicy } from '../read-policy.ts';
import type { StsAction } from './serve-sts.ts';
import { accessDenied, invalid, StsError } from './sts-error.ts';
import { credentialElements, readDuration } from './temporary-credentials.ts';

const action = 'sts:AssumeRole';
const longestSeconds = 43_200;
const chainedSeconds = 3600;
/** Parameters that would change who the session is, or what it may. */
const unsupported = [
  'SerialNumber',
  'TokenCode',
  'SourceIdentity',
  'Tags.member.1.Key',
  'TransitiveTagKeys.member.1',
  'ProvidedContexts.member.1.ContextAssertion',
];

/** A session of a role of the template for whoever its trust policy lets assume it (STS API Reference, AssumeRole). */
export const assumeRole: StsAction = (account, call, input) => {
  const roleArn = input.get('RoleArn') ?? undefined;
  if (roleArn === undefined || roleArn.length < 20)
    throw invalid('roleArn', roleArn, roleArn === undefined ? 'not be null' : 'have length greater than or equal to 20');
  const sessionName = readSessionName(input);
  const seconds = readDuration(input, 3600, longestSeconds);
  const present = unsupported.find((name) => input.has(name));
  if (present !== undefined) throw new StsError(501, 'UnsupportedOperation', `AssumeRole is served here without ${present.split('.')[0]}`);
  const policies = readSessionPolicies(account, input);
  const role = account.directory.find('role', roleArn);
  checkTrust(account, call, role, roleArn, input.get('ExternalId') ?? undefined);
  if (role === undefined) throw accessDenied(deniedText(call.caller, roleArn, missingTrust));
  if (call.caller.session !== undefined && seconds > chainedSeconds)
    throw new StsError(
      400,
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
  if (seconds > role.maxSessionSeconds)
    throw new StsError(400, 'ValidationError', 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  const credentials = openRoleSession(account, role, { sessionName, durationMs: seconds * 1000, policies });
  return {
    Credentials: credentialElements(credentials),
    AssumedRoleUser: { AssumedRoleId: credentials.owner.userId, Arn: credentials.owner.arn },
  };
};

function readSessionName(input: URLSearchParams): string {
  const name = input.get('RoleSessionName') ?? undefined;
  if (name === undefined) throw invalid('roleSessionName', name, 'not be null');
  if (name.length < 2) throw invalid('roleSessionName', name, 'have length greater than or equal to 2');
  if (name.length > 64) throw invalid('roleSessionName', name, 'have length less than or equal to 64');
  if (!/^[\w+=,.@-]*$/.test(name)) throw invalid('roleSessionName', name, String.raw`satisfy regular expression pattern: [\w+=,.@-]*`);
  return name;
}

/** IAM-004, IAM-024 */
function readSessionPolicies(account: Account, input: URLSearchParams): readonly AttachedPolicy[] {
  const inline = input.get('Policy');
  const arns = [...input].filter(([name]) => /^PolicyArns\.member\.\d+\.arn$/.test(name)).map(([, arn]) => arn);
  try {
    return [
      ...(inline === null ? [] : [{ name: 'Policy', document: readPolicy(inline, 'Policy') }]),
      ...arns.map((arn) => findManagedPolicy(account, arn, 'PolicyArns')),
    ];
  } catch (error) {
    if (error instanceof ResourceFailure) throw new StsError(400, 'MalformedPolicyDocument', error.message);
    throw error;
  }
}

/**
 * The trust policy has to allow it, whatever the caller's own policies say (IAM-002, IAM-007); where it names only the account, they have to
 * allow it too. @throws StsError
 */
function checkTrust(
  account: Account,
  { caller, accessKeyId }: AwsCall,
  role: Role | undefined,
  roleArn: string,
  externalId: string | undefined,
): void {
  if (role === undefined) return;
  const keys = callerKeys(account, caller, ownKeys(externalId));
  const { session } = caller;
  const principal: Principal = {
    kind: 'AWS',
    name: caller.arn,
    account: caller.accountId,
    ...(session === undefined ? {} : { role: session.roleArn }),
  };
  const request = { action, resource: roleArn, principal, keys };
  const { decision } = evaluatePolicy(role.trust, request);
  if (decision === 'explicit-deny') throw accessDenied(deniedText(caller, roleArn, 'with an explicit deny in the role trust policy'));
  if (decision !== 'allow') throw accessDenied(deniedText(caller, roleArn, missingTrust));
  const direct = role.trust.statements.some(
    (statement) =>
      statement.effect === 'Allow' &&
      howNamed(statement.principal, principal) !== 'account' &&
      evaluatePolicy({ version: role.trust.version, statements: [statement] }, request).decision === 'allow',
  );
  const resourcePolicy = direct ? { name: roleArn, document: role.trust } : undefined;
  const denial = refuseAccess(account, caller, { action, resource: roleArn, keys: ownKeys(externalId), resourcePolicy, accessKeyId });
  if (denial !== undefined) throw accessDenied(denial.message);
}

function ownKeys(externalId: string | undefined): ConditionKeys {
  return (key) => (key === 'sts:externalid' ? (externalId === undefined ? [] : [externalId]) : undefined);
}

const missingTrust = `because no role trust policy allows the ${action} action`;

/** IAM-030, IAM-032 */
function deniedText({ arn }: CredentialsOwner, roleArn: string, reason: string): string {
  return `User: ${arn} is not authorized to perform: ${action} on resource: ${roleArn} ${reason}`;
}
