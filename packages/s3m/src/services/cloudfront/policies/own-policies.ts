import type { Account } from '../../account.ts';
import type { Invalidation } from '../api/invalidations.ts';
import type { EdgeFunction } from '../functions/edge-function.ts';
import type { Forwarding } from './forwarding.ts';
import type { ResponseHeadersPolicy } from './response-headers.ts';

/** What an origin access control says of the requests to its origins. */
export interface AccessControlSettings {
  readonly originType: string;
  readonly signing: 'always' | 'never' | 'no-override';
}

/** A distribution as CloudFront's API sees it. */
export interface DeployedDistribution {
  readonly invalidations: Map<string, Invalidation>;
}

/** What an account's templates have made, by id. */
export interface OwnPolicies {
  readonly distributions: Map<string, DeployedDistribution>;
  readonly cache: Map<string, Forwarding>;
  readonly originRequest: Map<string, Forwarding>;
  readonly responseHeaders: Map<string, ResponseHeadersPolicy>;
  /** By ARN. */
  readonly functions: Map<string, EdgeFunction>;
  readonly accessControls: Map<string, AccessControlSettings>;
  /** Canonical user ids of origin access identities. */
  readonly identities: Map<string, string>;
}

const byAccount = new WeakMap<Account, OwnPolicies>();

export function ownPolicies(account: Account): OwnPolicies {
  let own = byAccount.get(account);
  if (own === undefined)
    byAccount.set(
      account,
      (own = {
        distributions: new Map(),
        cache: new Map(),
        originRequest: new Map(),
        responseHeaders: new Map(),
        functions: new Map(),
        accessControls: new Map(),
        identities: new Map(),
      }),
    );
  return own;
}
