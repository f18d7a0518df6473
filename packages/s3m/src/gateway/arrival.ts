import type { PolicyDocument } from '../policy/policy-document.ts';
import type { ClientCert } from './client-cert.ts';

/** What is known of a client besides what it sent and the address that it came from. */
export interface Arrival {
  /** Of a custom domain with mutual TLS (AG-025). */
  readonly clientCert?: ClientCert;
  /** Why mutual TLS lets it no further, in the words of AWS's execution logs. */
  readonly denied?: string;
  /** Nobody sent it: a call of API Gateway's own API simulates it, and what the front end adds to a request is missing. */
  readonly simulated?: true;
  /** The VPC endpoint that a request to a private API came by; without a policy it lets everything through (IAM-025). */
  readonly endpoint?: { readonly id: string; readonly vpcId: string; readonly policy: PolicyDocument | undefined };
}

/** At a public endpoint. */
export const plainArrival: Arrival = {};
