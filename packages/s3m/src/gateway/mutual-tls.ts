import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { Arrival } from './arrival.ts';
import { toClientCert } from './client-cert.ts';

/** Of each connection, whose client stays who it is. */
const arrivals = new WeakMap<TLSSocket, Arrival>();

/**
 * What a client's certificate says of it, on a connection whose server asked for one and trusts the truststore only (AG-025). A client
 * without one that is trusted is let into the connection, and answered with 403.
 */
export function arrivalOf(tls: TLSSocket): Arrival {
  let arrival = arrivals.get(tls);
  if (arrival === undefined) arrivals.set(tls, (arrival = examine(tls)));
  return arrival;
}

function examine(tls: TLSSocket): Arrival {
  const certificate = tls.getPeerX509Certificate();
  if (certificate === undefined) return denied('the client presented no certificate');
  // OpenSSL refuses some of these too, without saying why.
  if (isWeak(certificate)) return denied('Client cert using an insecure Signature Algorithm');
  if (!tls.authorized) {
    const { authorizationError } = tls as { readonly authorizationError?: Error | string };
    return denied(reasons[String(authorizationError)] ?? String(authorizationError));
  }
  return { clientCert: toClientCert(certificate) };
}

function denied(reason: string): Arrival {
  return { denied: `Access denied. Reason: ${reason}` };
}

/** By OpenSSL's names. The first texts are those of AWS's article on 403 from mutual TLS, the last one is ours. */
const reasons: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'self signed certificate',
  SELF_SIGNED_CERT_IN_CHAIN: 'self signed certificate',
  UNABLE_TO_GET_ISSUER_CERT: 'Could not find issuer for certificate',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'Could not find issuer for certificate',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'Could not find issuer for certificate',
  CERT_HAS_EXPIRED: 'certificate has expired',
};

/** SHA-256 or stronger, RSA with 2,048 bits or more, or an elliptic curve: what API Gateway takes. */
function isWeak({ signatureAlgorithm, publicKey }: X509Certificate): boolean {
  if (/sha-?1|md[245]/i.test(signatureAlgorithm ?? '')) return true;
  const { modulusLength } = publicKey.asymmetricKeyDetails ?? {};
  return publicKey.asymmetricKeyType === 'rsa' && (modulusLength ?? 0) < 2048;
}
