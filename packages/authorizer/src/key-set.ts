import { importJWK, type CryptoKey, type JWK } from 'jose';
import { parseSafeUrl, sendRequest } from './http-request.ts';
import { Unauthorized } from './unauthorized.ts';

/** Which key a signature algorithm takes (RFC 7518, section 3.1; RFC 8037): the token's header can't choose another kind (T12). */
const keyShapes: Readonly<Record<string, { readonly kty: string; readonly crv?: string }>> = {
  RS256: { kty: 'RSA' },
  ES256: { kty: 'EC', crv: 'P-256' },
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
};

export interface KeySetSource {
  readonly issuer: string;
  /** Where the keys are; without it the issuer's discovery document says it. */
  readonly jwksUri?: string;
}

/** Times of the cache in milliseconds. */
export const keySetTimes = {
  /** For so long keys are used without asking again. */
  fresh: 600_000,
  /** For so long keys are used while the issuer can't be reached; then every token is refused with 500. */
  kept: 3_600_000,
  /** However many unknown key ids come in, and however the issuer answers: one request in this time (T14). */
  coolDown: 30_000,
  /** The same as long as there are no keys at all, so that nobody waits long for an issuer that is back. */
  coolDownWithoutKeys: 2_000,
  /** For discovery and keys together. */
  timeout: 2_000,
} as const;

const longestDocument = 256 * 1024;

/** An issuer's public keys, fetched when they are needed and kept for the life of the function's instance. */
export class KeySet {
  readonly #source: KeySetSource;
  readonly #now: () => number;
  #keys: readonly JWK[] | undefined;
  #imported = new Map<JWK, Promise<CryptoKey | Uint8Array>>();
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #attemptedAt = Number.NEGATIVE_INFINITY;
  #failure: unknown;
  #pending: Promise<void> | undefined;

  constructor(source: KeySetSource, now: () => number) {
    this.#source = source;
    this.#now = now;
  }

  /** The key with exactly this id for this algorithm (T13). @throws Unauthorized when the issuer has none, another Error when its keys can't be read */
  async find(keyId: string, algorithm: string): Promise<CryptoKey | Uint8Array> {
    if (this.#now() - this.#fetchedAt > keySetTimes.fresh || this.#lookUp(keyId, algorithm) === undefined) await this.#refresh();
    if (this.#keys === undefined || this.#now() - this.#fetchedAt > keySetTimes.kept) {
      throw new Error(`The keys of issuer ${this.#source.issuer} can't be read: ${messageOf(this.#failure)}`, { cause: this.#failure });
    }
    const key = this.#lookUp(keyId, algorithm);
    if (key === undefined) throw new Unauthorized('issuer has no such key');
    let imported = this.#imported.get(key);
    if (imported === undefined) {
      imported = importJWK(key, algorithm);
      this.#imported.set(key, imported);
    }
    return imported;
  }

  #lookUp(keyId: string, algorithm: string): JWK | undefined {
    const shape = keyShapes[algorithm];
    return this.#keys?.find(
      (key) =>
        key.kid === keyId &&
        key.kty === shape?.kty &&
        key.crv === shape?.crv &&
        (key.alg === undefined || key.alg === algorithm) &&
        (key.use === undefined || key.use === 'sig') &&
        (key.key_ops === undefined || key.key_ops.includes('verify')),
    );
  }

  /** One fetch at a time. A failure is remembered, not thrown: keys that are there may still do. */
  #refresh(): Promise<void> {
    if (this.#pending !== undefined) return this.#pending;
    const coolDown = this.#keys === undefined ? keySetTimes.coolDownWithoutKeys : keySetTimes.coolDown;
    if (this.#now() - this.#attemptedAt < coolDown) return Promise.resolve();
    this.#attemptedAt = this.#now();
    this.#pending = this.#fetchAndKeep();
    return this.#pending;
  }

  async #fetchAndKeep(): Promise<void> {
    try {
      this.#keys = await this.#fetch();
      this.#imported = new Map();
      this.#fetchedAt = this.#now();
    } catch (error) {
      this.#failure = error;
    } finally {
      this.#pending = undefined;
    }
  }

  async #fetch(): Promise<readonly JWK[]> {
    const deadline = Date.now() + keySetTimes.timeout;
    const uri = this.#source.jwksUri ?? (await this.#discover(deadline));
    const document = await fetchJson(parseSafeUrl(uri, 'The address of the keys'), deadline);
    const keys = document['keys'];
    if (!Array.isArray(keys)) throw new TypeError(`${uri} has no list "keys"`);
    return keys.filter((key): key is JWK => typeof key === 'object' && key !== null);
  }

  /** OpenID Connect Discovery 1.0, section 4: the document must name the same issuer. */
  async #discover(deadline: number): Promise<string> {
    const address = `${this.#source.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const document = await fetchJson(parseSafeUrl(address, 'The issuer'), deadline);
    if (document['issuer'] !== this.#source.issuer) throw new TypeError(`${address} speaks for another issuer`);
    const uri = document['jwks_uri'];
    if (typeof uri !== 'string') throw new TypeError(`${address} has no "jwks_uri"`);
    return uri;
  }
}

async function fetchJson(url: URL, deadline: number): Promise<Readonly<Record<string, unknown>>> {
  const answer = await sendRequest({
    url,
    headers: { accept: 'application/json' },
    timeoutMs: Math.max(1, deadline - Date.now()),
    maxBytes: longestDocument,
  });
  if (answer.status !== 200) throw new Error(`${url.href} answered ${answer.status}`);
  const value: unknown = JSON.parse(answer.body);
  if (typeof value !== 'object' || value === null) throw new TypeError(`${url.href} is not a JSON object`);
  return value as Readonly<Record<string, unknown>>;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
