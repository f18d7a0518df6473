import { createHmac, hash, timingSafeEqual } from 'node:crypto';

/** The algorithm of Signature Version 4 that every client has. */
export const signatureAlgorithm = 'AWS4-HMAC-SHA256';

/** Keys by secret and scope: a client signs all of a day's calls of a service with one. */
const keys = new Map<string, Buffer>();
const maxKeys = 1000;

/** The key for one day, region and service, the parts of a credential scope with the terminator (AWS General Reference, "Calculate the signature"). */
export function signingKey(secretAccessKey: string, scope: readonly string[]): Buffer {
  const name = [secretAccessKey, ...scope].join('\n');
  let key = keys.get(name);
  if (key === undefined) {
    key = scope.reduce<Buffer>((former, part) => hmac(former, part), Buffer.from(`AWS4${secretAccessKey}`));
    if (keys.size >= maxKeys) keys.clear();
    keys.set(name, key);
  }
  return key;
}

/** What is signed: when, for what, and the digest of `canonical`. */
export function stringToSign(timestamp: string, scope: string, canonical: string): string {
  return `${signatureAlgorithm}\n${timestamp}\n${scope}\n${hash('sha256', canonical)}`;
}

export function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** In a time that tells nothing of where they differ; only their lengths may be told. */
export function equalTexts(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
