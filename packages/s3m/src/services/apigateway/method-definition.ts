import type { IntegrationDraft } from './integration-kind.ts';
import type { RequestRules } from './validation/model-definition.ts';

/** `AWS::ApiGateway::Method`, as the template gives it. */
export interface MethodDefinition {
  readonly logicalId: string;
  readonly resourceId: string;
  /** A verb, or `ANY`. */
  readonly verb: string;
  /** Of the authorizer, with `AuthorizationType: CUSTOM`; undefined with NONE. */
  readonly authorizerId: string | undefined;
  readonly requestRules: RequestRules;
  /** A method without one cannot be deployed (AG-521). */
  readonly integration: IntegrationDraft | undefined;
}
