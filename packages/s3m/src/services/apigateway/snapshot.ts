import type { GatewayResponses } from './gateway-responses.ts';
import type { GatewayRequest } from './gateway-request.ts';
import type { Integration } from './integration.ts';
import type { Authorization } from './access/authorization.ts';
import type { ResourcePolicy } from './access/resource-policy.ts';
import type { Authorizer } from './authorizers/authorizer-definition.ts';
import type { ApiKeySource } from './api-settings.ts';
import type { RouteTable } from '../../gateway/route-table.ts';
import type { RequestValidation } from './validation/request-validation.ts';

/** A method of a deployment. */
export interface CompiledMethod {
  readonly resourceId: string;
  /** Path template. */
  readonly resourcePath: string;
  /** As defined: a verb or `ANY`. */
  readonly verb: string;
  /** `VERB /path`, as defined. */
  readonly name: string;
  readonly authorization: Authorization;
  readonly apiKeyRequired: boolean;
  /** Undefined: requests are not looked at (AG-398). */
  readonly validation: RequestValidation | undefined;
  /** What tells one request from another in the stage's response cache. */
  readonly cacheKey: (request: GatewayRequest) => string;
  readonly integration: Integration;
}

/** What a deployment froze of its API (AG-456). Immutable: a stage serves it until it is pointed at another. */
export interface Snapshot {
  readonly deploymentId: string;
  /** The draft's revision that it was made from. */
  readonly revision: number;
  readonly routes: RouteTable<CompiledMethod>;
  readonly responses: GatewayResponses;
  readonly authorizers: readonly Authorizer[];
  /** Undefined: the API has no policy of its own. */
  readonly policy: ResourcePolicy | undefined;
  readonly apiKeySource: ApiKeySource;
  /** Bytes from which on answers are compressed; undefined: none is, and no request is decoded (AG-445). */
  readonly minimumCompressionSize: number | undefined;
  /** The default endpoint is disabled (AG-011). */
  readonly disabled: boolean;
}
