import type * as Ajv from 'ajv';
import type { ErrorObject, ValidateFunction } from 'ajv';
import type * as AjvDraft4 from 'ajv-draft-04';
import type * as AjvFormats from 'ajv-formats';
import { createRequire } from 'node:module';
import type { Value } from '../../resource-type.ts';
import { combiningKeywords } from './combining-keywords.ts';

/** Looks at a parsed body; answers what is wrong with it, nothing when it fits. */
export type BodyCheck = (body: unknown) => readonly ErrorObject[];

/** A schema that cannot be compiled. */
export class SchemaProblem extends Error {}

/** Formats that draft 4 names; others, such as OpenAPI's int64, say nothing (AG-546). */
const formats = ['date-time', 'email', 'hostname', 'ipv4', 'ipv6', 'regex', 'uri'] as const;

/** An API's models, compiled when they are asked for. */
export class SchemaCompiler {
  /** Whether texts are matched against patterns, which short ones can make run very long. */
  readonly hasPatterns: boolean;
  readonly #models: ReadonlyMap<string, Value>;
  readonly #apiId: string;
  readonly #ajv: AjvDraft4.default;

  /** @param models schemas by model name */
  constructor(models: ReadonlyMap<string, Value>, apiId: string) {
    this.#models = models;
    this.#apiId = apiId;
    this.#ajv = createAjv();
    this.hasPatterns = /"(?:pattern|patternProperties|format)":/.test(JSON.stringify([...models.values()]));
    for (const [name, schema] of models) this.#ajv.addSchema(withoutOwnId(schema), modelUrl(apiId, name), undefined, false);
  }

  /** @throws SchemaProblem also for a model that there is none of */
  compile(name: string): BodyCheck {
    if (!this.#models.has(name)) throw new SchemaProblem(`Invalid model identifier specified: ${name}`);
    let validate: ValidateFunction;
    try {
      validate = this.#ajv.getSchema(modelUrl(this.#apiId, name))!;
    } catch (error) {
      throw new SchemaProblem(
        `Invalid model specified: Validation Result: warnings : [], errors : [Invalid model schema specified. ${(error as Error).message}]`,
        { cause: error },
      );
    }
    return (body) => (validate(body) ? [] : [...(validate.errors ?? [])]);
  }
}

/** By which one model refers to another (AG-408). */
export function modelUrl(apiId: string, name: string): string {
  return `https://apigateway.amazonaws.com/restapis/${apiId}/models/${name}`;
}

/** Loaded when the first API with a validator is deployed: it would cost every other start 40 ms. */
function createAjv(): AjvDraft4.default {
  const require = createRequire(import.meta.url);
  const { default: Draft4 } = require('ajv-draft-04') as typeof AjvDraft4.default;
  const { _ } = require('ajv') as typeof Ajv;
  const addFormats = require('ajv-formats') as typeof AjvFormats.default;
  const ajv = new Draft4({ strict: false, allErrors: true, verbose: true, unicodeRegExp: false, logger: false, validateSchema: false });
  addFormats.default(ajv, [...formats]);
  for (const definition of combiningKeywords(_)) ajv.removeKeyword(String(definition.keyword)).addKeyword(definition);
  return ajv;
}

/** A model is known by its URL alone. */
function withoutOwnId(schema: Value): object {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return {};
  const { id: _id, $schema: _draft, ...rest } = schema as Readonly<Record<string, Value>>;
  return rest;
}
