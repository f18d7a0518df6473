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
  additionalItems: ({ data, params }) =>
    `schema only allows ${String(params['limit'])} elements in array but instance has ${count(data)} elements`,
  uniqueItems: () => 'array must not contain duplicate elements',
  minProperties: ({ data, schema }) =>
    `object has too few properties (found ${count(data)} but schema requires at least ${String(schema)})`,
  maxProperties: ({ data, schema }) =>
    `object has too many properties (found ${count(data)} but schema requires at most ${String(schema)})`,
  anyOf: ({ schema }) => `instance failed to match at least one required schema among ${count(schema)}`,
  allOf: ({ schema, params }) =>
    `instance failed to match all required schemas (matched only ${String(params['matched'])} out of ${count(schema)})`,
  oneOf: ({ schema, params }) =>
    `instance failed to match exactly one schema (matched ${String(params['matched'])} out of ${count(schema)})`,
  not: () => 'instance matched a schema which it should not have',
  dependencies: ({ schema, params }) => {
    const wanted = (schema as Readonly<Record<string, readonly string[]>>)[String(params['property'])] ?? [];
    const [required, missing] = [wanted, [params['missingProperty']].flat().map(String)].map((names) => JSON.stringify(names.toSorted()));
    return `property ${JSON.stringify(params['property'])} of object has missing property dependencies (schema requires ${required}; missing: ${missing})`;
  },
  format: ({ data, schema }) => `string ${JSON.stringify(data)} is ${formats[String(schema)] ?? `not a valid ${String(schema)}`}`,
};

const formats: Readonly<Record<string, string>> = {
  'date-time': "invalid against requested date format(s) [yyyy-MM-dd'T'HH:mm:ssZ, yyyy-MM-dd'T'HH:mm:ss.[0-9]{1,12}Z]",
  email: 'not a valid email address',
  ipv4: 'not a valid IPv4 address',
  ipv6: 'not a valid IPv6 address',
  regex: 'not a valid ECMA 262 regular expression',
  uri: 'not a valid URI',
};

/** `[first, second]` */
export function validationErrorString(errors: readonly ErrorObject[]): string {
  return `[${merge(errors).map(toText).join(', ')}]`;
}

function toText(error: ErrorObject): string {
  return words[error.keyword]?.(error) ?? error.message ?? error.keyword;
}

/** Keywords with an error for each name. */
const lists: Readonly<Record<string, string>> = {
  required: 'missingProperty',
  additionalProperties: 'additionalProperty',
  dependencies: 'missingProperty',
};

/**
 * One error for all properties that are missing, or too many, in one object; names in order. That validator doesn't look at what is in an object or
 * a list that is itself wrong.
 */
function merge(errors: readonly ErrorObject[]): ErrorObject[] {
  const wrong = new Set(errors.map(({ instancePath }) => instancePath));
  const merged = new Map<string, ErrorObject>();
  for (const error of errors) {
    if (isWithin(error.instancePath, wrong)) continue;
    const list = lists[error.keyword];
    const key = `${error.instancePath} ${error.schemaPath} ${error.keyword === 'dependencies' ? String(error.params['property']) : ''}`;
    const other = merged.get(key);
    if (list === undefined || other === undefined) merged.set(key, error);
    else merged.set(key, { ...other, params: { [list]: [other.params[list], error.params[list]].flat().map(String).toSorted() } });
  }
  return [...merged.values()];
}

function isWithin(path: string, others: ReadonlySet<string>): boolean {
  for (let end = path.lastIndexOf('/'); end >= 0; end = path.lastIndexOf('/', end - 1)) {
    if (others.has(path.slice(0, end))) return true;
    if (end === 0) break;
  }
  return false;
}

/** A number may be an integer too; in the order of the alphabet. */
function allowedTypes(schema: unknown): readonly string[] {
  const types = new Set([schema].flat().map(String));
  if (types.has('number')) types.add('integer');
  return [...types].toSorted();
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
