import type { ApiDraft } from './draft.ts';
import { DraftRefusal } from './draft.ts';
import type { DeploymentServices } from './deployment-services.ts';
import { GatewayResponses } from './gateway-responses.ts';
import type { Integration } from './integration.ts';
import { LambdaAuthorizer } from './lambda-authorizer.ts';
import type { MethodDefinition } from './method-definition.ts';
import { RouteTable, type Route } from '../../gateway/route-table.ts';
import type { CompiledMethod, Snapshot } from './snapshot.ts';
import { createValidationCompiler } from './validation/compile-validation.ts';

/** Freezes the draft as it is now (AG-456). @throws DraftRefusal AG-521, AG-522; MappingProblem, PatternProblem */
export function compileDeployment(draft: ApiDraft, deploymentId: string, services: DeploymentServices): Snapshot {
  if (draft.methods.size === 0) throw new DraftRefusal("The REST API doesn't contain any methods");
  const authorizers = new Map(
    [...draft.authorizers.values()].map((definition) => [
      definition.id,
      new LambdaAuthorizer(definition, services.api, services.directory, services.clock),
    ]),
  );
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
      authorizer: findAuthorizer(definition, authorizers),
      validation: compileValidation(definition.requestRules),
      integration: compileIntegration(definition, services),
    };
    routes.push({ path: resource.path, verb: definition.verb, method });
  }
  return {
    deploymentId,
    revision: draft.revision,
    routes: new RouteTable(routes),
    responses: new GatewayResponses(draft.responses.values()),
    authorizers: [...authorizers.values()],
    disabled: draft.disabled,
  };
}

/** A method that names an authorizer is never deployed without one (AG-077). */
function findAuthorizer(
  { authorizerId }: MethodDefinition,
  authorizers: ReadonlyMap<string, LambdaAuthorizer>,
): LambdaAuthorizer | undefined {
  if (authorizerId === undefined) return undefined;
  const authorizer = authorizers.get(authorizerId);
  if (authorizer === undefined) {
    throw new DraftRefusal(
      'Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.',
    );
  }
  return authorizer;
}

function compileIntegration({ integration }: MethodDefinition, services: DeploymentServices): Integration {
  if (integration === undefined) throw new DraftRefusal('No integration defined for method');
  return integration.compile(services);
}
