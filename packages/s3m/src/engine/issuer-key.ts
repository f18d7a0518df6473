import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CryptoKey, JWK } from 'jose';
import { userFailure } from './problem.ts';
import { writeState } from './run-file.ts';

/** The issuer's key pair. */
export interface IssuerKey {
  /** Its thumbprint (RFC 7638). */
  readonly keyId: string;
  /** What the JWKS shows. */
  readonly publicJwk: JWK;
  privateKey(): Promise<CryptoKey>;
}

const fileName = 'issuer-key.json';

/**
 * The RS256 key of this project, made at the first start and kept in its state directory, so that tokens outlive a restart.
 * @throws EngineFailure when the file doesn't hold one
 */
export async function openIssuerKey(stateDirectory: string): Promise<IssuerKey> {
  const file = join(stateDirectory, fileName);
  if (!existsSync(file)) return toKey(await createKeyFile(stateDirectory));
  // A copied project may have lost the mode.
  chmodSync(file, 0o600);
  try {
    return toKey(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw userFailure(
      'DamagedState',
      `Cannot read the issuer's key in ${file}: ${error instanceof Error ? error.message : String(error)}`,
      'Delete the file; a new key is made at the next start, and tokens given out before are no longer valid.',
    );
  }
}

async function createKeyFile(stateDirectory: string): Promise<JWK> {
  const { exportJWK, generateKeyPair } = await import('jose');
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  writeState(stateDirectory, fileName, jwk);
  return jwk;
}

function toKey(value: unknown): IssuerKey {
  if (!isPrivateRsaKey(value)) throw new Error('it is not a private RSA key');
  const { n, e } = value;
  const keyId = createHash('sha256')
    .update(JSON.stringify({ e, kty: 'RSA', n }))
    .digest('base64url');
  return {
    keyId,
    publicJwk: { kty: 'RSA', n, e, kid: keyId, alg: 'RS256', use: 'sig' },
    // A start that gives out no token doesn't load the library.
    privateKey: async () => {
      const { importJWK } = await import('jose');
      const key = await importJWK(value, 'RS256');
      if (key instanceof Uint8Array) throw new TypeError('the private key of the issuer is a secret');
      return key;
    },
  };
}

type PrivateRsaKey = JWK & { readonly n: string; readonly e: string };

function isPrivateRsaKey(value: unknown): value is PrivateRsaKey {
  if (typeof value !== 'object' || value === null) return false;
  const { kty, n, e, d } = value as Readonly<Record<string, unknown>>;
  return kty === 'RSA' && typeof n === 'string' && typeof e === 'string' && typeof d === 'string';
}
