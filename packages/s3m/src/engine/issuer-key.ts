import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { userFailure } from './problem.ts';

/** The issuer's key pair. */
export interface IssuerKey {
  readonly keyId: string;
  readonly privateKey: Exclude<Awaited<ReturnType<typeof importJWK>>, Uint8Array>;
  /** What the JWKS shows. */
  readonly publicJwk: JWK;
}

const fileName = 'issuer-key.json';

/**
 * The RS256 key of this project, made at the first start and kept in its state directory, so that tokens outlive a restart.
 * @throws EngineFailure when the file doesn't hold one
 */
export async function openIssuerKey(stateDirectory: string): Promise<IssuerKey> {
  const file = join(stateDirectory, fileName);
  if (!existsSync(file)) return await toKey(await createKeyFile(file));
  // A copied project may have lost the mode.
  chmodSync(file, 0o600);
  try {
    return await toKey(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw userFailure(
      'DamagedState',
      `Cannot read the issuer's key in ${file}: ${error instanceof Error ? error.message : String(error)}`,
      'Delete the file; a new key is made at the next start, and tokens given out before are no longer valid.',
    );
  }
}

async function createKeyFile(file: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk: JWK = { ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig' };
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(jwk)}\n`, { mode: 0o600 });
  renameSync(draft, file);
  return jwk;
}

async function toKey(jwk: JWK): Promise<IssuerKey> {
  const { kty, n, e } = jwk;
  if (kty !== 'RSA' || n === undefined || e === undefined || jwk.d === undefined) throw new Error('it is not a private RSA key');
  const privateKey = await importJWK(jwk, 'RS256');
  if (privateKey instanceof Uint8Array) throw new Error('it is not a private RSA key');
  const keyId = await calculateJwkThumbprint({ kty, n, e });
  return { keyId, privateKey, publicJwk: { kty, n, e, kid: keyId, alg: 'RS256', use: 'sig' } };
}
