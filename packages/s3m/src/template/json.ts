/** What a JSON or YAML template is made of, and what its functions resolve to. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isJsonArray(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

/** A text as it is, anything else as JSON: an object's own `toString` may be anything. */
export function printedJson(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
