import type { BackendAddress } from './backend-connections.ts';
import type { TlsTerms } from './backend-tls.ts';

/** An integration's URI in the parts that a request needs. */
export interface IntegrationUri {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  /** Value of `Host`: with the port unless it is the scheme's own (AG-223). */
  readonly authority: string;
  /** Path and query as written, `/` at least. */
  readonly path: string;
}

/** AG-206. Undefined when it is no HTTP URL. */
export function parseIntegrationUri(uri: string): IntegrationUri | undefined {
  const [, scheme, host, portText, rest = ''] =
    /^(https?):\/\/([A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?([/?].*)?$/i.exec(uri) ?? [];
  if (scheme === undefined || host === undefined) return undefined;
  const secure = scheme.toLowerCase() === 'https';
  const usual = secure ? 443 : 80; // AG-181
  const port = portText === undefined ? usual : Number(portText);
  if (port === 0 || port > 65_535) return undefined;
  return {
    secure,
    host: host.replace(/^\[|\]$/g, ''),
    port,
    authority: port === usual ? host : `${host}:${port}`,
    path: rest.startsWith('/') ? rest : `/${rest}`,
  };
}

/** How a backend is reached, where that is other than usual. */
export interface BackendTerms extends TlsTerms {
  /** ARN of a listener or load balancer, with a link V2 (AG-201). */
  readonly target?: string | undefined;
}

/** The URI's scheme says whether there is TLS, behind a link too (AG-179). */
export function backendAddress(uri: IntegrationUri, vpcLinkId: string | undefined, { target, ...tls }: BackendTerms = {}): BackendAddress {
  // Plain HTTP has no certificates: the connections are the same with and without.
  const terms = uri.secure && (tls.insecure === true || tls.clientCertificate !== undefined) ? { terms: tls } : {};
  if (vpcLinkId === undefined) return { kind: 'internet', secure: uri.secure, host: uri.host, port: uri.port, ...terms };
  // NLB-067
  return {
    kind: 'vpc-link',
    linkId: vpcLinkId,
    port: uri.port,
    ...(target === undefined ? {} : { target }),
    ...(uri.secure ? { serverName: uri.host } : {}), // AG-196
    ...terms,
  };
}
