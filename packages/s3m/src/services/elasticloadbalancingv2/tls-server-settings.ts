import { createSecureContext, type SecureContext } from 'node:tls';
import type { Account } from '../account.ts';
import type { PropertyReader } from '../property-reader.ts';
import { ResourceFailure } from '../resource-type.ts';
import { alpnPolicies, usualPolicy, versionsOf } from './tls-policies.ts';

/** How a listener of protocol TLS meets its clients. */
export interface TlsServerSettings {
  readonly secureContext: SecureContext;
  /** In the listener's order; undefined when it does not negotiate. */
  readonly ALPNProtocols?: string[];
}

/** @throws ResourceFailure for a certificate that is not there */
export async function readTlsServer(read: PropertyReader, { directory }: Account): Promise<TlsServerSettings> {
  const arn = read.objects('Certificates')[0]?.string('CertificateArn') ?? '';
  const certificate = directory.find('certificate', arn);
  if (certificate === undefined) {
    throw new ResourceFailure(`Certificate ARN '${arn}' is not valid: there is no such certificate here`, {
      property: 'Certificates[0].CertificateArn',
      fix: 'Name an AWS::CertificateManager::Certificate of the application: of one in AWS, neither names nor key are known here.',
    });
  }
  const { certificate: cert, key } = await certificate.material();
  const [minVersion, maxVersion] = versionsOf(read.optionalString('SslPolicy') ?? usualPolicy)!;
  // Application load balancers speak HTTP/1.1 here.
  const policy = read.string('Protocol') === 'HTTPS' ? 'HTTP1Only' : (read.strings('AlpnPolicy')[0] ?? 'None');
  const protocols = alpnPolicies[policy] ?? [];
  return {
    secureContext: createSecureContext({ cert, key, minVersion, maxVersion }),
    ...(protocols.length === 0 ? {} : { ALPNProtocols: [...protocols] }),
  };
}
