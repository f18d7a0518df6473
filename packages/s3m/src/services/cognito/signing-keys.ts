import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JWK } from 'jose';

/** A pool's key pair for one of its two kinds of token. */
export interface SigningKey {
  readonly keyId: string;
  readonly privateJwk: JWK;
  /** As the key set shows it. */
  readonly publicJwk: JWK;
}

/** ID tokens and access tokens are signed with different keys (OIDC-002). */
export interface SigningKeys {
  readonly id: SigningKey;
  readonly access: SigningKey;
}

/** The keys of a pool, made when they are first needed and kept in the state directory, so that tokens outlive a restart. */
export async function openSigningKeys(stateDirectory: string, poolId: string): Promise<SigningKeys> {
  const directory = join(stateDirectory, 'cognito');
  const file = join(directory, `${poolId}.json`);
  if (existsSync(file)) {
    try {
      const { id, access } = JSON.parse(readFileSync(file, 'utf8')) as { readonly id: JWK; readonly access: JWK };
      return { id: toKey(id), access: toKey(access) };
    } catch (error) {
      throw new Error(
        `Cannot read the keys of user pool ${poolId} in ${file}: ${error instanceof Error ? error.message : String(error)}. Delete the file; new keys are made, and tokens given out before are no longer valid`,
        { cause: error },
      );
    }
  }
  const [id, access] = await Promise.all([createKey(), createKey()]);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify({ id, access }), { mode: 0o600 });
  renameSync(draft, file);
  return { id: toKey(id), access: toKey(access) };
}

async function createKey(): Promise<JWK> {
  const { exportJWK, generateKeyPair } = await import('jose');
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return await exportJWK(privateKey);
}

function toKey(privateJwk: JWK): SigningKey {
  const { n, e } = privateJwk;
  if (privateJwk.kty !== 'RSA' || typeof n !== 'string' || typeof e !== 'string' || typeof privateJwk['d'] !== 'string')
    throw new TypeError('it is not a private RSA key');
  const keyId = createHash('sha256')
    .update(JSON.stringify({ e, kty: 'RSA', n }))
    .digest('base64');
  return { keyId, privateJwk, publicJwk: { alg: 'RS256', e, kid: keyId, kty: 'RSA', n, use: 'sig' } };
}
