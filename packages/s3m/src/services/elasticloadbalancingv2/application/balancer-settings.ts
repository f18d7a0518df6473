import type { PropertyReader } from '../../property-reader.ts';

/** Attributes of an Application Load Balancer that change what happens to requests (ELBv2 API, LoadBalancerAttribute). */
export interface BalancerSettings {
  /** Longest silence of a target or client, in milliseconds (NLB-072). */
  readonly idleTimeoutMs: number;
  /** How long a client's connection is kept: the answer to a later request is its last one (NLB-075). */
  readonly keepAliveMs: number;
  /** Whether clients with TLS may speak HTTP/2 (NLB-075). */
  readonly http2: boolean;
  /** Whether headers whose names have other characters than letters, digits and hyphens are kept from targets (NLB-075). */
  readonly dropsInvalidHeaders: boolean;
  readonly preservesHost: boolean;
  /** Whether targets learn the version of TLS and the cipher. */
  readonly tellsTls: boolean;
  readonly forwardedFor: 'append' | 'preserve' | 'remove';
  /** Whether the client's port stands beside its address. */
  readonly forwardsPort: boolean;
}

/** Reads a load balancer's attributes, with AWS's defaults. */
export function readBalancerSettings(read: PropertyReader): BalancerSettings {
  const attributes = new Map(
    read.objects('LoadBalancerAttributes').map((attribute) => [attribute.string('Key'), attribute.optionalString('Value') ?? '']),
  );
  const isOn = (key: string, fallback: boolean): boolean => (attributes.get(key) ?? String(fallback)) === 'true';
  const mode = attributes.get('routing.http.xff_header_processing.mode');
  return {
    idleTimeoutMs: Number(attributes.get('idle_timeout.timeout_seconds') ?? 60) * 1000,
    keepAliveMs: Number(attributes.get('client_keep_alive.seconds') ?? 3600) * 1000,
    http2: isOn('routing.http2.enabled', true),
    dropsInvalidHeaders: isOn('routing.http.drop_invalid_header_fields.enabled', false),
    preservesHost: isOn('routing.http.preserve_host_header.enabled', false),
    tellsTls: isOn('routing.http.x_amzn_tls_version_and_cipher_suite.enabled', false),
    forwardedFor: mode === 'preserve' || mode === 'remove' ? mode : 'append',
    forwardsPort: isOn('routing.http.xff_client_port.enabled', false),
  };
}
