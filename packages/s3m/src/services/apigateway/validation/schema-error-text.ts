import type { ErrorObject } from 'ajv';

type Words = (error: ErrorObject) => string;

/**
 * What is wrong with a body in the words of the Java validator that API Gateway stands on: the value of
 * `$context.error.validationErrorString` (AG-404). Only the first is recorded, the others are that validator's own texts.
 */
const words: Readonly<Record<string, Words>> = {
  required: ({ params }) => `object has missing required properties (${JSON.stringify([params['missingProperty']].flat())})`,
  type: ({ data, schema }) =>
    `instance type (${typeOf(data)}) does not match any allowed primitive type (allowed: ${JSON.stringify(allowedTypes(schema))})`,
  additionalProperties: ({ params }) =>
    `object instance has properties which are not allowed by the schema: ${JSON.stringify([params['additionalProperty']].flat())}`,
  enum: ({ data, schema }) => `instance value (${JSON.stringify(data)}) not found in enum (possible values: ${JSON.stringify(schema)})`,
  minimum: ({ data, schema, params }) =>
    params['comparison'] === '>'
      ? `numeric instance is not strictly greater than the required minimum ${String(schema)}`
      : `numeric instance is lower than the required minimum (minimum: ${String(schema)}, found: ${String(data)})`,
  maximum: ({ data, schema, params }) =>
    params['comparison'] === '<'
      ? `numeric instance is not strictly lower than the required maximum ${String(schema)}`
      : `numeric instance is greater than the required maximum (maximum: ${String(schema)}, found: ${String(data)})`,
  multipleOf: ({ data, schema }) => `remainder of division is not zero (${String(data)} / ${String(schema)})`,
  minLength: ({ data, schema }) =>
    `string ${JSON.stringify(data)} is too short (length: ${[...String(data)].length}, required minimum: ${String(schema)})`,
  maxLength: ({ data, schema }) =>
    `string ${JSON.stringify(data)} is too long (length: ${[...String(data)].length}, maximum allowed: ${String(schema)})`,
  pattern: ({ data, schema }) => `ECMA 262 regex ${JSON.stringify(schema)} does not match input string ${JSON.stringify(data)}`,
  minItems: ({ data, schema }) =>
    `array is too short: must have at least ${String(schema)} elements but instance has ${count(data)} elements`,
  maxItems: ({ data, schema }) =>
    `array is too long: must have at most ${String(schema)} elements but instance has ${count(data)} elements`,
  additionalItems: ({ schema, params }) =>
    `additional items are not allowed (only ${String(params['limit'])} allowed${schema === false ? '' : ' by the schema'})`,
  uniqueItems: () => 'array must not contain duplicate elements',
  minProperties: ({ data, schema }) =>
    `object has too few properties (found ${count(data)} but schema requires at least ${String(schema)})`,
  maxProperties: ({ data, schema }) =>
    `object has too many properties (found ${count(data)} but schema requires at most ${String(schema)})`,
  anyOf: ({ schema }) => `instance failed to match at least one required schema among ${count(schema)}`,
  oneOf: ({ schema, params }) =>
    `instance failed to match exactly one schema (matched ${count(params['passingSchemas'])} out of ${count(schema)})`,
  not: () => 'instance matched a schema which it should not have',
  format: ({ data, schema }) => `string ${JSON.stringify(data)} is not a valid ${String(schema)}`,
};

/** `[first, second]` */
export function validationErrorString(errors: readonly ErrorObject[]): string {
  return `[${merge(errors).map(toText).join(', ')}]`;
}

function toText(error: ErrorObject): string {
  return words[error.keyword]?.(error) ?? error.message ?? error.keyword;
}

/** One error for all properties that are missing, or too many, in one object; names in order. */
function merge(errors: readonly ErrorObject[]): ErrorObject[] {
  const merged = new Map<string, ErrorObject>();
  for (const error of errors) {
    // What is wrong within alternatives is told by the alternatives' own error.
    if (/\/(?:anyOf|oneOf)\/\d+(?:\/|$)/.test(error.schemaPath)) continue;
    const list =
      error.keyword === 'required' ? 'missingProperty' : error.keyword === 'additionalProperties' ? 'additionalProperty' : undefined;
    const key = `${error.instancePath} ${error.schemaPath}`;
    const other = merged.get(key);
    if (list === undefined || other === undefined) merged.set(key, error);
    else merged.set(key, { ...other, params: { [list]: [other.params[list], error.params[list]].flat().map(String).toSorted() } });
  }
  return [...merged.values()];
}

function allowedTypes(schema: unknown): readonly unknown[] {
  return [schema].flat();
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function count(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
}
