import type { AuthorizerDefinition } from './authorizers/authorizer-definition.ts';
import type { CorsConfiguration } from './cors-configuration.ts';
import type { IntegrationDefinition } from './integrations/integration-definition.ts';
import type { RouteDefinition } from './route-definition.ts';

/** An AWS refusal, in its words. */
export class DraftRefusal extends Error {}

/** A change of the draft that a deployment made before it does not have. */
interface DraftChange {
  readonly revision: number;
  /** For people: `route GET /weather (Weather)`. */
  readonly what: string;
}

/** Changes that are remembered for {@link HttpApiDraft.changesSince}. */
const maxChanges = 1000;

/** What an HTTP API consists of at the moment. Stages with `AutoDeploy` serve it at once, others what was deployed of it (AG-559). */
export class HttpApiDraft {
  readonly integrations: Map<string, IntegrationDefinition> = new Map();
  readonly routes: Map<string, RouteDefinition> = new Map();
  readonly authorizers: Map<string, AuthorizerDefinition> = new Map();
  #cors: CorsConfiguration | undefined;
  #disabled = false;
  #revision = 0;
  readonly #changes: DraftChange[] = [];

  get revision(): number {
    return this.#revision;
  }

  get cors(): CorsConfiguration | undefined {
    return this.#cors;
  }

  /** Whether the default endpoint is disabled. */
  get disabled(): boolean {
    return this.#disabled;
  }

  setApi(cors: CorsConfiguration | undefined, disabled: boolean): void {
    if (!same(this.#cors, cors)) this.#changed('CorsConfiguration');
    if (this.#disabled !== disabled) this.#changed('DisableExecuteApiEndpoint');
    this.#cors = cors;
    this.#disabled = disabled;
  }

  putIntegration(integration: IntegrationDefinition): void {
    this.#put(this.integrations, integration, `integration ${integration.logicalId}`);
  }

  putAuthorizer(authorizer: AuthorizerDefinition): void {
    this.#put(this.authorizers, authorizer, `authorizer ${authorizer.name} (${authorizer.logicalId})`);
  }

  /** @throws DraftRefusal when another route has this key */
  putRoute(route: RouteDefinition): void {
    const other = [...this.routes.values()].find(({ id, routeKey }) => routeKey === route.routeKey && id !== route.id);
    if (other !== undefined) throw new DraftRefusal(`Route with key ${route.routeKey} already exists for this API`);
    this.#put(this.routes, route, `route ${route.routeKey} (${route.logicalId})`);
  }

  remove(kind: 'integrations' | 'authorizers' | 'routes', id: string): void {
    const removed = this[kind].get(id);
    if (this[kind].delete(id)) this.#changed(`${removed!.logicalId}, deleted`);
  }

  /** What changed after `revision`, each thing once. */
  changesSince(revision: number): readonly string[] {
    return [...new Set(this.#changes.filter((change) => change.revision > revision).map(({ what }) => what))];
  }

  #put<T extends { readonly id: string }>(map: Map<string, T>, value: T, what: string): void {
    const old = map.get(value.id);
    map.set(value.id, value);
    if (!same(old, value)) this.#changed(what);
  }

  #changed(what: string): void {
    this.#revision++;
    this.#changes.push({ revision: this.#revision, what });
    if (this.#changes.length > maxChanges) this.#changes.shift();
  }
}

function same(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
