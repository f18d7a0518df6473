import { generateKeyPair, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { authorityExtensions, serverExtensions } from './certificate-extensions.ts';
import { keyKinds, type KeyAlgorithm } from './key-algorithm.ts';
import { signCertificate, type DistinguishedName } from './sign-certificate.ts';

const dayMs = 86_400_000;
/** As ACM's own: 13 months. */
const leafDays = 395;

/** An authority whose key lives in this process only, and the certificates that it signs. */
export class LocalAuthority {
  readonly certificate: string;
  readonly #name: DistinguishedName;
  readonly #key: KeyObject;
  readonly #now: () => number;

  constructor(name: string, now: () => number) {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    this.#name = [['CN', name]];
    this.#key = privateKey;
    this.#now = now;
    this.certificate = this.#sign(this.#name, publicKey, 10 * 365, authorityExtensions());
  }

  /** A key and a certificate of it, in PEM, for a server of these names; the first is its subject. */
  async issue(names: readonly string[], algorithm: KeyAlgorithm): Promise<{ readonly certificate: string; readonly key: string }> {
    const { publicKey, privateKey } = await makeKeys(algorithm);
    const certificate = this.#sign([['CN', names[0]!]], publicKey, leafDays, serverExtensions(names));
    return { certificate, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
  }

  #sign(subject: DistinguishedName, key: KeyObject, days: number, extensions: readonly Buffer[]): string {
    const now = this.#now();
    return signCertificate(
      { subject, issuer: this.#name, key, notBefore: now - dayMs, notAfter: now + days * dayMs, extensions },
      this.#key,
    );
  }
}

async function makeKeys(algorithm: KeyAlgorithm): Promise<{ readonly publicKey: KeyObject; readonly privateKey: KeyObject }> {
  const kind = keyKinds[algorithm];
  return kind.type === 'rsa'
    ? promisify(generateKeyPair)('rsa', { modulusLength: kind.modulusLength })
    : promisify(generateKeyPair)('ec', { namedCurve: kind.namedCurve });
}
