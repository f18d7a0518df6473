import { createHash } from 'node:crypto';
import { incompleteSignature } from './signature-problem.ts';
import { signedHeaderValue, type SignatureClaim } from './signed-request.ts';

/**
 * Reads `AWS4-HMAC-SHA256 Credential=..., SignedHeaders=..., Signature=...`. What does not look like that is told by a digest only (AG-032, AG-033).
 * @throws SignatureProblem
 */
export function parseAuthorization(authorization: string, headers: readonly string[]): SignatureClaim {
  const blank = authorization.indexOf(' ');
  const parameters = new Map<string, string>();
  for (const part of authorization.slice(blank + 1).split(',')) {
    const equals = part.indexOf('=');
    if (equals === -1) {
      throw incompleteSignature(
        `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${digest(authorization)}'.`,
      );
    }
    parameters.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim());
  }
  const timestamp = readDate(headers);
  const missing = ['Credential', 'Signature', 'SignedHeaders']
    .filter((name) => (parameters.get(name) ?? '') === '')
    .map((name) => `Authorization header requires '${name}' parameter. `);
  if (timestamp === undefined) missing.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ");
  if (missing.length > 0 || timestamp === undefined)
    throw incompleteSignature(`${missing.join('')}(Hashed with SHA-256 and encoded with Base64) Authorization=${digest(authorization)}`);
  return {
    place: 'header',
    algorithm: authorization.slice(0, Math.max(blank, 0)),
    credential: parameters.get('Credential')!,
    signedHeaders: parameters.get('SignedHeaders')!.toLowerCase().split(';'),
    signature: parameters.get('Signature')!,
    timestamp,
    sessionToken: signedHeaderValue(headers, 'x-amz-security-token'),
    expires: undefined,
  };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

/** `X-Amz-Date`, or `Date`, which may also be of the form that HTTP has. */
function readDate(headers: readonly string[]): string | undefined {
  const own = signedHeaderValue(headers, 'x-amz-date');
  if (own !== undefined) return own;
  const date = signedHeaderValue(headers, 'date');
  if (date === undefined || /^\d{8}T\d{6}Z$/.test(date)) return date;
  const time = Date.parse(date);
  return Number.isNaN(time) ? date : basicTime(time);
}

/** `20260101T000000Z` */
export function basicTime(time: number): string {
  return new Date(time).toISOString().replaceAll(/[-:]|\.\d+/g, '');
}
