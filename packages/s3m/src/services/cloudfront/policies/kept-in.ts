import { PropertyReader } from '../../property-reader.ts';
import type { Properties, Resource, ResourceContext } from '../../resource-type.ts';

/** A resource that is nothing but settings, which others find by its id. */
export function keptIn<T>(
  map: Map<string, T>,
  context: ResourceContext,
  { id, read, attributes }: { readonly id: string; read(properties: PropertyReader): T; readonly attributes: Resource['attributes'] },
): Resource {
  const keep = (properties: Properties): void => void map.set(id, read(new PropertyReader(properties)));
  keep(context.properties);
  const resource: Resource = {
    ref: id,
    attributes,
    update: (next) => {
      keep(next.properties);
      return Promise.resolve(resource);
    },
    delete: () => {
      map.delete(id);
      return Promise.resolve();
    },
  };
  return resource;
}

/** `658327ea-f89d-4fab-a63d-7e88639e58f6` */
export function policyId(context: ResourceContext): string {
  return context.physicalId(32, 'hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** `E` and 13 characters */
export function cloudFrontId(context: ResourceContext): string {
  return `E${context.physicalId(13, 'base36').toUpperCase()}`;
}
