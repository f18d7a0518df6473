import { createHash } from 'node:crypto';

/** An identity for people and traces: its scheme and a digest, never the secret: `Bearer (sha256 1a2b3c4d5e6f)`. */
export function maskIdentity(identity: string): string {
  const digest = createHash('sha256').update(identity, 'latin1').digest('hex').slice(0, 12);
  const scheme = /^([A-Za-z]{1,20}) ./.exec(identity)?.[1];
  return scheme === undefined ? `(sha256 ${digest})` : `${scheme} (sha256 ${digest})`;
}

/** Takes an identity, and what follows its scheme, out of texts. */
export function createScrubber(identity: string): (text: string) => string {
  const mask = maskIdentity(identity);
  const bare = /^[A-Za-z]{1,20} +(.+)$/.exec(identity)?.[1];
  const secrets = [identity, ...(bare === undefined ? [] : [bare])].filter((secret) => secret.length >= 8);
  return (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, mask), text);
}

/** A copy of parsed JSON with every string scrubbed. */
export function scrubAll(value: unknown, scrub: (text: string) => string): unknown {
  if (typeof value === 'string') return scrub(value);
  if (Array.isArray(value)) return value.map((item) => scrubAll(item, scrub));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [scrub(key), scrubAll(item, scrub)]));
}
