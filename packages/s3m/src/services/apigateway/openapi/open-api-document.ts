import { isObject } from '../../known-value.ts';
import type { Properties, Value } from '../../resource-type.ts';

/** A document that AWS does not import. */
export class ImportProblem extends Error {}

/** The document's root, and which OpenAPI it is. @throws ImportProblem AG-548 */
export function parseDocument(body: Value): { readonly root: Properties; readonly version: 2 | 3 } {
  const root = typeof body === 'string' ? tryParse(body) : body;
  if (!isObject(root)) throw new ImportProblem('Unable to build importer with provided input.');
  if (String(root['swagger'] ?? '').startsWith('2')) return { root, version: 2 };
  if (String(root['openapi'] ?? '').startsWith('3.')) return { root, version: 3 };
  throw new ImportProblem('Invalid OpenAPI input.');
}

/** What `$ref` in a value of the document points to; the value itself when it has none. */
export function follow(root: Properties, value: Value | undefined): Properties {
  let target: Value | undefined = value;
  for (let hops = 0; hops < 20 && isObject(target) && typeof target['$ref'] === 'string'; hops++) target = find(root, target['$ref']);
  return isObject(target) ? target : {};
}

/** An object below a value; empty when there is none. */
export function part(value: Value | undefined, ...path: readonly string[]): Properties {
  let at: Value | undefined = value;
  for (const key of path) at = isObject(at) ? at[key] : undefined;
  return isObject(at) ? at : {};
}

/** `#/components/schemas/Pet` */
function find(root: Properties, reference: string): Value | undefined {
  if (!reference.startsWith('#/')) return undefined;
  let at: Value | undefined = root;
  for (const key of reference.slice(2).split('/')) {
    at = isObject(at) ? at[decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~')] : undefined;
  }
  return at;
}

function tryParse(text: string): Value | undefined {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined;
  }
}
