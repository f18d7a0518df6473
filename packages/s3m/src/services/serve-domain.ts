import { createServer as createTlsServer } from 'node:tls';
import { CustomDomain, registerDomain } from '../gateway/custom-domain.ts';
import type { Refusal } from '../http/exchange.ts';
import type { HttpServer } from '../http/server.ts';
import type { RefusalAnswer } from '../http/server-rules.ts';
import { findAuthority, publicAuthority } from './certificate-authorities.ts';
import { createDomainServer } from './domain-server.ts';
import { PropertyReader } from './property-reader.ts';
import { ResourceFailure, type Resource, type ResourceContext } from './resource-type.ts';
import { readTruststore, type Truststore } from './truststore.ts';

/** For requests under way when a domain is deleted, in milliseconds. */
const closeGraceMs = 2000;

/** How a domain is served. */
export interface DomainTerms {
  /** ARN of its certificate, of which only mutual TLS makes use. */
  readonly certificateArn: string | undefined;
  refusalAnswer(refusal: Refusal): RefusalAnswer;
}

/** Where a domain answers. */
interface DomainDoor {
  readonly url: string;
  readonly secure: boolean;
  close(graceMs: number): Promise<void>;
}

/** Opens the custom domain that `DomainName` names, on a port of its own. @throws ResourceFailure when there is one of that name */
export async function serveDomain(
  context: ResourceContext,
  attributes: Readonly<Record<string, string>>,
  termsOf: (properties: PropertyReader) => DomainTerms,
): Promise<Resource> {
  const { account } = context;
  const name = new PropertyReader(context.properties).string('DomainName').toLowerCase();
  const domain = new CustomDomain(name);
  const unregister = registerDomain(account.directory, domain);
  if (unregister === undefined) throw new ResourceFailure('The domain name you provided already exists.', { property: 'DomainName' });
  let door: DomainDoor;
  try {
    door = await openDoor(context, domain, termsOf);
  } catch (error) {
    unregister();
    throw error;
  }
  const close = async (graceMs: number): Promise<void> => {
    unregister();
    await door.close(graceMs);
  };
  const made = (): Resource => ({
    ref: name,
    attributes,
    addresses: [{ aws: `https://${name}`, local: door.url, urlOnly: true }],
    update: async (next) => {
      const reader = new PropertyReader(next.properties);
      if (door.secure || reader.has('MutualTlsAuthentication')) {
        const truststore = readTruststore(account, reader);
        await door.close(closeGraceMs);
        door = await openDoor(next, domain, termsOf, truststore);
      }
      return made();
    },
    delete: () => close(closeGraceMs),
    stopNow: () => close(0),
  });
  return made();
}

async function openDoor(
  context: ResourceContext,
  domain: CustomDomain,
  termsOf: (properties: PropertyReader) => DomainTerms,
  truststore: Truststore | undefined = readTruststore(context.account, new PropertyReader(context.properties)),
): Promise<DomainDoor> {
  const { account, name } = context;
  const terms = termsOf(new PropertyReader(context.properties));
  const http = createDomainServer(account, domain, terms.refusalAnswer);
  const request = { name: 'domain', logicalId: name.logicalId, preferred: 3443 };
  if (truststore === undefined) {
    const url = `http://127.0.0.1:${await account.ports.listen(http.server, request)}`;
    account.emit({ event: 'notice', message: `https://${domain.name} answers here at ${url}` });
    return { url, secure: false, close: (graceMs) => http.close(graceMs) };
  }
  for (const warning of truststore.warnings) account.emit({ event: 'notice', message: `${name.logicalId}: ${warning}` });
  const server = await createSecureServer(context, domain, { http, certificateArn: terms.certificateArn, truststore });
  const url = `https://127.0.0.1:${await account.ports.listen(server, request)}`;
  const message = `https://${domain.name} answers here at ${url}, to clients with a certificate of its truststore; its own is of the authority in certificate-authority.pem`;
  account.emit({ event: 'notice', message });
  const close = async (graceMs: number): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    await http.close(graceMs);
    await closed;
  };
  return { url, secure: true, close };
}

/** AG-025: every client is let in, and the request of one that is not trusted is answered with 403. */
async function createSecureServer(
  { account }: ResourceContext,
  domain: CustomDomain,
  terms: { readonly http: HttpServer; readonly certificateArn: string | undefined; readonly truststore: Truststore },
): Promise<ReturnType<typeof createTlsServer>> {
  const certificate = account.directory.find('certificate', terms.certificateArn ?? '');
  // A certificate that is not of the application is played by one of the local authority.
  const { certificate: cert, key } =
    certificate === undefined
      ? await (await findAuthority(account, publicAuthority)).issue([domain.name, 'localhost', '127.0.0.1'], 'EC_prime256v1')
      : await certificate.localMaterial();
  const server = createTlsServer(
    {
      cert,
      key,
      ca: [...terms.truststore.certificates],
      requestCert: true,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
      ALPNProtocols: ['http/1.1'],
    },
    (socket) => terms.http.accept(socket),
  );
  // A client that breaks off its handshake.
  server.on('tlsClientError', (_, socket) => socket.destroy());
  return server;
}

/** `DomainNameArn`, `RegionalDomainName` and `RegionalHostedZoneId` of a domain. */
export function domainAttributes(
  context: ResourceContext,
): Readonly<Record<'DomainNameArn' | 'RegionalDomainName' | 'RegionalHostedZoneId', string>> {
  const { partition, region, urlSuffix } = context.account;
  const name = new PropertyReader(context.properties).string('DomainName').toLowerCase();
  return {
    DomainNameArn: `arn:${partition}:apigateway:${region}::/domainnames/${name}`,
    RegionalDomainName: `d-${context.physicalId(10, 'base36')}.execute-api.${region}.${urlSuffix}`,
    // Of API Gateway in us-east-1.
    RegionalHostedZoneId: 'Z1UJRXOUMOOFQ8',
  };
}
