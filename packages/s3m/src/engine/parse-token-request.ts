import type { PoolTokenRequest } from './mint-pool-token.ts';
import type { TokenRequest } from './mint-token.ts';

/** Reads a token request as it comes over the control socket; what is of another kind than expected is left out. */
export function parseTokenRequest(argument: Readonly<Record<string, unknown>>): TokenRequest {
  const { admin, user, role, claims, expired, hs256Secret, lifetimeSeconds, pool } = argument;
  return {
    ...(typeof admin === 'boolean' ? { admin } : {}),
    ...(typeof user === 'string' ? { user } : {}),
    ...(typeof role === 'string' ? { role } : {}),
    ...(typeof claims === 'object' && claims !== null ? { claims: claims as Record<string, unknown> } : {}),
    ...(typeof expired === 'boolean' ? { expired } : {}),
    ...(typeof hs256Secret === 'string' ? { hs256Secret } : {}),
    ...(typeof pool === 'object' && pool !== null ? { pool: parsePool(pool as Readonly<Record<string, unknown>>) } : {}),
    ...(typeof lifetimeSeconds === 'number' ? { lifetimeSeconds } : {}),
  };
}

function parsePool({ pool, client, access, groups }: Readonly<Record<string, unknown>>): PoolTokenRequest {
  const { scopes } = (typeof access === 'object' && access !== null ? access : {}) as Readonly<Record<string, unknown>>;
  return {
    pool: String(pool),
    ...(typeof client === 'string' ? { client } : {}),
    ...(typeof access === 'object' && access !== null ? { access: Array.isArray(scopes) ? { scopes: scopes.map(String) } : {} } : {}),
    ...(Array.isArray(groups) ? { groups: groups.map(String) } : {}),
  };
}
