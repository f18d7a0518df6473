import { RouteTable, type Route } from '../../gateway/route-table.ts';
import type { AuthorizerDefinition } from './authorizers/authorizer-definition.ts';
import type { Authorizer } from './authorizers/authorizer.ts';
import { IamAuthorizer } from './authorizers/iam-authorizer.ts';
import { JwtAuthorizer } from './authorizers/jwt-authorizer.ts';
import { LambdaAuthorizer } from './authorizers/lambda-authorizer.ts';
import { DraftRefusal, type HttpApiDraft } from './http-api-draft.ts';
import { HttpIntegration } from './integrations/http-integration.ts';
import type { IntegrationDefinition } from './integrations/integration-definition.ts';
import type { HttpApiServices, Integration } from './integrations/integration.ts';
import { LambdaIntegration } from './integrations/lambda-integration.ts';
import { Cors } from './request/cors.ts';
import type { RouteDefinition } from './route-definition.ts';
import { parseRouteKey } from './route-key.ts';
import type { CompiledRoute, Snapshot } from './snapshot.ts';

/** Makes snapshots of one API. Authorizers that did not change go over from one to the next, with the keys and tokens that they know. */
export class SnapshotCompiler {
  readonly #services: HttpApiServices;
  readonly #authorizers = new Map<string, { readonly definition: AuthorizerDefinition; readonly authorizer: Authorizer }>();

  constructor(services: HttpApiServices) {
    this.#services = services;
  }

  /** Freezes the draft as it is now. @throws DraftRefusal, ExpressionProblem */
  compile(draft: HttpApiDraft): Snapshot {
    const integrations = new Map([...draft.integrations.values()].map((definition) => [definition.id, this.#integration(definition)]));
    const routes: Route<CompiledRoute>[] = [];
    let defaultRoute: CompiledRoute | undefined;
    for (const definition of draft.routes.values()) {
      const integration = integrations.get(definition.integrationId);
      if (integration === undefined) throw new DraftRefusal(`Invalid Integration identifier specified: ${definition.integrationId}`);
      const { routeKey, scopes } = definition;
      const { verb, path } = parseRouteKey(routeKey);
      const method: CompiledRoute = { routeKey, verb, path, scopes, authorizer: this.#authorizerOf(definition, draft), integration };
      if (routeKey === '$default') defaultRoute = method;
      else routes.push({ verb, path, method });
    }
    const cors = draft.cors === undefined ? undefined : new Cors(draft.cors);
    return { revision: draft.revision, routes: new RouteTable(routes, 'counts'), defaultRoute, cors, disabled: draft.disabled };
  }

  #integration(definition: IntegrationDefinition): Integration {
    return definition.kind === 'lambda'
      ? new LambdaIntegration(definition, this.#services)
      : new HttpIntegration(definition, this.#services);
  }

  /** A route that names an authorizer is never served without one. */
  #authorizerOf({ access }: RouteDefinition, draft: HttpApiDraft): Authorizer | undefined {
    if (access === 'anybody') return undefined;
    if (access === 'iam') return new IamAuthorizer(this.#services);
    const { authorizerId } = access;
    const definition = draft.authorizers.get(authorizerId);
    if (definition === undefined) throw new DraftRefusal(`Invalid authorizer ID specified: ${authorizerId}`);
    const known = this.#authorizers.get(authorizerId);
    if (known?.definition === definition) return known.authorizer;
    const authorizer =
      definition.kind === 'jwt' ? new JwtAuthorizer(definition, this.#services.clock) : new LambdaAuthorizer(definition, this.#services);
    this.#authorizers.set(authorizerId, { definition, authorizer });
    return authorizer;
  }
}
