import type { Resolved } from './no-value.ts';

/** A scalar as the text that CloudFormation makes of it; undefined for lists, objects and nothing. */
export function scalarText(value: Resolved): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return undefined;
}
