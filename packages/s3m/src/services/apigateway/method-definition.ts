import type { AuthorizationDefinition } from './access/authorization-definition.ts';
import type { CacheKeyRules } from './caching/cache-key.ts';
import type { IntegrationDraft } from './integration-kind.ts';
import type { Properties } from '../resource-type.ts';
import type { RequestRules } from './validation/model-definition.ts';

/** `AWS::ApiGateway::Method`, as the template gives it. */
export interface MethodDefinition {
  readonly logicalId: string;
  /** As AWS would see them. */
  readonly properties: Properties;
  readonly resourceId: string;
  /** A verb, or `ANY`. */
  readonly verb: string;
  readonly authorization: AuthorizationDefinition;
  readonly apiKeyRequired: boolean;
  readonly requestRules: RequestRules;
  readonly cacheKey: CacheKeyRules;
  /** `OperationName`, which events for functions have (AG-267). */
  readonly operationName: string | undefined;
  /** A method without one cannot be deployed (AG-521). */
  readonly integration: IntegrationDraft | undefined;
}
