import type { ClientCert } from './client-cert.ts';

/** What is known of a client besides what it sent and the address that it came from. */
export interface Arrival {
  /** Of a custom domain with mutual TLS (AG-025). */
  readonly clientCert?: ClientCert;
  /** Why mutual TLS lets it no further, in the words of AWS's execution logs. */
  readonly denied?: string;
}

/** At a public endpoint. */
export const plainArrival: Arrival = {};
