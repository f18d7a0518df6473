import type { Authorization } from './access/authorization.ts';
import { compileAuthorization } from './access/compile-authorization.ts';
import { parseResourcePolicy, ResourcePolicy } from './access/resource-policy.ts';
import { compileCacheKey } from './caching/cache-key.ts';
import type { ApiDraft, ResourceDefinition } from './draft.ts';
import { DraftRefusal } from './draft-refusal.ts';
import type { DeploymentServices } from './deployment-services.ts';
import { GatewayResponses } from './gateway-responses.ts';
import type { Integration } from './integration.ts';
import type { MethodDefinition } from './method-definition.ts';
import type { MethodFacts } from './method-facts.ts';
import { RouteTable, type Route } from '../../gateway/route-table.ts';
import type { CompiledMethod, Snapshot } from './snapshot.ts';
import { createValidationCompiler } from './validation/compile-validation.ts';

/** Freezes the draft as it is now (AG-456). @throws DraftRefusal AG-521, AG-522; MappingProblem, PatternProblem */
export function compileDeployment(draft: ApiDraft, deploymentId: string, services: DeploymentServices): Snapshot {
  if (draft.methods.size === 0) throw new DraftRefusal("The REST API doesn't contain any methods");
  const authorizers = new Map([...draft.authorizers.values()].map((definition) => [definition.id, definition.compile(services)]));
  const compileValidation = createValidationCompiler(draft, services.api.id);
  const routes: Route<CompiledMethod>[] = [];
  for (const definition of draft.methods.values()) {
    // A method whose resource is gone is gone too.
    const resource = draft.resources.get(definition.resourceId);
    if (resource === undefined) continue;
    const authorization = compileAuthorization(definition, authorizers, services);
    const method = compileMethod(definition, resource, { deploymentId, authorization, compileValidation, services });
    routes.push({ path: resource.path, verb: definition.verb, method });
  }
  return {
    deploymentId,
    revision: draft.revision,
    routes: new RouteTable(routes),
    responses: new GatewayResponses(draft.responses.values()),
    authorizers: [...authorizers.values()],
    policy: draft.policy === undefined ? undefined : new ResourcePolicy(parseResourcePolicy(draft.policy, services.api)),
    apiKeySource: draft.settings.apiKeySource,
    minimumCompressionSize: draft.settings.minimumCompressionSize,
    disabled: draft.disabled,
  };
}

/** What a method is compiled with. */
export interface MethodSurroundings {
  readonly deploymentId: string;
  readonly authorization: Authorization;
  readonly compileValidation: ReturnType<typeof createValidationCompiler>;
  readonly services: DeploymentServices;
}

/** @throws DraftRefusal AG-521; MappingProblem, PatternProblem */
export function compileMethod(
  definition: MethodDefinition,
  resource: ResourceDefinition,
  { deploymentId, authorization, compileValidation, services }: MethodSurroundings,
): CompiledMethod {
  const { verb, operationName } = definition;
  return {
    resourceId: resource.id,
    resourcePath: resource.path,
    verb,
    name: `${verb} ${resource.path}`,
    authorization,
    apiKeyRequired: definition.apiKeyRequired,
    validation: compileValidation(definition.requestRules),
    cacheKey: compileCacheKey(definition.cacheKey, resource.id),
    integration: compileIntegration(definition, { deploymentId, verb, resourcePath: resource.path, operationName }, services),
  };
}

function compileIntegration({ integration }: MethodDefinition, method: MethodFacts, services: DeploymentServices): Integration {
  if (integration === undefined) throw new DraftRefusal('No integration defined for method');
  return integration.compile(services, method);
}
