import type { Json } from './json.ts';

const prefix = 'unresolved:';

/** A value that is known only after a resource has been created. */
export type Unresolved = `${typeof prefix}${string}`;

/** A string that stands for a value known only after a resource has been created. `what` is for people: `Api.RootResourceId`. */
export function unresolved(what: string): Unresolved {
  return `${prefix}${what}`;
}

export function isUnresolved(value: unknown): value is Unresolved {
  return typeof value === 'string' && value.startsWith(prefix);
}

/** Joins parts to one string; when one is not known yet, neither is the whole, and it begins with `unresolved:` once. */
export function concatenate(parts: readonly string[]): string {
  if (!parts.some(isUnresolved)) return parts.join('');
  return prefix + parts.map((part) => (isUnresolved(part) ? part.slice(prefix.length) : part)).join('');
}

/** The first of `values` that is not known yet. */
export function firstUnresolved(...values: readonly (Json | symbol | undefined)[]): Unresolved | undefined {
  return values.find(isUnresolved);
}
