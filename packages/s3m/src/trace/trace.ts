import type { NetworkHop } from '../network/network-hop.ts';

/** What happened to a request, hop by hop. Secrets and tokens are masked, claims are kept (CONTRACTS.md). */
export interface Trace {
  /** The value of `x-amzn-RequestId`. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly api: string;
  readonly stage: string;
  readonly method: string;
  readonly path: string;
  readonly source: string;
  /** Path template of the matched resource: `/weather/{proxy+}`. */
  resource?: string;
  match?: string;
  authorizer?: AuthorizerTrace;
  resourcePolicy?: ResourcePolicyTrace;
  /** Ids of the key that let it in and of the plan that it counts for. */
  apiKey?: { readonly id: string; readonly usagePlan: string };
  decision?: { status: number; type?: string; why: string };
  integration?: IntegrationTrace;
  /** Milliseconds from the start of the request. */
  timings: Record<string, number>;
  logs: string[];
}

export interface AuthorizerTrace {
  /** What looked at the caller; a Lambda function when absent. */
  readonly kind?: 'jwt' | 'user-pool' | 'iam';
  readonly name: string;
  /** Masked. */
  readonly identity: string;
  readonly cache: 'hit' | 'miss' | 'none';
  readonly event?: unknown;
  readonly durationMs?: number;
  readonly result?: unknown;
  readonly policyStatement?: unknown;
  readonly nearMiss?: unknown;
}

export interface ResourcePolicyTrace {
  readonly decision: 'allow' | 'explicit-deny' | 'implicit-deny';
  readonly policyStatement?: unknown;
  readonly nearMiss?: unknown;
}

/** The way to a backend behind a VPC link, as far as it got. */
export interface RouteTrace {
  readonly loadBalancer?: string;
  readonly listener?: string;
  readonly targetGroup?: string;
  readonly target?: string;
  readonly hops?: readonly NetworkHop[];
}

export interface IntegrationTrace extends Omit<RouteTrace, 'hops'> {
  readonly type: string;
  readonly link?: string;
  /** ARN of the function, with qualifier, and its invocation as its log has it. */
  readonly function?: string;
  /** Of an AWS service: `dynamodb:GetItem`. */
  readonly action?: string;
  readonly invocation?: { readonly requestId: string; readonly durationMs: number };
  readonly network?: readonly NetworkHop[];
  readonly request?: { readonly added: readonly string[]; readonly removed: readonly string[] };
  readonly response?: { readonly added: readonly string[]; readonly renamed: readonly string[]; readonly removed: readonly string[] };
}
