import type { CryptoKey, JWK } from 'jose';
import type { Clock } from '../clock/clock.ts';

/** Time for a fetch and bytes of what it brings (AG-566). */
const fetchTimeoutMs = 1500;
const maxBytes = 150_000;
/** How long keys are kept (AG-566). */
const keptMs = 2 * 60 * 60 * 1000;
/** The least time between two fetches for keys that were not there: a flood of made-up key ids must not become one of fetches. */
const coolDownMs = 60_000;

/** An issuer whose keys could not be read. `message` is AWS's own (AG-953), `cause` says what happened. */
export class IssuerUnreachable extends Error {}

/** Gets a document. Rejects for any answer but 200, for redirects, and for more than `maxBytes`. */
export type FetchDocument = (url: URL, options: { readonly signal: AbortSignal; readonly maxBytes: number }) => Promise<string>;

interface KeySet {
  readonly byId: ReadonlyMap<string, JWK>;
  readonly imported: Map<string, Promise<CryptoKey>>;
  readonly fetchedAt: number;
}

/** The public RSA keys of an OpenID issuer, found through its discovery document and kept for two hours. */
export class IssuerKeys {
  readonly #issuer: string;
  readonly #clock: Clock;
  readonly #fetch: FetchDocument;
  #keys: KeySet | undefined;
  #pending: Promise<KeySet> | undefined;
  #triedAt = Number.NEGATIVE_INFINITY;

  constructor(issuer: string, clock: Clock, fetch: FetchDocument = fetchDocument) {
    this.#issuer = issuer;
    this.#clock = clock;
    this.#fetch = fetch;
  }

  /** Changes when the keys are fetched anew: what was verified by former ones is not verified by these. */
  get generation(): number {
    return this.#keys?.fetchedAt ?? -1;
  }

  /** Whether the keys that are there are young enough to be used without asking. */
  get fresh(): boolean {
    return this.#keys !== undefined && this.#clock.monotonic() - this.#keys.fetchedAt < keptMs;
  }

  /** The key with this id; undefined when the issuer has none. @throws IssuerUnreachable */
  async find(keyId: string): Promise<CryptoKey | undefined> {
    let keys = this.fresh ? this.#keys! : await this.#refresh();
    if (!keys.byId.has(keyId) && this.#clock.monotonic() - this.#triedAt >= coolDownMs) keys = await this.#refresh();
    const jwk = keys.byId.get(keyId);
    if (jwk === undefined) return undefined;
    let key = keys.imported.get(keyId);
    if (key === undefined) keys.imported.set(keyId, (key = importKey(jwk)));
    return await key;
  }

  /** One fetch at a time, whoever waits for it. */
  #refresh(): Promise<KeySet> {
    if (this.#pending === undefined) {
      this.#triedAt = this.#clock.monotonic();
      this.#pending = this.#read().finally(() => (this.#pending = undefined));
    }
    return this.#pending;
  }

  async #read(): Promise<KeySet> {
    const discovery = await this.#get(
      `${this.#issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
      'OIDC discovery endpoint communication error',
    );
    const { jwks_uri: jwksUri } = discovery;
    if (typeof jwksUri !== 'string') throw new IssuerUnreachable('OIDC discovery endpoint communication error');
    const { keys } = await this.#get(jwksUri, 'JWKS communication error');
    const usable = (Array.isArray(keys) ? keys : []).filter(isUsable);
    this.#keys = { byId: new Map(usable.map((key) => [key.kid, key])), imported: new Map(), fetchedAt: this.#clock.monotonic() };
    return this.#keys;
  }

  async #get(text: string, failure: string): Promise<Readonly<Record<string, unknown>>> {
    const controller = new AbortController();
    const timer = this.#clock.after(fetchTimeoutMs, () => controller.abort(new Error(`no answer within ${fetchTimeoutMs} ms`)));
    try {
      const url = new URL(text);
      if (url.protocol !== 'https:' && !(isLoopback(url) && isLoopback(new URL(this.#issuer)))) throw new Error(`${text} is not https`);
      const document = JSON.parse(await this.#fetch(url, { signal: controller.signal, maxBytes })) as unknown;
      if (typeof document !== 'object' || document === null) throw new Error(`${text} is no JSON object`);
      return document as Readonly<Record<string, unknown>>;
    } catch (error) {
      throw new IssuerUnreachable(failure, { cause: error });
    } finally {
      timer.cancel();
    }
  }
}

/** The engine's own issuers answer without TLS, on this machine only; nobody else's document leads there. */
function isLoopback({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && (hostname === '127.0.0.1' || hostname === 'localhost' || hostname === '[::1]');
}

/** An RSA key for signatures, with an id (AG-563). */
function isUsable(key: unknown): key is JWK & { readonly kid: string } {
  if (typeof key !== 'object' || key === null) return false;
  const { kid, kty, use } = key as JWK;
  return typeof kid === 'string' && kty === 'RSA' && (use === undefined || use === 'sig');
}

async function importKey(jwk: JWK): Promise<CryptoKey> {
  const { importJWK } = await import('jose');
  const { kty, n, e, alg } = jwk;
  return (await importJWK({ kty, n, e } as JWK, alg ?? 'RS256')) as CryptoKey;
}

const fetchDocument: FetchDocument = async (url, { signal, maxBytes: limit }) => {
  const response = await fetch(url, { signal, redirect: 'error', headers: { accept: 'application/json' } });
  if (response.status !== 200 || response.body === null) throw new Error(`${url.href} answered ${response.status}`);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.length;
    if (size > limit) throw new Error(`${url.href} answered with more than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};
