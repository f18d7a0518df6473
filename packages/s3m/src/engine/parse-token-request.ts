import type { TokenRequest } from './mint-token.ts';

/** Reads a token request as it comes over the control socket; what is of another kind than expected is left out. */
export function parseTokenRequest(argument: Readonly<Record<string, unknown>>): TokenRequest {
  const { admin, user, role, claims, expired, hs256Secret, lifetimeSeconds } = argument;
  return {
    ...(typeof admin === 'boolean' ? { admin } : {}),
    ...(typeof user === 'string' ? { user } : {}),
    ...(typeof role === 'string' ? { role } : {}),
    ...(typeof claims === 'object' && claims !== null ? { claims: claims as Record<string, unknown> } : {}),
    ...(typeof expired === 'boolean' ? { expired } : {}),
    ...(typeof hs256Secret === 'string' ? { hs256Secret } : {}),
    ...(typeof lifetimeSeconds === 'number' ? { lifetimeSeconds } : {}),
  };
}
