import { defaultSettings, type ApiSettings } from './api-settings.ts';
import type { AuthorizerDefinition } from './authorizers/authorizer-definition.ts';
import type { GatewayResponseDefinition } from './gateway-responses.ts';
import { DraftRefusal } from './draft-refusal.ts';
import type { MethodDefinition } from './method-definition.ts';
import { checkQuota, defaultQuotas, type Quotas } from './quotas.ts';
import type { ModelDefinition, RequestValidatorDefinition } from './validation/model-definition.ts';

/** `AWS::ApiGateway::Resource`: a segment of a path. */
export interface ResourceDefinition {
  readonly id: string;
  /** Undefined for the root. */
  readonly parentId: string | undefined;
  readonly pathPart: string;
  /** Path template from the root. */
  readonly path: string;
}

/** A change of the draft that a deployment made before it does not have. */
export interface DraftChange {
  readonly revision: number;
  /** What changed, for people: `method GET /weather (WeatherGet)`. */
  readonly what: string;
}

/** Changes that are remembered for {@link ApiDraft.changesSince}. */
const maxChanges = 1000;

/** What an API consists of at the moment. Nothing of it is served before a deployment freezes it (AG-009, AG-123, AG-393). */
export class ApiDraft {
  readonly rootId: string;
  readonly resources: Map<string, ResourceDefinition> = new Map();
  /** By resource id and verb. */
  readonly methods: Map<string, MethodDefinition> = new Map();
  readonly authorizers: Map<string, AuthorizerDefinition> = new Map();
  readonly responses: Map<string, GatewayResponseDefinition & { readonly logicalId: string }> = new Map();
  /** By name. */
  readonly models: Map<string, ModelDefinition> = new Map();
  readonly validators: Map<string, RequestValidatorDefinition> = new Map();
  quotas: Quotas = defaultQuotas;
  #disabled = false;
  #policy: unknown = undefined;
  #settings: ApiSettings = defaultSettings;
  #revision = 0;
  readonly #changes: DraftChange[] = [];

  constructor(rootId: string) {
    this.rootId = rootId;
    this.resources.set(rootId, { id: rootId, parentId: undefined, pathPart: '', path: '/' });
  }

  get revision(): number {
    return this.#revision;
  }

  get disabled(): boolean {
    return this.#disabled;
  }

  set disabled(disabled: boolean) {
    if (this.#disabled === disabled) return;
    this.#disabled = disabled;
    this.#changed('DisableExecuteApiEndpoint');
  }

  /** `Policy` of the API, parsed JSON. */
  get policy(): unknown {
    return this.#policy;
  }

  set policy(policy: unknown) {
    if (JSON.stringify(this.#policy) === JSON.stringify(policy)) return;
    this.#policy = policy;
    this.#changed('Policy');
  }

  get settings(): ApiSettings {
    return this.#settings;
  }

  set settings(settings: ApiSettings) {
    if (JSON.stringify(settings) === JSON.stringify(this.#settings)) return;
    this.#settings = settings;
    this.#changed("the API's own properties");
  }

  /** @throws DraftRefusal AG-059 to AG-061, AG-064 */
  addResource(id: string, parentId: string, pathPart: string): ResourceDefinition {
    const parent = this.resources.get(parentId);
    if (parent === undefined) throw new DraftRefusal('Invalid Resource identifier specified');
    if (parent.pathPart.endsWith('+}')) {
      throw new DraftRefusal(`Cannot create a child of a resource with a greedy path variable: ${parent.pathPart}`);
    }
    const siblings = [...this.resources.values()].filter((sibling) => sibling.parentId === parentId && sibling.id !== id);
    if (siblings.some((sibling) => sibling.pathPart === pathPart)) {
      throw new DraftRefusal(`Another resource with the same parent already has this name: ${pathPart}`);
    }
    const variable = pathPart.startsWith('{') ? siblings.find((sibling) => sibling.pathPart.startsWith('{')) : undefined;
    if (variable !== undefined) {
      throw new DraftRefusal(`A sibling (${variable.pathPart}) of this resource already has a variable path part -- only one is allowed`);
    }
    // The root does not count.
    if (!this.resources.has(id)) checkQuota(this.quotas, 'resources', this.resources.size - 1);
    const resource = { id, parentId, pathPart, path: `${parent.path === '/' ? '' : parent.path}/${pathPart}` };
    this.resources.set(id, resource);
    return resource;
  }

  removeResource(id: string): void {
    this.resources.delete(id);
  }

  putMethod(method: MethodDefinition): void {
    this.#put(this.methods, methodKey(method.resourceId, method.verb), method, `method ${this.#describe(method)}`);
  }

  removeMethod(method: MethodDefinition): void {
    const what = `method ${this.#describe(method)}`;
    if (this.methods.delete(methodKey(method.resourceId, method.verb))) this.#changed(`${what}, deleted`);
  }

  /** @throws DraftRefusal AG-124 */
  putAuthorizer(authorizer: AuthorizerDefinition): void {
    if (!this.authorizers.has(authorizer.id)) checkQuota(this.quotas, 'authorizers', this.authorizers.size);
    this.#put(this.authorizers, authorizer.id, authorizer, `authorizer ${authorizer.name} (${authorizer.logicalId})`);
  }

  removeAuthorizer({ id, name, logicalId }: AuthorizerDefinition): void {
    if (this.authorizers.delete(id)) this.#changed(`authorizer ${name} (${logicalId}), deleted`);
  }

  putResponse(response: GatewayResponseDefinition & { readonly logicalId: string }): void {
    this.#put(this.responses, response.type, response, `gateway response ${response.type} (${response.logicalId})`);
  }

  removeResponse({ type, logicalId }: { readonly type: string; readonly logicalId: string }): void {
    // When one replaces another of its type, the entry is the new one's.
    if (this.responses.get(type)?.logicalId !== logicalId) return;
    this.responses.delete(type);
    this.#changed(`gateway response ${type} (${logicalId}), deleted`);
  }

  /** @throws DraftRefusal AG-410 */
  addModel(model: ModelDefinition): void {
    if (this.models.has(model.name)) throw new DraftRefusal('Model name already exists for this REST API');
    this.putModel(model);
  }

  putModel(model: ModelDefinition): void {
    this.#put(this.models, model.name, model, `model ${model.name} (${model.logicalId})`);
  }

  removeModel({ name, logicalId }: ModelDefinition): void {
    if (this.models.delete(name)) this.#changed(`model ${name} (${logicalId}), deleted`);
  }

  putValidator(validator: RequestValidatorDefinition): void {
    this.#put(this.validators, validator.id, validator, `request validator ${validator.name} (${validator.logicalId})`);
  }

  removeValidator({ id, name, logicalId }: RequestValidatorDefinition): void {
    if (this.validators.delete(id)) this.#changed(`request validator ${name} (${logicalId}), deleted`);
  }

  /** What changed after `revision`, each thing once. */
  changesSince(revision: number): readonly string[] {
    return [...new Set(this.#changes.filter((change) => change.revision > revision).map(({ what }) => what))];
  }

  #put<T>(map: Map<string, T>, key: string, value: T, what: string): void {
    const old = map.get(key);
    map.set(key, value);
    if (old === undefined || JSON.stringify(old) !== JSON.stringify(value)) this.#changed(what);
  }

  #changed(what: string): void {
    this.#revision++;
    this.#changes.push({ revision: this.#revision, what });
    if (this.#changes.length > maxChanges) this.#changes.shift();
  }

  #describe({ verb, resourceId, logicalId }: MethodDefinition): string {
    return `${verb} ${this.resources.get(resourceId)?.path ?? resourceId} (${logicalId})`;
  }
}

export function methodKey(resourceId: string, verb: string): string {
  return `${resourceId} ${verb}`;
}
