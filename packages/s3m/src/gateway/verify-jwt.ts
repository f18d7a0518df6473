import type { JWTPayload } from 'jose';
import type { IssuerKeys } from './issuer-keys.ts';

/** Why a token is not accepted. `message` is what `error_description` says (AG-564, AG-953). */
export class InvalidToken extends Error {}

/** Algorithms of RSA keys (AG-563). */
const algorithms: ReadonlySet<string> = new Set(['RS256', 'RS384', 'RS512']);

/** What a token has to be. */
export interface TokenRules {
  readonly issuer: string;
  /** `aud`, or `client_id` where there is no `aud`, is one of these. */
  readonly audience: readonly string[];
}

/**
 * Verifies a token in compact form by its issuer's keys: algorithm, key id, signature, `iss`, `aud` or `client_id`, `exp`, `nbf`, `iat`
 * (AG-563). Answers its claims.
 * @param now milliseconds since the epoch
 * @throws InvalidToken; IssuerUnreachable when there are no keys to verify by
 */
export async function verifyJwt(token: string, { issuer, audience }: TokenRules, keys: IssuerKeys, now: number): Promise<JWTPayload> {
  if (/^bearer /i.test(token)) throw new InvalidToken("tokenstring should not contain 'bearer '");
  if (token.split('.').length !== 3) throw new InvalidToken('token contains an invalid number of segments');
  const { compactVerify, decodeProtectedHeader, errors } = await import('jose');
  const { alg, kid } = decodeHeader(token, decodeProtectedHeader);
  if (typeof alg !== 'string' || !algorithms.has(alg)) throw new InvalidToken(`signing method ${String(alg)} is invalid`);
  const key = typeof kid === 'string' ? await keys.find(kid) : undefined;
  if (key === undefined) throw new InvalidToken('unable to find the key that signed the token');
  let payload: Uint8Array;
  try {
    ({ payload } = await compactVerify(token, key, { algorithms: [alg] }));
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) throw new InvalidToken('crypto/rsa: verification error');
    throw new InvalidToken('the token is malformed', { cause: error });
  }
  const claims = parseClaims(payload);
  checkClaims(claims, { issuer, audience }, now / 1000);
  return claims;
}

function decodeHeader(token: string, decode: (token: string) => { alg?: unknown; kid?: unknown }): { alg?: unknown; kid?: unknown } {
  try {
    return decode(token);
  } catch (error) {
    throw new InvalidToken('the token is malformed', { cause: error });
  }
}

function parseClaims(payload: Uint8Array): JWTPayload {
  try {
    const claims = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)) as unknown;
    if (typeof claims === 'object' && claims !== null && !Array.isArray(claims)) return claims as JWTPayload;
  } catch (error) {
    throw new InvalidToken('the token is malformed', { cause: error });
  }
  throw new InvalidToken('the token is malformed');
}

/** @param now seconds */
function checkClaims({ iss, aud, client_id: clientId, exp, nbf, iat }: JWTPayload, { issuer, audience }: TokenRules, now: number): void {
  if (iss !== issuer) throw new InvalidToken('the token does not have a valid issuer');
  const audiences = aud === undefined ? [clientId] : [aud].flat();
  if (!audiences.some((one) => typeof one === 'string' && audience.includes(one)))
    throw new InvalidToken('the token does not have a valid audience');
  if (typeof exp !== 'number' || exp <= now) throw new InvalidToken('the token has expired');
  if (nbf !== undefined && (typeof nbf !== 'number' || nbf > now)) throw new InvalidToken('the token is not valid yet');
  if (iat !== undefined && (typeof iat !== 'number' || iat > now)) throw new InvalidToken('the token was issued in the future');
}
