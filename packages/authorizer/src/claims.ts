import { Unauthorized } from './unauthorized.ts';

/** Claims of a token that has been verified: signature, issuer, audience, times and subject are good. */
export interface Claims extends Readonly<Record<string, unknown>> {
  readonly iss: string;
  /** Who calls: 1 to 255 printable ASCII characters. */
  readonly sub: string;
  /** Seconds since 1970. */
  readonly exp: number;
}

export interface ClaimRules {
  readonly issuer: string;
  readonly audience: string;
  /** Where the audience stands: `client_id` in access tokens of Amazon Cognito (OIDC-004). */
  readonly audienceClaim: 'aud' | 'client_id';
  readonly tokenUse: 'access' | 'id';
  /** Seconds by which the issuer's clock may differ from ours. */
  readonly clockSkew: number;
}

/** A token that is good for longer was made by mistake, or to never end. */
const longestLife = 10 * 366 * 24 * 60 * 60;
/** OpenID Connect Core, section 2: at most 255 ASCII characters. Control characters would end up in headers and logs (T32). */
const subject = /^[!-~](?:[ -~]{0,253}[!-~])?$/;
/** What only ID tokens carry (OpenID Connect Core, sections 2 and 3.1.3.6). */
const idTokenClaims = ['nonce', 'at_hash', 'c_hash'];

/** T15. `now` is in seconds. @throws Unauthorized */
export function checkClaims(payload: Readonly<Record<string, unknown>>, rules: ClaimRules, now: number): Claims {
  const { iss, sub, exp } = payload;
  if (iss !== rules.issuer) throw new Unauthorized('issuer is another');
  checkAudience(payload, rules);
  checkUse(payload, rules);
  if (!isTime(exp)) throw new Unauthorized('expiry missing or not a time');
  if (exp <= now - rules.clockSkew) throw new Unauthorized('expired');
  if (exp > now + longestLife) throw new Unauthorized('expiry too far away');
  checkStart('nbf', payload['nbf'], now + rules.clockSkew);
  checkStart('iat', payload['iat'], now + rules.clockSkew);
  if (typeof sub !== 'string' || !subject.test(sub)) throw new Unauthorized('subject missing or not 1 to 255 printable ASCII characters');
  return { ...payload, iss: rules.issuer, sub, exp };
}

/** An array that names us among others is good (RFC 7519, section 4.1.3). */
function checkAudience(payload: Readonly<Record<string, unknown>>, rules: ClaimRules): void {
  const value = payload[rules.audienceClaim];
  const named = rules.audienceClaim === 'aud' && Array.isArray(value) ? value : [value];
  if (!named.includes(rules.audience)) throw new Unauthorized('audience is another');
}

/** An ID token tells a client who logged in; it is no permission to call an API. */
function checkUse(payload: Readonly<Record<string, unknown>>, rules: ClaimRules): void {
  const use = payload['token_use'];
  if (use !== undefined && use !== rules.tokenUse) throw new Unauthorized('token is for another use');
  // OIDC-004: only an access token of Cognito has its audience there.
  if (rules.audienceClaim === 'client_id' && use !== 'access') throw new Unauthorized('token is for another use');
  if (rules.tokenUse === 'access' && idTokenClaims.some((name) => name in payload)) throw new Unauthorized('ID token used as access token');
}

function checkStart(name: string, value: unknown, latest: number): void {
  if (value === undefined) return;
  if (!isTime(value)) throw new Unauthorized(`${name} is not a time`);
  if (value > latest) throw new Unauthorized(`${name} is in the future`);
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
