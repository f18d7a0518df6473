import { createHash } from 'node:crypto';
import { entriesOf, isObject } from '../../known-value.ts';
import type { Properties, Value } from '../../resource-type.ts';
import { modelUrl } from '../validation/schema-compiler.ts';
import type { DocumentPath, ImportContext } from './imported-api.ts';
import { part } from './open-api-document.ts';

/** The document's named schemas become models. */
export function importSchemas(context: ImportContext): void {
  const at = context.version === 2 ? ['definitions'] : ['components', 'schemas'];
  for (const [name, schema] of entriesOf(part(context.root, ...at))) {
    context.models.set(name, { at: [...at, name], schema: withModelUrls(schema, context.apiId) });
  }
}

/** Name of the model for a schema; one without a name of its own gets one that AWS would make up. */
export function modelFor(context: ImportContext, schema: Properties, at: DocumentPath): string {
  const { $ref: reference } = schema;
  const named = typeof reference === 'string' ? /^#\/(?:definitions|components\/schemas)\/([^/]+)$/.exec(reference)?.[1] : undefined;
  if (named !== undefined) return named;
  const name = `MODEL${createHash('sha256').update(JSON.stringify(at)).digest('hex').slice(0, 6)}`;
  context.models.set(name, { at, schema: withModelUrls(schema, context.apiId) });
  return name;
}

/** A model refers to another by its URL (AG-408). */
function withModelUrls(schema: Value, apiId: string): Value {
  if (Array.isArray(schema)) return schema.map((item: Value) => withModelUrls(item, apiId));
  if (!isObject(schema)) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => {
      const name =
        key === '$ref' && typeof value === 'string' ? /^#\/(?:definitions|components\/schemas)\/(.+)$/.exec(value)?.[1] : undefined;
      return [key, name === undefined ? withModelUrls(value, apiId) : modelUrl(apiId, name)];
    }),
  );
}
