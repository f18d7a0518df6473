import { hash } from 'node:crypto';
import { canonicalRequest } from './canonical-request.ts';
import { basicTime } from './parse-authorization.ts';
import { expiredToken, incompleteSignature, invalidSignature, unrecognizedClient } from './signature-problem.ts';
import type { SignatureClaim, SignedRequest } from './signed-request.ts';
import { equalTexts, signatureAlgorithm as algorithm, signingMac, stringToSign } from './signing-key.ts';

/** What belongs to an access key. */
export interface SigningCredentials {
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
}

/** Where a signature has to be for, and when it is looked at. */
export interface SignatureScope {
  readonly region: string;
  readonly service: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** How far the clocks may be apart. */
const skewMs = 5 * 60_000;
/** Seven days, in seconds. */
const longestPresigned = 604_800;

/** The access key that a claim names, once time and scope are right. @throws SignatureProblem, in the order in which AWS looks */
export function checkClaim(claim: SignatureClaim, scope: SignatureScope): string {
  checkTime(claim, scope.now);
  if (!claim.signedHeaders.includes('host'))
    throw invalidSignature("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  if (claim.algorithm !== algorithm)
    throw incompleteSignature(`Unsupported AWS 'algorithm': '${claim.algorithm}' (only ${algorithm} for now). `);
  const [accessKeyId, date, region, service, terminator, ...more] = claim.credential.split('/');
  if (terminator === undefined || more.length > 0) {
    throw incompleteSignature(
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${claim.credential}'`,
    );
  }
  const problems = [
    region === scope.region ? '' : 'Credential should be scoped to a valid region. ',
    service === scope.service ? '' : `Credential should be scoped to correct service: '${scope.service}'. `,
    terminator === 'aws4_request' ? '' : `Credential should be scoped with a valid terminator: 'aws4_request', not '${terminator}'. `,
    claim.timestamp.startsWith(`${date}T`)
      ? ''
      : `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date}' != '${claim.timestamp.slice(0, 8)}', from '${claim.timestamp}'. `,
  ].join('');
  if (problems !== '') throw invalidSignature(problems);
  return accessKeyId!;
}

function checkTime({ timestamp, expires, place }: SignatureClaim, now: number): void {
  const time = parseBasicTime(timestamp);
  if (time === undefined) {
    throw incompleteSignature(`Date must be in ISO-8601 'basic format'. Got '${timestamp}'. See http://en.wikipedia.org/wiki/ISO_8601`);
  }
  let validMs = skewMs;
  if (place === 'query' && expires !== undefined) {
    const seconds = /^\d{1,6}$/.test(expires) ? Number(expires) : Number.NaN;
    if (!(seconds >= 1 && seconds <= longestPresigned))
      throw incompleteSignature(`X-Amz-Expires must be between 1 and ${longestPresigned} seconds. Got '${expires}'`);
    validMs = seconds * 1000;
  }
  const minutes = `${Number((validMs / 60_000).toFixed(2))} min.`;
  if (time < now - validMs) {
    throw invalidSignature(
      `Signature expired: ${timestamp} is now earlier than ${basicTime(now - validMs)} (${basicTime(now)} - ${minutes})`,
    );
  }
  if (time > now + skewMs) {
    throw invalidSignature(
      `Signature not yet current: ${timestamp} is still later than ${basicTime(now + skewMs)} (${basicTime(now)} + 5 min.)`,
    );
  }
}

/** The time of the last request: those of one second have the same. */
let lastTime = { text: '', time: 0 };

/** Milliseconds since the epoch; undefined for what is not of the form `20260101T000000Z`. */
export function parseBasicTime(text: string): number | undefined {
  if (text === lastTime.text) return lastTime.time;
  const match = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(time)) return undefined;
  lastTime = { text, time };
  return time;
}

/**
 * Whether the holder of `credentials` signed this very request.
 * @param body the whole of it
 * @throws SignatureProblem
 */
export function verifySignature(
  request: SignedRequest,
  claim: SignatureClaim,
  credentials: SigningCredentials,
  body: Uint8Array,
  now: number,
): void {
  const canonical = canonicalRequest(request, claim.signedHeaders, hash('sha256', body));
  const scope = claim.credential.slice(claim.credential.indexOf('/') + 1);
  const text = stringToSign(claim.timestamp, scope, canonical);
  if (!equalTexts(signingMac(credentials.secretAccessKey, scope)(text), claim.signature)) {
    throw invalidSignature(
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.' +
        `\n\nThe Canonical String for this request should have been\n'${canonical}'\n\nThe String-to-Sign should have been\n'${text}'\n`,
    );
  }
  if (!equalTexts(credentials.sessionToken ?? '', claim.sessionToken ?? '')) throw unrecognizedClient();
  if (credentials.expiresAt !== undefined && credentials.expiresAt <= now) throw expiredToken();
}
