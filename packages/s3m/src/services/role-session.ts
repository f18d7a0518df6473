import { randomBytes, randomInt } from 'node:crypto';
import type { CredentialsOwner } from '../capabilities/credentials.ts';
import type { AttachedPolicy } from '../capabilities/role.ts';
import type { Account } from './account.ts';

/** Temporary credentials as they are handed out. */
export interface TemporaryCredentials {
  /** `ASIA...` */
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly owner: CredentialsOwner;
}

/** How long expired credentials are still known, so that their holder hears that they have expired. */
const rememberedMs = 3_600_000;

/** A role of the template, or one of which only the ARN is known. */
export interface AssumedRole {
  readonly arn: string;
  /** `AROA...` */
  readonly id: string;
}

/** The role that `arn` names. One that is not of the template has an id of no meaning, and no policies (`--iam enforce` lets it do nothing). */
export function roleOf(account: Account, arn: string): AssumedRole {
  return account.directory.find('role', arn) ?? { arn, id: 'AROAUNKNOWNUNKNOWN000' };
}

/** Opens a session of a role and makes its credentials known (IAM-008). */
export function openRoleSession(
  account: Account,
  role: AssumedRole,
  options: { readonly sessionName: string; readonly durationMs: number; readonly policies?: readonly AttachedPolicy[] },
): TemporaryCredentials {
  const { sessionName, durationMs, policies = [] } = options;
  return issueCredentials(account, durationMs, sessionOwner(account, role, sessionName, policies));
}

/** Who a service is that acts as a role, without credentials. */
export function openRoleOwner(account: Account, roleArn: string, sessionName: string): CredentialsOwner {
  return sessionOwner(account, roleOf(account, roleArn), sessionName, []);
}

function sessionOwner(account: Account, role: AssumedRole, sessionName: string, policies: readonly AttachedPolicy[]): CredentialsOwner {
  const [, partition = account.partition, accountId = account.id] = /^arn:([^:]+):iam::(\d{12}):/.exec(role.arn) ?? [];
  return {
    arn: `arn:${partition}:sts::${accountId}:assumed-role/${roleName(role.arn)}/${sessionName}`,
    accountId,
    userId: `${role.id}:${sessionName}`,
    session: { roleArn: role.arn, issuedAt: account.clock.now(), policies },
  };
}

/** Without its path: an assumed role's ARN does not have it. */
export function roleName(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

/** Makes temporary credentials of `owner`. */
export function issueCredentials(account: Account, durationMs: number, owner: CredentialsOwner): TemporaryCredentials {
  const now = account.clock.now();
  forgetExpired(account, now);
  const credentials: TemporaryCredentials = {
    accessKeyId: `ASIA${randomKeyId()}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(90).toString('base64'),
    expiresAt: now + durationMs,
    owner,
  };
  const { accessKeyId, ...known } = credentials;
  const forget = account.directory.provide('credentials', accessKeyId, known);
  issuedOf(account).push({ until: credentials.expiresAt + rememberedMs, forget });
  return credentials;
}

interface Issued {
  readonly until: number;
  readonly forget: () => void;
}

const issued = new WeakMap<Account, Issued[]>();

function issuedOf(account: Account): Issued[] {
  let list = issued.get(account);
  if (list === undefined) issued.set(account, (list = []));
  return list;
}

function forgetExpired(account: Account, now: number): void {
  const list = issuedOf(account);
  const kept = list.filter(({ until }) => until > now);
  for (const { until, forget } of list) if (until <= now) forget();
  list.splice(0, list.length, ...kept);
}

/** 16 characters of the alphabet that access key ids have. */
function randomKeyId(): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return Array.from({ length: 16 }, () => alphabet[randomInt(alphabet.length)]).join('');
}

/** As SDKs read them from the environment. */
export function credentialVariables({ accessKeyId, secretAccessKey, sessionToken }: TemporaryCredentials): Record<string, string> {
  return { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken };
}
