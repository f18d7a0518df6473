import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { createMac, type Mac } from './mac.ts';

/** The algorithm of Signature Version 4 that every client has. */
export const signatureAlgorithm = 'AWS4-HMAC-SHA256';

/** By secret and scope: a client signs all of a day's calls of a service with one key. */
const macs = new Map<string, Mac>();
const maxMacs = 1000;

/** What signs with the key of one day, region and service, the parts of a credential scope with the terminator (AWS General Reference, "Calculate the signature"). */
export function signingMac(secretAccessKey: string, scope: string): Mac {
  const name = `${secretAccessKey}\n${scope}`;
  let mac = macs.get(name);
  if (mac === undefined) {
    const key = scope.split('/').reduce<Buffer>((former, part) => hmac(former, part), Buffer.from(`AWS4${secretAccessKey}`));
    mac = createMac(key);
    if (macs.size >= maxMacs) macs.clear();
    macs.set(name, mac);
  }
  return mac;
}

/** What is signed: when, for what, and the digest of `canonical`. */
export function stringToSign(timestamp: string, scope: string, canonical: string): string {
  return `${signatureAlgorithm}\n${timestamp}\n${scope}\n${hash('sha256', canonical)}`;
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** In a time that tells nothing of where they differ; only their lengths may be told. */
export function equalTexts(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  if (one === '') return true;
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
