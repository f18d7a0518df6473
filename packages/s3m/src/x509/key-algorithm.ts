/** ACM's algorithms, as Node makes their keys (ACM API, KeyAlgorithm). */
export const keyKinds = {
  RSA_2048: { type: 'rsa', modulusLength: 2048 },
  RSA_3072: { type: 'rsa', modulusLength: 3072 },
  RSA_4096: { type: 'rsa', modulusLength: 4096 },
  EC_prime256v1: { type: 'ec', namedCurve: 'prime256v1' },
  EC_secp384r1: { type: 'ec', namedCurve: 'secp384r1' },
  EC_secp521r1: { type: 'ec', namedCurve: 'secp521r1' },
} as const;

export type KeyAlgorithm = keyof typeof keyKinds;
export const keyAlgorithms: readonly KeyAlgorithm[] = Object.keys(keyKinds) as KeyAlgorithm[];
