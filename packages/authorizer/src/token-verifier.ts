import { compactVerify, type CryptoKey } from 'jose';
import { checkClaims, type ClaimRules, type Claims } from './claims.ts';
import { parseBearerToken } from './compact-token.ts';
import type { KeySet } from './key-set.ts';
import { Unauthorized } from './unauthorized.ts';

export interface VerifierRules extends ClaimRules {
  readonly keys: KeySet;
  /** Present when tokens signed with a shared secret are asked for. */
  readonly sharedSecret?: Uint8Array;
}

/** A key, or a place to find one, that comes with the token (T13); extensions that change what the signature means (T17). */
const refusedHeaders = ['jku', 'jwk', 'x5u', 'x5c', 'crit', 'b64', 'zip', 'cty'];
/** RFC 9068 and RFC 7519; a token of another kind isn't meant for an API. */
const tokenTypes = new Set(['jwt', 'at+jwt', 'application/at+jwt']);

/**
 * The claims of the token in an Authorization header, in the order of OIDC-007: structure, signature, claims. `now` is in seconds.
 * @throws Unauthorized for whatever is wrong with the token, another Error when it can't be told
 */
export async function verifyToken(authorization: string | undefined, rules: VerifierRules, now: number): Promise<Claims> {
  const token = parseBearerToken(authorization);
  const algorithm = checkHeader(token.header);
  const key = await findKey(algorithm, token.header['kid'], rules);
  try {
    await compactVerify(token.text, key, { algorithms: [algorithm] });
  } catch {
    throw new Unauthorized('signature is wrong');
  }
  return checkClaims(token.payload, rules, now);
}

function checkHeader(header: Readonly<Record<string, unknown>>): string {
  const refused = refusedHeaders.find((name) => name in header);
  if (refused !== undefined) throw new Unauthorized(`header has ${refused}`);
  const { typ, alg } = header;
  if (typ !== undefined && !(typeof typ === 'string' && tokenTypes.has(typ.toLowerCase())))
    throw new Unauthorized('token is of another type');
  if (typeof alg !== 'string') throw new Unauthorized('no algorithm');
  return alg;
}

/** The algorithm chooses among keys that are configured; a shared secret is never tried for another one, a public key never as a secret (T12). */
function findKey(algorithm: string, keyId: unknown, rules: VerifierRules): Promise<CryptoKey | Uint8Array> {
  switch (algorithm) {
    case 'RS256':
    case 'ES256':
    case 'EdDSA':
      if (typeof keyId !== 'string' || keyId === '') throw new Unauthorized('no key id');
      return rules.keys.find(keyId, algorithm);
    case 'HS256':
      if (rules.sharedSecret === undefined) throw new Unauthorized('algorithm is not allowed');
      return Promise.resolve(rules.sharedSecret);
    default:
      throw new Unauthorized('algorithm is not allowed');
  }
}
