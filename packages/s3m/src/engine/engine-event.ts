import type { AccountEvent } from '../services/account.ts';
import type { Value } from '../services/resource-type.ts';
import type { ScopeNote } from './check-resources.ts';
import type { Problem } from './problem.ts';

/** The URLs at which a running system answers. */
export interface Endpoints {
  readonly aws: string;
  readonly issuer: string;
  readonly apis: Readonly<Record<string, { readonly stages: Readonly<Record<string, string>> }>>;
  readonly sites: Readonly<Record<string, string>>;
  /** Of internet-facing load balancers, by the listener's port. */
  readonly balancers: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Of image repositories, without a tag: `127.0.0.1:4566/weather`. */
  readonly repositories: Readonly<Record<string, string>>;
  /** By the domain's name. */
  readonly domains: Readonly<Record<string, string>>;
}

/** Outputs of a stack: as AWS would print them, and as they answer here. */
export interface StackOutputs {
  readonly outputs: Readonly<Record<string, Value>>;
  readonly localOutputs: Readonly<Record<string, Value>>;
}

/** What is there when every service is stable (CONTRACTS: `ready`). */
export interface Ready {
  readonly event: 'ready';
  readonly stacks: Readonly<Record<string, StackOutputs>>;
  readonly endpoints: Endpoints;
  readonly inert: readonly ScopeNote[];
  readonly unsupported: readonly ScopeNote[];
}

/** One line of `up --json`. */
export type EngineEvent =
  | Exclude<AccountEvent, { event: 'notice' }>
  | Ready
  | { readonly event: 'problem'; readonly message: string }
  | { readonly event: 'updated'; readonly stacks: Ready['stacks']; readonly changes: Readonly<Record<string, readonly string[]>> }
  | { readonly event: 'update-failed'; readonly problems: readonly Problem[] }
  | { readonly event: 'failed'; readonly problems: readonly Problem[] }
  | { readonly event: 'stopped' };
