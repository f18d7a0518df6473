import type { RouteTable } from '../../gateway/route-table.ts';
import type { Authorizer } from './authorizers/authorizer.ts';
import type { Integration } from './integrations/integration.ts';
import type { Cors } from './request/cors.ts';

/** A route of a deployment. */
export interface CompiledRoute {
  readonly routeKey: string;
  /** Empty for `$default`. */
  readonly verb: string;
  /** With its variables; `$default` for the route of that name. */
  readonly path: string;
  /** Undefined: anybody may call. */
  readonly authorizer: Authorizer | undefined;
  readonly scopes: readonly string[];
  readonly integration: Integration;
}

/** What a deployment froze of its API. Immutable. */
export interface Snapshot {
  /** The draft's revision that it was made from. */
  readonly revision: number;
  readonly routes: RouteTable<CompiledRoute>;
  /** `$default`, for what no other route takes (AG-550). */
  readonly defaultRoute: CompiledRoute | undefined;
  readonly cors: Cors | undefined;
  /** The default endpoint is disabled. */
  readonly disabled: boolean;
}
