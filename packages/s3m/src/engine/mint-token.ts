import type { Item, RolesLayout, Table } from '../capabilities/table.ts';
import type { EngineAccount } from './engine-account.ts';
import { mintPoolToken, type PoolTokenRequest } from './mint-pool-token.ts';
import { userFailure } from './problem.ts';

/** Which token is wanted. Without `admin`, `user` or `role`: the first seeded subject that is no administrator. */
export interface TokenRequest {
  readonly admin?: boolean;
  /** A seeded subject. */
  readonly user?: string;
  /** Puts a throw-away subject with this role into the table. */
  readonly role?: string;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly expired?: boolean;
  /** Signs with this secret by HS256, as the article's hand-made token, instead of the issuer's key. */
  readonly hs256Secret?: string;
  readonly lifetimeSeconds?: number;
  /** A token of a user pool instead of the engine's own issuer. `admin`, `role` and `hs256Secret` play no part then. */
  readonly pool?: PoolTokenRequest;
}

export interface MintedToken {
  readonly token: string;
  readonly subject: string;
  readonly roles: readonly string[];
  /** Said to the user: a subject was put into the table, or the table holds no roles. */
  readonly notices: readonly string[];
}

/** A token for the running system. Roles come from the table, never from the token. @throws EngineFailure */
export async function mintToken(account: EngineAccount, request: TokenRequest): Promise<MintedToken> {
  if (request.pool !== undefined) return mintPoolToken(account.directory, request.pool, request);
  const notices: string[] = [];
  const { subject, roles } = await chooseSubject(account, request, notices);
  const common = {
    subject,
    audience: account.audience,
    ...(request.claims === undefined ? {} : { claims: request.claims }),
    ...(request.expired === undefined ? {} : { expired: request.expired }),
    ...(request.lifetimeSeconds === undefined ? {} : { lifetimeSeconds: request.lifetimeSeconds }),
  };
  const token =
    request.hs256Secret === undefined
      ? await account.issuer.token(common)
      : await account.issuer.hs256Token({ ...common, secret: request.hs256Secret });
  return { token, subject, roles, notices };
}

async function chooseSubject(
  account: EngineAccount,
  request: TokenRequest,
  notices: string[],
): Promise<{ subject: string; roles: readonly string[] }> {
  const table = rolesTable(account);
  if (table === undefined) {
    if (request.admin === true || request.role !== undefined) {
      throw userFailure(
        'NoRolesTable',
        'No table of this system is said to hold roles',
        'Name it in the table\'s Metadata: S3M: {roles: {subject: "subject", roles: "roles"}}, or choose the subject yourself: s3m token --user NAME',
      );
    }
    return { subject: request.user ?? 'local-user', roles: [] };
  }
  const layout = table.roles!;
  if (request.role !== undefined) {
    const subject = request.user ?? `local-${request.role.replaceAll(/[^A-Za-z0-9_.-]/g, '-')}`;
    await table.put({ [layout.subject]: { S: subject }, [layout.roles]: { SS: [request.role] } });
    notices.push(`Put the throw-away subject "${subject}" with the role "${request.role}" into ${table.name}`);
    return { subject, roles: [request.role] };
  }
  const subjects = (await table.scan()).map((item) => readSubject(item, layout)).filter((subject) => subject !== undefined);
  const chosen = pick(subjects, request);
  if (chosen !== undefined) return chosen;
  const known = subjects.map(({ subject, roles }) => `${subject} (${roles.join(', ')})`).join(', ') || 'nobody';
  if (request.user !== undefined) {
    notices.push(`"${request.user}" is not in ${table.name}, so it has no roles. There: ${known}`);
    return { subject: request.user, roles: [] };
  }
  throw userFailure(
    'NoSuchSubject',
    `${table.name} has no ${request.admin === true ? 'administrator' : 'ordinary user'}. It holds: ${known}`,
    'Seed the table in its Metadata (S3M: {seed: [...]}), or use: s3m token --role ROLE',
  );
}

interface Subject {
  readonly subject: string;
  readonly roles: readonly string[];
}

function pick(subjects: readonly Subject[], request: TokenRequest): Subject | undefined {
  if (request.user !== undefined) return subjects.find(({ subject }) => subject === request.user);
  return subjects.find(({ roles }) => roles.some(isAdministrator) === (request.admin === true));
}

function isAdministrator(role: string): boolean {
  return role.toLowerCase().startsWith('admin');
}

function rolesTable(account: EngineAccount): Table | undefined {
  return account.directory.list('table').find(([, table]) => table.roles !== undefined)?.[1];
}

function readSubject(item: Item, layout: RolesLayout): Subject | undefined {
  const subject = item[layout.subject]?.['S'];
  const roles = item[layout.roles];
  if (typeof subject !== 'string') return undefined;
  const list = roles?.['SS'] ?? roles?.['L'] ?? [];
  if (!Array.isArray(list)) return { subject, roles: [] };
  return {
    subject,
    roles: list.map((role: unknown) => (typeof role === 'object' && role !== null && 'S' in role ? String(role.S) : String(role))),
  };
}
