import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { CertificateMaterial } from '../../src/capabilities/certificate.ts';
import { authorityExtensions, clientExtensions, serverExtensions } from '../../src/x509/certificate-extensions.ts';
import { signCertificate, type DistinguishedName } from '../../src/x509/sign-certificate.ts';

const dayMs = 86_400_000;

/** Days from `now` on; from yesterday to in a month by default. */
export interface Validity {
  readonly from?: number;
  readonly until?: number;
}

/** An authority of a test's own, and what it signs. */
export class MadeAuthority {
  readonly name: DistinguishedName;
  readonly certificate: string;
  readonly #key: KeyObject;

  /** @param issuer signs its certificate; itself by default */
  constructor(commonName: string, issuer?: MadeAuthority, validity: Validity = {}) {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    this.name = [['CN', commonName]];
    this.#key = privateKey;
    this.certificate =
      issuer === undefined
        ? sign(this.name, this.name, publicKey, privateKey, authorityExtensions(), validity)
        : issuer.sign(this.name, publicKey, authorityExtensions(), validity);
  }

  server(names: readonly string[], validity: Validity = {}): CertificateMaterial {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    return { certificate: this.sign([['CN', names[0]!]], publicKey, serverExtensions(names), validity), key: toPem(privateKey) };
  }

  client(commonName: string, validity: Validity = {}): CertificateMaterial {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    return { certificate: this.sign([['CN', commonName]], publicKey, clientExtensions(), validity), key: toPem(privateKey) };
  }

  sign(subject: DistinguishedName, key: KeyObject, extensions: readonly Buffer[], validity: Validity): string {
    return sign(subject, this.name, key, this.#key, extensions, validity);
  }
}

/** A certificate that its own key has signed. */
export function selfSigned(
  names: readonly string[],
  validity: Validity = {},
  extensions: readonly Buffer[] = serverExtensions(names),
): CertificateMaterial {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const name: DistinguishedName = [['CN', names[0]!]];
  return { certificate: sign(name, name, publicKey, privateKey, extensions, validity), key: toPem(privateKey) };
}

function sign(
  subject: DistinguishedName,
  issuer: DistinguishedName,
  key: KeyObject,
  signer: KeyObject,
  extensions: readonly Buffer[],
  { from = -1, until = 30 }: Validity,
): string {
  const now = Date.now();
  return signCertificate({ subject, issuer, key, notBefore: now + from * dayMs, notAfter: now + until * dayMs, extensions }, signer);
}

function toPem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
