import type { Socket } from 'node:net';
import type { PolicyDocument } from '../policy/policy-document.ts';
import { AccountRegister } from './account-register.ts';

/** A connection that comes in through an interface endpoint (VPC-022). */
export interface EndpointConnection {
  /** `vpce-...` */
  readonly endpointId: string;
  readonly vpcId: string;
  /** `vpce-0123-abcdefgh.execute-api.us-east-1.vpce.amazonaws.com` */
  readonly dnsName: string;
  /** In the VPC. */
  readonly clientAddress: string;
  /** Of the endpoint; undefined for full access (IAM-025). */
  readonly policy: PolicyDocument | undefined;
}

/** An AWS service that answers at the interface endpoints of VPCs. */
export interface EndpointService {
  /** Whether there is such a host at it. */
  knows(host: string): boolean;
  /** The client's end of a new connection. */
  connect(through: EndpointConnection): Socket;
}

/** By name: `com.amazonaws.us-east-1.execute-api`. */
export const endpointServices: AccountRegister<EndpointService> = new AccountRegister<EndpointService>();
