import type { JWTPayload } from 'jose';

/** Claims as integrations get them: all of them text (AG-567, AG-954). */
export function claimsAsText(claims: JWTPayload): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, toText(value)]));
}

/** A list is `[a b]`, an object `map[a:1 b:2]` (AG-954). */
function toText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(toText).join(' ')}]`;
  if (typeof value !== 'object') return String(value);
  if (value === null) return '<nil>';
  const members = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return `map[${members.map(([name, member]) => `${name}:${toText(member)}`).join(' ')}]`;
}
