import type { ResourceType } from '../services/resource-type.ts';

/** Stands for a type that nobody simulates and that the user accepts by name (`--accept`): it exists, and does nothing. */
export function acceptedType(type: string): ResourceType {
  return {
    type,
    scope: { inert: 'accepted by --accept: it does nothing here' },
    properties: { '*': 'simulated' },
    attributes: ['*'],
    create: async (context) => {
      const ref = context.physicalName();
      // Any attribute answers something that looks like itself, so that templates which only pass it on still resolve.
      const attributes = new Proxy(
        {},
        {
          get: (_target, name) => (typeof name === 'string' ? `${ref}/${name}` : undefined),
          has: () => true,
        },
      );
      return { ref, attributes, delete: async () => {} };
    },
  };
}
