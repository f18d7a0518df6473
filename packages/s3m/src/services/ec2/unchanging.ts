import type { Resource, Value } from '../resource-type.ts';

/** A resource that takes on changes of its inert properties without changing itself. */
export function unchanging(ref: string, attributes: Readonly<Record<string, Value>>, remove: () => void = () => {}): Resource {
  const resource: Resource = {
    ref,
    attributes,
    update: () => Promise.resolve(resource),
    delete: () => {
      remove();
      return Promise.resolve();
    },
  };
  return resource;
}
