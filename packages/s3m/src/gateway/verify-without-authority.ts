import { X509Certificate } from 'node:crypto';
import { checkServerIdentity, type TLSSocket } from 'node:tls';

/**
 * Checks a server's certificate as `insecureSkipVerification` leaves it to be checked: all but that its root is one of those that API Gateway
 * supports (AG-197). The dates of the whole chain count, its signatures, the host name, and that a root is there, be it the certificate itself.
 */
export function checkWithoutAuthority(socket: TLSSocket, serverName: string, now: number): Error | undefined {
  const leaf = socket.getPeerCertificate(true);
  const chain: X509Certificate[] = [];
  for (let next: typeof leaf | undefined = leaf; next?.raw !== undefined && chain.length < 10; next = next.issuerCertificate) {
    if (chain.at(-1)?.raw.equals(next.raw) === true) break;
    chain.push(new X509Certificate(next.raw));
  }
  const root = chain.at(-1);
  if (root === undefined) return refusal('UNABLE_TO_GET_ISSUER_CERT', 'the server presented no certificate');
  for (const [index, certificate] of chain.entries()) {
    const { subject, validFromDate, validToDate } = certificate;
    if (now < validFromDate.getTime()) return refusal('CERT_NOT_YET_VALID', `the certificate of ${subject} is not yet valid`);
    if (now > validToDate.getTime()) return refusal('CERT_HAS_EXPIRED', `the certificate of ${subject} has expired`);
    const issuer = chain[index + 1] ?? certificate;
    // By name, not by purpose: a certificate that vouches for nobody but itself need not say that it may sign.
    if (certificate.issuer !== issuer.subject || !certificate.verify(issuer.publicKey)) {
      return certificate === issuer
        ? refusal('UNABLE_TO_GET_ISSUER_CERT', `the server presented no root certificate: ${certificate.issuer} has signed ${subject}`)
        : refusal('CERT_SIGNATURE_FAILURE', `${issuer.subject} has not signed the certificate of ${subject}`);
    }
    if (index > 0 && !certificate.ca) return refusal('INVALID_CA', `${subject} is no certificate authority`);
  }
  return checkServerIdentity(serverName, leaf);
}

function refusal(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
