import { asResourceFailure } from '../belongs-to-api.ts';
import { parseAuthorizer } from '../authorizer.ts';
import { methodKey, type ApiDraft } from '../draft.ts';
import { DraftRefusal } from '../draft-refusal.ts';
import { parseGatewayResponse } from '../gateway-response.ts';
import { parseMethod } from '../parse-method.ts';
import { parseRequestValidator } from '../request-validator.ts';
import { checkRequestRules } from '../validation/compile-validation.ts';
import type { Properties } from '../../resource-type.ts';
import type { ImportedApi, ImportedMethod } from './imported-api.ts';

/** A document as AWS sees it, and with local addresses. */
export interface ImportedDocument {
  readonly aws: ImportedApi;
  readonly local: ImportedApi;
}

/** Takes something out of the draft again. */
type Removal = () => void;

/** What an API has from its document. A later document replaces it: what is not in it any more goes. */
export class ImportedResources {
  readonly #draft: ApiDraft;
  readonly #logicalId: string;
  readonly #createId: (salt: string) => string;
  /** By kind and name, in the order in which they may go. */
  #parts = new Map<string, Removal>();

  constructor(draft: ApiDraft, logicalId: string, createId: (salt: string) => string) {
    this.#draft = draft;
    this.#logicalId = logicalId;
    this.#createId = createId;
  }

  /** @param merge keeps what only a former document had (AG-513) @throws ResourceFailure */
  apply(document: ImportedDocument | undefined, merge: boolean): void {
    const former = this.#parts;
    this.#parts = new Map();
    if (document !== undefined) asResourceFailure(() => this.#put(document));
    for (const [key, remove] of former) {
      if (this.#parts.has(key)) continue;
      if (merge) this.#parts.set(key, remove);
      else remove();
    }
  }

  #put({ aws, local }: ImportedDocument): void {
    const draft = this.#draft;
    const logicalId = this.#logicalId;
    const methods: (readonly [string, Removal])[] = [];
    for (const { name, properties } of aws.models) {
      const model = { logicalId, name, contentType: 'application/json', schema: properties['Schema'] ?? {} };
      draft.putModel(model);
      this.#parts.set(`model ${name}`, () => draft.removeModel(model));
    }
    const validatorIds = new Map<string, string>();
    for (const { name, properties } of aws.validators) {
      const validator = parseRequestValidator(properties, logicalId, this.#createId(`validator ${name}`));
      validatorIds.set(name, validator.id);
      draft.putValidator(validator);
      this.#parts.set(`validator ${name}`, () => draft.removeValidator(validator));
    }
    const authorizerIds = new Map<string, string>();
    for (const { name, properties } of aws.authorizers) {
      const authorizer = parseAuthorizer(properties, logicalId, this.#createId(`authorizer ${name}`));
      authorizerIds.set(name, authorizer.id);
      draft.putAuthorizer(authorizer);
      this.#parts.set(`authorizer ${name}`, () => draft.removeAuthorizer(authorizer));
    }
    for (const { name, properties } of local.responses) {
      const response = parseGatewayResponse(properties, logicalId);
      draft.putResponse(response);
      this.#parts.set(`response ${name}`, () => draft.removeResponse(response));
    }
    for (const [index, imported] of aws.methods.entries()) {
      methods.push(this.#putMethod(imported, local.methods[index]!, { validatorIds, authorizerIds }));
    }
    // Methods go before the resources that they are on, children before parents.
    this.#parts = new Map([...methods, ...[...this.#parts].toReversed()]);
  }

  #putMethod(aws: ImportedMethod, local: ImportedMethod, ids: NameIds): readonly [string, Removal] {
    const draft = this.#draft;
    const resourceId = this.#putResource(aws.path);
    const definition = parseMethod(byId(aws.properties, ids, resourceId), byId(local.properties, ids, resourceId), this.#logicalId);
    checkRequestRules(draft, definition.requestRules);
    const other = draft.methods.get(methodKey(resourceId, aws.verb));
    if (other !== undefined && other.logicalId !== this.#logicalId) throw new DraftRefusal('Method already exists for this resource');
    draft.putMethod(definition);
    return [`method ${aws.verb} ${aws.path}`, () => draft.removeMethod(definition)];
  }

  /** Makes what is not there of a path's resources. */
  #putResource(path: string): string {
    const draft = this.#draft;
    let parentId = draft.rootId;
    let at = '';
    for (const pathPart of path.split('/').filter((segment) => segment !== '')) {
      at += `/${pathPart}`;
      const parent = parentId;
      const existing = [...draft.resources.values()].find((other) => other.parentId === parent && other.pathPart === pathPart);
      const id = existing?.id ?? this.#createId(`resource ${at}`);
      if (existing === undefined) draft.addResource(id, parent, pathPart);
      if (id === this.#createId(`resource ${at}`)) this.#parts.set(`resource ${at}`, () => draft.removeResource(id));
      parentId = id;
    }
    return parentId;
  }
}

interface NameIds {
  readonly validatorIds: ReadonlyMap<string, string>;
  readonly authorizerIds: ReadonlyMap<string, string>;
}

/** The properties that a resource of its own would have: ids for names. */
function byId(
  { AuthorizerId: authorizer, RequestValidatorId: validator, ...rest }: Properties,
  ids: NameIds,
  ResourceId: string,
): Properties {
  return {
    ...rest,
    ResourceId,
    ...(authorizer === undefined ? {} : { AuthorizerId: ids.authorizerIds.get(String(authorizer)) ?? String(authorizer) }),
    ...(validator === undefined ? {} : { RequestValidatorId: ids.validatorIds.get(String(validator)) ?? String(validator) }),
  };
}
