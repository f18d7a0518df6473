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

/** Parsed JSON with every string scrubbed: the same value, not a copy, where there is nothing to scrub. */
export function scrubAll<T>(value: T, scrub: (text: string) => string): T;
export function scrubAll(value: unknown, scrub: (text: string) => string): unknown {
  if (typeof value === 'string') return scrub(value);
  if (Array.isArray(value)) {
    const scrubbed = value.map((item: unknown) => scrubAll(item, scrub));
    return scrubbed.some((item, index) => item !== value[index]) ? scrubbed : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const scrubbed = entries.map(([key, item]: [string, unknown]): [string, unknown] => [scrub(key), scrubAll(item, scrub)]);
  const same = scrubbed.every(([key, item], index) => key === entries[index]![0] && item === entries[index]![1]);
  return same ? value : Object.fromEntries(scrubbed);
}
