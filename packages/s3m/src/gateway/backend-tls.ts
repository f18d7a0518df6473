import { isIP, type Socket } from 'node:net';
import { connect, createSecureContext, rootCertificates, type SecureContext, type TLSSocket } from 'node:tls';
import type { CertificateMaterial } from '../capabilities/certificate.ts';
import type { Directory } from '../capabilities/directory.ts';
import { checkWithoutAuthority } from './verify-without-authority.ts';

/** `AWS::ApiGateway::ClientCertificate`: what API Gateway shows to backends that ask who it is (AG-537). */
export interface ClientCertificate extends CertificateMaterial {
  readonly id: string;
}

/** How a backend is spoken to by TLS, where that is other than usual. */
export interface TlsTerms {
  /** `insecureSkipVerification` (AG-197). */
  readonly insecure?: boolean;
  readonly clientCertificate?: ClientCertificate | undefined;
}

/** TLS to backends: the authorities that Mozilla trusts, and the one that makes the certificates of Amazon's here. */
export class BackendTls {
  readonly #directory: Directory;
  readonly #clock: { now(): number };
  /** By local authority and client certificate. */
  readonly #contexts = new Map<string, SecureContext>();

  constructor(directory: Directory, clock: { now(): number }) {
    this.#directory = directory;
    this.#clock = clock;
  }

  /** Resolves once the server is who it should be: its certificate must have this name (AG-196, AG-579). */
  secure(
    over: { readonly socket: Socket } | { readonly host: string; readonly port: number },
    serverName: string,
    terms: TlsTerms,
  ): Promise<TLSSocket> {
    const { insecure = false, clientCertificate } = terms;
    const context = this.#context(clientCertificate);
    const tls = connect({
      // Without it Node would verify the name `localhost` where the server's name is an address.
      host: serverName,
      ...over,
      // An address is no name that a server could be asked for (RFC 6066 section 3).
      ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: !insecure,
      ...(context === undefined ? {} : { secureContext: context }),
    });
    return ready(tls, 'secureConnect', () =>
      insecure && !tls.authorized ? checkWithoutAuthority(tls, serverName, this.#clock.now()) : undefined,
    );
  }

  /** Undefined for what Node does anyway. */
  #context(clientCertificate: ClientCertificate | undefined): SecureContext | undefined {
    const local = this.#directory.find('certificateAuthority', 'amazon');
    if (local === undefined && clientCertificate === undefined) return undefined;
    const key = `${local === undefined ? '' : 'local'}:${clientCertificate?.id ?? ''}:${clientCertificate?.certificate ?? ''}`;
    let context = this.#contexts.get(key);
    if (context === undefined) {
      context = createSecureContext({
        ca: local === undefined ? [...rootCertificates] : [...rootCertificates, local.certificate],
        ...(clientCertificate === undefined ? {} : { cert: clientCertificate.certificate, key: clientCertificate.key }),
      });
      this.#contexts.set(key, context);
    }
    return context;
  }
}

/** Resolves with the socket after `event`, unless `check` finds a fault. */
export function ready<S extends Socket>(socket: S, event: 'connect' | 'secureConnect', check?: () => Error | undefined): Promise<S> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    socket.once('error', onError);
    socket.once(event, () => {
      const fault = check?.();
      if (fault !== undefined) return onError(fault);
      socket.removeListener('error', onError);
      resolve(socket);
    });
  });
}
