import type { Value } from '../resource-type.ts';

/** A property's text when it is known at load; undefined when it is absent or comes from another resource. */
export function knownText(value: Value | undefined): string | undefined {
  return typeof value === 'string' && !value.startsWith('unresolved:') ? value : undefined;
}
