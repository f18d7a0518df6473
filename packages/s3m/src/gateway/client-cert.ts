import type { X509Certificate } from 'node:crypto';

/** Who a client is by the certificate that mutual TLS made it show, as events and `$context.identity.clientCert` have it (AG-268). */
export interface ClientCert {
  readonly clientCertPem: string;
  readonly subjectDN: string;
  readonly issuerDN: string;
  /** Bytes in hexadecimal, with colons between them. */
  readonly serialNumber: string;
  /** `May 28 12:30:02 2019 GMT` */
  readonly validity: { readonly notBefore: string; readonly notAfter: string };
}

export function toClientCert(certificate: X509Certificate): ClientCert {
  return {
    clientCertPem: certificate.toString(),
    subjectDN: distinguishedName(certificate.subject),
    issuerDN: distinguishedName(certificate.issuer),
    serialNumber: (certificate.serialNumber.toLowerCase().match(/../g) ?? []).join(':'),
    validity: { notBefore: certificate.validFrom, notAfter: certificate.validTo },
  };
}

/** The value of `clientCert.NAME` by the name, `validity.notBefore` too. */
export const clientCertValues: Readonly<Record<string, (certificate: ClientCert) => string>> = {
  clientCertPem: ({ clientCertPem }) => clientCertPem,
  subjectDN: ({ subjectDN }) => subjectDN,
  issuerDN: ({ issuerDN }) => issuerDN,
  serialNumber: ({ serialNumber }) => serialNumber,
  'validity.notBefore': ({ validity }) => validity.notBefore,
  'validity.notAfter': ({ validity }) => validity.notAfter,
};

/** RFC 2253: the narrowest part first. Node has a line each, the widest first. */
function distinguishedName(lines: string): string {
  return lines.split('\n').toReversed().join(',');
}
