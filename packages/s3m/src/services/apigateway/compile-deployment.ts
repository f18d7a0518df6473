import { compileAuthorization } from './access/compile-authorization.ts';
import { parseResourcePolicy, ResourcePolicy } from './access/resource-policy.ts';
import { compileCacheKey } from './caching/cache-key.ts';
import type { ApiDraft } from './draft.ts';
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
    const method: CompiledMethod = {
      resourceId: resource.id,
      resourcePath: resource.path,
      verb: definition.verb,
      name: `${definition.verb} ${resource.path}`,
      authorization: compileAuthorization(definition, authorizers, services),
      apiKeyRequired: definition.apiKeyRequired,
      validation: compileValidation(definition.requestRules),
      cacheKey: compileCacheKey(definition.cacheKey, resource.id),
      integration: compileIntegration(
        definition,
        { deploymentId, verb: definition.verb, resourcePath: resource.path, operationName: definition.operationName },
        services,
      ),
    };
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

function compileIntegration({ integration }: MethodDefinition, method: MethodFacts, services: DeploymentServices): Integration {
  if (integration === undefined) throw new DraftRefusal('No integration defined for method');
  return integration.compile(services, method);
}
