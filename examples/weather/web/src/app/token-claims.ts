/** The claims of a compact JWT, for display only: nothing is verified here. Undefined when the text is no JWT. */
export function readClaims(token: string): Readonly<Record<string, unknown>> | undefined {
  const payload = token.trim().split('.')[1];
  if (payload === undefined) return undefined;
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const timeClaims = new Set(['exp', 'iat', 'nbf', 'auth_time']);

/** A claim as text; times also as a date. */
export function formatClaim(name: string, value: unknown): string {
  if (timeClaims.has(name) && typeof value === 'number') return `${value} (${new Date(value * 1000).toLocaleString()})`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
