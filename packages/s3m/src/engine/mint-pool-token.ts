import type { Directory } from '../capabilities/directory.ts';
import type { UserPool, UserPoolClient } from '../capabilities/user-pool.ts';
import type { MintedToken, TokenRequest } from './mint-token.ts';
import { userFailure } from './problem.ts';

/** Whose token of a user pool is wanted, and which. */
export interface PoolTokenRequest {
  /** Logical id, id or ARN. */
  readonly pool: string;
  /** Logical id or id of the client; the pool's only one when absent. */
  readonly client?: string;
  /** An access token instead of an ID token; with these scopes, or with the client's own. */
  readonly access?: { readonly scopes?: readonly string[] };
  readonly groups?: readonly string[];
}

/** A token of a user pool of the running system. @throws EngineFailure */
export async function mintPoolToken(directory: Directory, wanted: PoolTokenRequest, request: TokenRequest): Promise<MintedToken> {
  const pool = findPool(directory, wanted.pool);
  const client = findClient(pool, wanted.client);
  const username = request.user ?? 'local-user';
  const { idToken, accessToken } = await pool.issueTokens({
    username,
    client: client.id,
    scopes: wanted.access?.scopes ?? client.scopes,
    groups: wanted.groups ?? [],
    claims: request.claims ?? {},
    expired: request.expired === true,
    ...(request.lifetimeSeconds === undefined ? {} : { lifetimeSeconds: request.lifetimeSeconds }),
  });
  return { token: wanted.access === undefined ? idToken : accessToken, subject: username, roles: [], notices: [] };
}

function findPool(directory: Directory, name: string): UserPool {
  const pools = directory.list('userPool').map(([, pool]) => pool);
  const found = pools.find((pool) => [pool.logicalId, pool.id, pool.arn].includes(name));
  if (found !== undefined) return found;
  const known = pools.map(({ logicalId, id }) => `${logicalId} (${id})`).join(', ') || 'none';
  throw userFailure('NoSuchUserPool', `This system has no user pool "${name}". There: ${known}`, 'Name one of these with --pool');
}

function findClient({ logicalId, clients }: UserPool, name: string | undefined): UserPoolClient {
  const known = clients.map((client) => `${client.logicalId} (${client.id})`).join(', ') || 'none';
  if (name === undefined) {
    if (clients.length === 1) return clients[0]!;
    throw userFailure('NoClient', `User pool ${logicalId} has ${clients.length} clients: ${known}`, 'Name one with --client');
  }
  const found = clients.find((client) => client.logicalId === name || client.id === name);
  if (found !== undefined) return found;
  throw userFailure('NoSuchClient', `User pool ${logicalId} has no client "${name}". There: ${known}`, 'Name one of these with --client');
}
