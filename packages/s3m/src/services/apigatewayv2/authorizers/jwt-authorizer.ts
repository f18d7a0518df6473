import { IssuerKeys, IssuerUnreachable, type FetchDocument } from '../../../gateway/issuer-keys.ts';
import { maskIdentity } from '../../../gateway/mask-identity.ts';
import { ResultCache } from '../../../gateway/result-cache.ts';
import { InvalidToken, verifyJwt } from '../../../gateway/verify-jwt.ts';
import type { Clock } from '../../../clock/clock.ts';
import { forbidden, Refused, unauthorized } from '../failures.ts';
import type { HttpApiRequest } from '../request/http-api-request.ts';
import type { JwtDefinition } from './authorizer-definition.ts';
import { claimsAsText } from './claim-text.ts';
import { compileIdentitySource, type IdentitySource } from './identity-source.ts';
import type { Authorizer } from './authorizer.ts';

/** What is known of a token whose signature and claims have been verified. */
interface Verified {
  readonly claims: Readonly<Record<string, string>>;
  readonly scopes: readonly string[];
  /** Of the keys that it was verified by. */
  readonly generation: number;
  /** Masked. */
  readonly identity: string;
}

/** Verifies tokens by the keys of their issuer (AG-562 to AG-567). What cannot be verified is 401, whatever the reason. */
export class JwtAuthorizer implements Authorizer {
  readonly definition: JwtDefinition;
  readonly #source: IdentitySource;
  readonly #keys: IssuerKeys;
  readonly #clock: Clock;
  /** So that a token's signature is verified once; an entry ends with the token. */
  readonly #verified = new ResultCache<Verified>();

  constructor(definition: JwtDefinition, clock: Clock, fetch?: FetchDocument) {
    this.definition = definition;
    this.#source = compileIdentitySource(definition.identitySource)!;
    this.#keys = new IssuerKeys(definition.issuer, clock, fetch);
    this.#clock = clock;
  }

  async authorize(request: HttpApiRequest, scopes: readonly string[]): Promise<Refused | undefined> {
    const { name } = this.definition;
    const found = this.#source(request);
    if ('problem' in found) {
      request.trace.authorizer = { kind: 'jwt', name, identity: '', cache: 'none' };
      return new Refused(unauthorized, found.problem, ['www-authenticate', 'Bearer']); // AG-564
    }
    const token = found.value.startsWith('Bearer ') ? found.value.slice('Bearer '.length) : found.value; // AG-562
    const began = this.#clock.monotonic();
    let verified: Verified;
    const kept = this.#find(token);
    try {
      verified = kept ?? (await this.#verify(token));
    } catch (error) {
      if (!(error instanceof InvalidToken || error instanceof IssuerUnreachable)) throw error;
      request.trace.authorizer = {
        kind: 'jwt',
        name,
        identity: maskIdentity(found.value),
        cache: 'none',
        durationMs: this.#clock.monotonic() - began,
      };
      return new Refused(unauthorized, whyOf(error), ['www-authenticate', challenge('invalid_token', error.message)]);
    } finally {
      request.trace.timings['authorizer'] = this.#clock.monotonic() - began;
    }
    const { claims, identity } = verified;
    request.trace.authorizer = {
      kind: 'jwt',
      name,
      identity,
      cache: kept === undefined ? 'miss' : 'hit',
      durationMs: this.#clock.monotonic() - began,
      result: { claims },
    };
    if (scopes.length > 0 && !scopes.some((scope) => verified.scopes.includes(scope))) {
      const why = `The token has the scopes ${verified.scopes.join(', ') || '(none)'}; one of ${scopes.join(', ')} is wanted`;
      const header = challenge('insufficient_scope', 'the token does not have a valid scope', scopes.join(' '));
      return new Refused(forbidden, why, ['www-authenticate', header]); // AG-565
    }
    request.caller = { kind: 'jwt', claims, scopes: scopes.length === 0 ? null : verified.scopes };
    return undefined;
  }

  #find(token: string): Verified | undefined {
    const verified = this.#keys.fresh ? this.#verified.find(token, this.#clock.now()) : undefined;
    return verified?.generation === this.#keys.generation ? verified : undefined;
  }

  async #verify(token: string): Promise<Verified> {
    const claims = await verifyJwt(token, this.definition, this.#keys, this.#clock.now());
    const verified: Verified = {
      claims: claimsAsText(claims),
      scopes: scopesOf(claims['scope'] ?? claims['scp']),
      generation: this.#keys.generation,
      identity: maskIdentity(`Bearer ${token}`),
    };
    this.#verified.keep(token, verified, claims.exp! * 1000, token.length);
    return verified;
  }
}

/** AG-563: a list, or names with blanks between. */
function scopesOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split(' ').filter((scope) => scope !== '');
  return Array.isArray(value) ? value.filter((scope) => typeof scope === 'string') : [];
}

/** AG-564 */
function challenge(error: string, description: string, scope = ''): string {
  const safe = description.replaceAll(/["\\]|[^\x20-\x7e]/g, '');
  return `Bearer scope="${scope}" error="${error}" error_description="${safe}"`;
}

function whyOf(error: Error): string {
  const { cause } = error;
  return cause instanceof Error ? `${error.message}: ${cause.message}` : error.message;
}
