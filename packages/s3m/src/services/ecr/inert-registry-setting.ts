import type { ResourceType } from '../resource-type.ts';

/** A setting of the account's registry that has no effect here, for `reason`; its `Ref` is the registry's account. */
export function inertRegistrySetting(type: string, properties: readonly string[], reason: string): ResourceType {
  return {
    type,
    scope: { inert: reason },
    properties: Object.fromEntries(properties.map((name) => [name, { inert: reason }])),
    required: [...properties],
    attributes: ['RegistryId'],
    create: ({ account }) => {
      const resource = {
        ref: account.id,
        attributes: { RegistryId: account.id },
        update: () => Promise.resolve(resource),
        delete: () => Promise.resolve(),
      };
      return Promise.resolve(resource);
    },
  };
}
