/**
 * Whether a Host value is `uri-host [":" port]` (RFC 9112 section 3.2). Stricter than the grammar: no percent-encoding, no sub-delimiters,
 * none of which a resolvable name has and which readers take differently.
 */
export function isHost(value: string): boolean {
  const match = /^(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::(\d{0,5}))?$/.exec(value);
  return match !== null && Number(match[1] ?? 0) <= 65_535;
}
