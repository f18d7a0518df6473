import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** The algorithm of Signature Version 4 that every client has. */
export const signatureAlgorithm = 'AWS4-HMAC-SHA256';

/** The key for one day, region and service, the parts of a credential scope with the terminator (AWS General Reference, "Calculate the signature"). */
export function signingKey(secretAccessKey: string, scope: readonly string[]): Buffer {
  return scope.reduce<Buffer>((key, part) => hmac(key, part), Buffer.from(`AWS4${secretAccessKey}`));
}

/** What is signed: when, for what, and the digest of `canonical`. */
export function stringToSign(timestamp: string, scope: string, canonical: string): string {
  return `${signatureAlgorithm}\n${timestamp}\n${scope}\n${createHash('sha256').update(canonical).digest('hex')}`;
}

export function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** In a time that tells nothing of where they differ. */
export function equalTexts(one: string, other: string): boolean {
  const [left, right] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(left!, right!);
}
