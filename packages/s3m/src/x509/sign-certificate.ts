import { randomBytes, sign, type KeyObject } from 'node:crypto';
import { bits, integer, nullValue, objectId, sequence, setOf, tagged, time, utf8 } from './der.ts';

const attributeIds = {
  C: '2.5.4.6',
  ST: '2.5.4.8',
  L: '2.5.4.7',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  CN: '2.5.4.3',
} as const;

/** A distinguished name, the widest part first: `[['O', 'Amazon'], ['CN', 'ApiGateway']]`. */
export type DistinguishedName = readonly (readonly [keyof typeof attributeIds, string])[];

/** What a certificate says (RFC 5280 section 4.1). */
export interface CertificateContent {
  readonly subject: DistinguishedName;
  readonly issuer: DistinguishedName;
  /** The subject's public key. */
  readonly key: KeyObject;
  /** Both in milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly extensions: readonly Buffer[];
}

/** A certificate in PEM, of version 3, signed with SHA-256. `signer` is an EC or RSA key. */
export function signCertificate(content: CertificateContent, signer: KeyObject): string {
  const algorithm = signatureAlgorithm(signer);
  const serial = randomBytes(16);
  serial[0]! &= 0x7f;
  serial[0]! |= 0x40;
  const toBeSigned = sequence(
    tagged(0xa0, integer(Buffer.of(2))),
    integer(serial),
    algorithm,
    nameOf(content.issuer),
    sequence(time(content.notBefore), time(content.notAfter)),
    nameOf(content.subject),
    content.key.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...content.extensions)),
  );
  const der = sequence(toBeSigned, algorithm, bits(sign('sha256', toBeSigned, signer)));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** RFC 5758 section 3.2, RFC 4055 section 5 */
function signatureAlgorithm(signer: KeyObject): Buffer {
  return signer.asymmetricKeyType === 'rsa'
    ? sequence(objectId('1.2.840.113549.1.1.11'), nullValue())
    : sequence(objectId('1.2.840.10045.4.3.2'));
}

function nameOf(name: DistinguishedName): Buffer {
  return sequence(...name.map(([attribute, value]) => setOf(sequence(objectId(attributeIds[attribute]), utf8(value)))));
}
