import { generateKeyPair, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { CertificateAuthority, CertificateMaterial } from '../../capabilities/certificate.ts';
import { keyKinds, type KeyAlgorithm } from './key-algorithm.ts';
import { bits, boolean, integer, objectId, octets, sequence, setOf, tagged, time, utf8 } from './der.ts';

const dayMs = 86_400_000;
/** As ACM's own: 13 months. */
const leafDays = 395;

const id = {
  commonName: '2.5.4.3',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
} as const;

/** An authority whose key lives in this process only, and the certificates that it signs. */
export class LocalAuthority implements CertificateAuthority {
  readonly certificate: string;
  readonly #name: string;
  readonly #key: KeyObject;
  readonly #now: () => number;

  constructor(name: string, now: () => number) {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    this.#name = name;
    this.#key = privateKey;
    this.#now = now;
    this.certificate = this.#sign(name, publicKey, 10 * 365, [
      extension(id.basicConstraints, true, sequence(boolean(true))),
      // keyCertSign and cRLSign
      extension(id.keyUsage, true, bits(Buffer.of(0x06), 1)),
    ]);
  }

  /** A key and a certificate of it for a server of these names; the first is its subject. */
  async issue(names: readonly string[], algorithm: KeyAlgorithm): Promise<CertificateMaterial> {
    const { publicKey, privateKey } = await makeKeys(algorithm);
    const certificate = this.#sign(names[0]!, publicKey, leafDays, [
      extension(id.basicConstraints, true, sequence()),
      // digitalSignature and keyEncipherment
      extension(id.keyUsage, true, bits(Buffer.of(0xa0), 5)),
      extension(id.extendedKeyUsage, false, sequence(objectId(id.serverAuth))),
      extension(id.subjectAltName, false, sequence(...names.map((name) => tagged(0x82, Buffer.from(name, 'latin1'))))),
    ]);
    return { certificate, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
  }

  /** RFC 5280 section 4.1 */
  #sign(subject: string, key: KeyObject, days: number, extensions: readonly Buffer[]): string {
    const algorithm = sequence(objectId(id.ecdsaWithSha256));
    const serial = randomBytes(16);
    serial[0]! &= 0x7f;
    serial[0]! |= 0x40;
    const toBeSigned = sequence(
      tagged(0xa0, integer(Buffer.of(2))),
      integer(serial),
      algorithm,
      nameOf(this.#name),
      sequence(time(this.#now() - dayMs), time(this.#now() + days * dayMs)),
      nameOf(subject),
      key.export({ type: 'spki', format: 'der' }),
      tagged(0xa3, sequence(...extensions)),
    );
    const der = sequence(toBeSigned, algorithm, bits(sign('sha256', toBeSigned, this.#key)));
    const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
    return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
  }
}

async function makeKeys(algorithm: KeyAlgorithm): Promise<{ readonly publicKey: KeyObject; readonly privateKey: KeyObject }> {
  const kind = keyKinds[algorithm];
  return kind.type === 'rsa'
    ? promisify(generateKeyPair)('rsa', { modulusLength: kind.modulusLength })
    : promisify(generateKeyPair)('ec', { namedCurve: kind.namedCurve });
}

function nameOf(commonName: string): Buffer {
  return sequence(setOf(sequence(objectId(id.commonName), utf8(commonName))));
}

function extension(oid: string, critical: boolean, value: Buffer): Buffer {
  return sequence(objectId(oid), ...(critical ? [boolean(true)] : []), octets(value));
}
