import type { Value } from '../../resource-type.ts';
import type { ApiDraft } from '../draft.ts';
import { DraftRefusal } from '../draft-refusal.ts';
import { builtInModels, type RequestRules } from './model-definition.ts';
import { RequestValidation } from './request-validation.ts';
import { SchemaCompiler, SchemaProblem } from './schema-compiler.ts';

/** Compiles what methods ask of their requests, with the models that the draft has now; undefined for a method without validator. */
export function createValidationCompiler(draft: ApiDraft, apiId: string): (rules: RequestRules) => RequestValidation | undefined {
  let compiler: SchemaCompiler | undefined;
  const schemas = (): SchemaCompiler => (compiler ??= new SchemaCompiler(modelSchemas(draft), apiId));
  return (rules) => {
    if (rules.validatorId === undefined) return undefined;
    const validator = draft.validators.get(rules.validatorId);
    if (validator === undefined) throw new DraftRefusal('Invalid Request Validator identifier specified');
    try {
      return new RequestValidation(rules, validator, schemas);
    } catch (error) {
      if (error instanceof SchemaProblem) throw new DraftRefusal(error.message, { cause: error });
      throw error;
    }
  };
}

/** What a method names must be there. @throws DraftRefusal */
export function checkRequestRules(draft: ApiDraft, { validatorId, models }: RequestRules): void {
  if (validatorId !== undefined && !draft.validators.has(validatorId)) {
    throw new DraftRefusal('Invalid Request Validator identifier specified');
  }
  for (const name of Object.values(models)) {
    if (!draft.models.has(name) && !builtInModels.has(name)) throw new DraftRefusal(`Invalid model identifier specified: ${name}`);
  }
}

function modelSchemas(draft: ApiDraft): Map<string, Value> {
  return new Map([...builtInModels, ...[...draft.models.values()].map(({ name, schema }) => [name, schema] as const)]);
}
