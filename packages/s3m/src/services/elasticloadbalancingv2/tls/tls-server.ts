import { constants } from 'node:crypto';
import type { Socket } from 'node:net';
import { createSecureContext, TLSSocket, type SecureContext } from 'node:tls';
import type { Account } from '../../account.ts';
import type { PropertyReader } from '../../property-reader.ts';
import { chooseCertificates } from './certificate-choice.ts';
import { usualPolicy, versionsOf } from './policies.ts';
import { readClientHello } from './client-hello.ts';
import { findServedCertificate, type ServedCertificate } from './served-certificate.ts';

/** How a listener with TLS meets its clients. */
export interface TlsServer {
  /**
   * The clear side of a client's connection, with the certificate for the name that it asks for. Never rejects; undefined when the client goes
   * before it has said anything.
   */
  receive(socket: Socket): Promise<TLSSocket | undefined>;
}

/** For clients that don't say which name they ask for, of a certificate that is made for whatever name is asked for. */
const unnamed = 'localhost';
/** The most contexts that are kept: names come from clients. */
const maxContexts = 200;
/** Until a client has said what it wants, in milliseconds. */
const helloTimeoutMs = 10_000;
/** Where a certificate of each kind may be shown, ECDSA comes first (ELB guide, "Certificate list"). */
const ciphers = `ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:${constants.defaultCipherList}`;

/**
 * @param list further certificates of the listener; looked at with each connection, so it may change
 * @param protocols of ALPN, the preferred one first; none for who does not negotiate
 * @throws ResourceFailure for a certificate that is none
 */
export async function createTlsServer(
  read: PropertyReader,
  list: readonly ServedCertificate[],
  account: Account,
  protocols: () => readonly string[],
): Promise<TlsServer> {
  const arn = read.objects('Certificates')[0]?.string('CertificateArn') ?? '';
  const usual = await findServedCertificate(arn, 'Certificates[0].CertificateArn', account);
  const [minVersion, maxVersion] = versionsOf(read.optionalString('SslPolicy') ?? usualPolicy)!;
  const contexts = new Map<string, Promise<SecureContext>>();

  const contextOf = (name: string, certificates: readonly ServedCertificate[]): Promise<SecureContext> => {
    const key = certificates.map((each) => (each.domainNames === undefined ? `${each.arn} ${name}` : each.arn)).join(' ');
    const known = contexts.get(key);
    if (known !== undefined) return known;
    const [oldest] = contexts.size < maxContexts ? [] : contexts.keys();
    if (oldest !== undefined) contexts.delete(oldest);
    const made = Promise.all(certificates.map((each) => each.materialFor(name))).then((materials) =>
      createSecureContext({
        cert: materials.map(({ certificate }) => certificate),
        key: materials.map((material) => material.key),
        minVersion,
        maxVersion,
        ciphers,
        honorCipherOrder: true,
      }),
    );
    contexts.set(key, made);
    return made;
  };

  return {
    receive: async (socket) => {
      const hello = await readHello(socket, account);
      if (hello === undefined) return undefined;
      const name = hostNameOf(hello.serverName);
      const secureContext = await contextOf(name ?? unnamed, chooseCertificates(name, usual, list)).catch((error: unknown) => {
        account.emit({ event: 'notice', message: `No certificate can be made for ${JSON.stringify(name ?? unnamed)}: ${String(error)}` });
        socket.destroy();
      });
      if (secureContext === undefined || socket.destroyed) return undefined;
      const ALPNProtocols = [...protocols()];
      return new TLSSocket(socket, { isServer: true, secureContext, ...(ALPNProtocols.length === 0 ? {} : { ALPNProtocols }) });
    },
  };
}

/** Waits for a client's first message, and leaves it unread. Undefined when it goes before, or takes too long. */
function readHello(socket: Socket, { clock }: Account): Promise<{ readonly serverName: string | undefined } | undefined> {
  return new Promise((resolve) => {
    let bytes = Buffer.alloc(0);
    const finish = (hello: { readonly serverName: string | undefined } | undefined): void => {
      timer.cancel();
      socket.off('readable', look).off('end', leave).off('close', leave);
      if (hello === undefined) socket.destroy();
      else socket.unshift(bytes);
      resolve(hello);
    };
    const leave = (): void => finish(undefined);
    const look = (): void => {
      for (let chunk: Buffer | null; (chunk = socket.read() as Buffer | null) !== null;) bytes = Buffer.concat([bytes, chunk]);
      const hello = readClientHello(bytes);
      if (hello.kind === 'complete') finish(hello);
    };
    const timer = clock.after(helloTimeoutMs, leave);
    socket.on('error', () => {});
    socket.on('readable', look).on('end', leave).on('close', leave);
  });
}

/** What a client asks for, as certificates are compared with it; undefined for what is no host name. */
function hostNameOf(asked = ''): string | undefined {
  const name = asked.toLowerCase().replace(/\.$/, '');
  const label = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
  return name.length <= 253 && new RegExp(`^${label}(?:\\.${label})*$`).test(name) ? name : undefined;
}
