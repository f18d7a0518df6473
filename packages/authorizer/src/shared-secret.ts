/** RFC 7518, section 3.2: a key for HS256 has at least 256 bits. */
const shortestSecret = 32;

/** Secrets that stand in documentation. */
const publishedSecrets: ReadonlySet<string> = new Set(['a-string-secret-at-least-256-bits-long']);

/** The secret for HS256 as bytes. A missing or weak one is a fault of the installation, not of the caller (T16). @throws TypeError */
export function parseSharedSecret(secret: string | undefined): Uint8Array {
  if (secret === undefined || secret === '') {
    throw new TypeError(
      'hs256 is asked for, but its secret is missing. Give the function a secret of at least 32 bytes, for instance as the variable JWT_SECRET',
    );
  }
  const bytes = new TextEncoder().encode(secret);
  if (bytes.length < shortestSecret)
    throw new TypeError(`The secret for HS256 has ${bytes.length} bytes. It must have at least ${shortestSecret}`);
  if (publishedSecrets.has(secret))
    throw new TypeError('The secret for HS256 is one that stands in documentation. Make your own: openssl rand -base64 32');
  return bytes;
}
