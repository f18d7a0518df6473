import type { Properties, Value } from './resource-type.ts';

/** Objects of a list, as far as they are known. */
export function listOf(value: Value | undefined): readonly Properties[] {
  if (!Array.isArray(value)) return [];
  return value.filter((item: Value): item is Properties => typeof item === 'object' && item !== null && !Array.isArray(item));
}

/** A value as text; undefined while it is not known. */
export function textOf(value: Value | undefined): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && !isUnresolved(value) ? value : undefined;
}

/** Whether a value is known only later: at load, what other resources give begins with `unresolved:` (ResourceType.check). */
export function isUnresolved(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('unresolved:');
}

export function isObject(value: Value | undefined): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Names and values of an object; empty for what is none. */
export function entriesOf(value: Value | undefined): [string, Value][] {
  return isObject(value) ? Object.entries(value) : [];
}
