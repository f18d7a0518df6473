import type { IncomingMessage } from 'node:http';
import type { Credentials } from '../../../capabilities/credentials.ts';
import type { Account } from '../../account.ts';
import { canonicalRequest } from '../../../signature/canonical-request.ts';
import { parseAuthorization } from '../../../signature/parse-authorization.ts';
import { tryPresigned } from '../../../signature/parse-presigned.ts';
import { SignatureProblem } from '../../../signature/signature-problem.ts';
import type { SignatureClaim, SignedRequest } from '../../../signature/signed-request.ts';
import { equalTexts, signatureAlgorithm, signingMac, stringToSign } from '../../../signature/signing-key.ts';
import { parseBasicTime } from '../../../signature/verify-signature.ts';
import { accessDenied, invalidArgument, invalidRequest, notServed, S3Error } from './s3-error.ts';
import type { Signer } from './s3-call.ts';

/** How far the clocks may be apart: S3's own limit. */
const skewMs = 15 * 60_000;
/** Seven days, in seconds. */
const longestPresigned = 604_800;

/**
 * Who makes a request, by its header `Authorization` or its query; somebody without either is anonymous. Source of the texts: S3 API Reference,
 * "Error responses", and what S3 answers. @throws S3Error
 */
export function authenticate(account: Account, request: IncomingMessage): Signer {
  const signed: SignedRequest = { method: request.method ?? '', target: request.url ?? '/', headers: request.rawHeaders };
  const claim = readClaim(request, signed);
  if (claim === undefined) return { kind: 'anonymous' };
  const scope = checkScope(claim, account.region);
  checkTime(claim, account.clock.now());
  checkSignedHeaders(claim, request);
  const accessKeyId = claim.credential.split('/', 1)[0]!;
  const credentials = knownCredentials(account, accessKeyId);
  const contentSha256 = contentHash(claim, request);
  const canonical = canonicalRequest(signed, claim.signedHeaders, contentSha256, 'as-sent');
  const mac = signingMac(credentials.secretAccessKey, scope);
  const text = stringToSign(claim.timestamp, scope, canonical);
  if (!equalTexts(mac(text), claim.signature)) throw signatureDoesNotMatch(accessKeyId, claim, text, canonical);
  checkToken(credentials, claim.sessionToken, account.clock.now());
  const { place, timestamp, signature } = claim;
  return { kind: 'signed', caller: credentials.owner, accessKeyId, place, timestamp, contentSha256, scope, mac, signature };
}

/** The credentials of a key, if the token with it is theirs and has not expired. @throws S3Error */
export function findCredentials(account: Account, accessKeyId: string, token: string | undefined): Credentials {
  const credentials = knownCredentials(account, accessKeyId);
  checkToken(credentials, token, account.clock.now());
  return credentials;
}

function knownCredentials(account: Account, accessKeyId: string): Credentials {
  const credentials = account.directory.find('credentials', accessKeyId);
  if (credentials !== undefined) return credentials;
  throw new S3Error(403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', [
    ['AWSAccessKeyId', accessKeyId],
  ]); // IAM-043
}

function checkToken({ sessionToken = '', expiresAt }: Credentials, token: string | undefined, now: number): void {
  if (!equalTexts(sessionToken, token ?? ''))
    throw new S3Error(400, 'InvalidToken', 'The provided token is malformed or otherwise invalid.', [['Token-0', token]]);
  if (expiresAt !== undefined && expiresAt <= now)
    throw new S3Error(400, 'ExpiredToken', 'The provided token has expired.', [['Token-0', token]]);
}

function readClaim(request: IncomingMessage, signed: SignedRequest): SignatureClaim | undefined {
  const presigned = readPresigned(signed.target);
  const { authorization } = request.headers;
  // Signature Version 2, which S3 takes for no bucket made since June 2020.
  if (/[?&]AWSAccessKeyId=/.test(signed.target)) throw oldSignature();
  if (authorization === undefined) return presigned;
  if (presigned !== undefined || request.headersDistinct['authorization']?.length !== 1) {
    throw invalidArgument(
      'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
      'Authorization',
      authorization.split(/[ ,]/, 1)[0],
    );
  }
  if (!authorization.startsWith(`${signatureAlgorithm} `)) throw oldSignature();
  if (request.headers['x-amz-date'] === undefined && request.headers.date === undefined)
    throw accessDenied('AWS authentication requires a valid Date or x-amz-date header');
  try {
    return parseAuthorization(authorization, signed.headers);
  } catch (error) {
    if (error instanceof SignatureProblem)
      throw malformed('the authorization header requires three components: Credential, SignedHeaders, and Signature.');
    throw error;
  }
}

function oldSignature(): S3Error {
  return invalidRequest(`The authorization mechanism you have provided is not supported. Please use ${signatureAlgorithm}.`);
}

function readPresigned(target: string): SignatureClaim | undefined {
  try {
    const claim = tryPresigned(target);
    if (claim === undefined || claim.expires !== undefined) return claim;
  } catch (error) {
    if (!(error instanceof SignatureProblem)) throw error;
  }
  throw queryProblem(
    'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
  );
}

/** The scope without the key; it must be for S3 here, on the day of the request. */
export function checkScope(claim: Pick<SignatureClaim, 'credential' | 'place' | 'timestamp' | 'algorithm'>, ownRegion: string): string {
  const { credential, place, timestamp, algorithm } = claim;
  if (algorithm !== signatureAlgorithm) throw notServed(`A signature of ${algorithm}`);
  const wrong = (what: string, more: S3Error['details'] = []): S3Error =>
    place === 'header' ? malformed(what, more) : queryProblem(`Error parsing the X-Amz-Credential parameter; ${what}`, more);
  const [, date, region, service, terminator, ...others] = credential.split('/');
  if (terminator === undefined || others.length > 0)
    throw wrong('the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".');
  if (region !== ownRegion) throw wrong(`the region '${region}' is wrong; expecting '${ownRegion}'`, [['Region', ownRegion]]);
  if (service !== 's3') throw wrong(`incorrect service "${service}". This endpoint belongs to "s3".`);
  if (terminator !== 'aws4_request') throw wrong(`incorrect terminal "${terminator}". This endpoint uses "aws4_request".`);
  if (!timestamp.startsWith(`${date}T`))
    throw wrong(`incorrect date format "${date}". This date in the credential must be in the format "yyyyMMdd".`);
  return `${date}/${region}/${service}/${terminator}`;
}

function checkTime({ timestamp, place, expires }: SignatureClaim, now: number): void {
  const time = parseBasicTime(timestamp);
  if (time === undefined) {
    throw place === 'header'
      ? accessDenied('AWS authentication requires a valid Date or x-amz-date header')
      : queryProblem("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  }
  if (place === 'query') return checkExpiry(time, expires ?? '', now);
  if (Math.abs(time - now) <= skewMs) return;
  throw new S3Error(403, 'RequestTimeTooSkewed', 'The difference between the request time and the current time is too large.', [
    ['RequestTime', timestamp],
    ['ServerTime', seconds(now)],
    ['MaxAllowedSkewMilliseconds', skewMs],
  ]);
}

function checkExpiry(time: number, expires: string, now: number): void {
  if (!/^-?\d+$/.test(expires)) throw queryProblem('X-Amz-Expires should be a number');
  const validity = Number(expires);
  if (validity < 0) throw queryProblem('X-Amz-Expires must be non-negative');
  if (validity > longestPresigned) {
    throw queryProblem(
      `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${longestPresigned} seconds`,
    );
  }
  if (time > now + skewMs) throw accessDenied('Request is not yet valid');
  if (now <= time + validity * 1000) return;
  throw accessDenied('Request has expired', [
    ['X-Amz-Expires', expires],
    ['Expires', seconds(time + validity * 1000)],
    ['ServerTime', seconds(now)],
  ]);
}

/** The host and every `x-amz-` header must be signed, but for the one whose value the signature has in any case. */
function checkSignedHeaders({ signedHeaders }: SignatureClaim, { headers }: IncomingMessage): void {
  const unsigned = Object.keys(headers).filter(
    (name) => (name === 'host' || (name.startsWith('x-amz-') && name !== 'x-amz-content-sha256')) && !signedHeaders.includes(name),
  );
  if (unsigned.length > 0)
    throw accessDenied('There were headers present in the request which were not signed', [['HeadersNotSigned', unsigned.join(', ')]]);
}

function contentHash({ place }: SignatureClaim, { headers, url = '' }: IncomingMessage): string {
  const header = headers['x-amz-content-sha256'];
  if (typeof header === 'string') {
    if (/^[0-9a-f]{64}$/.test(header) || header === 'UNSIGNED-PAYLOAD' || header.startsWith('STREAMING-')) return header;
    throw invalidArgument(
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 value.',
      'x-amz-content-sha256',
      header,
    );
  }
  if (place === 'header') throw invalidRequest('Missing required header for this request: x-amz-content-sha256');
  return /[?&]X-Amz-Content-Sha256=([0-9a-f]{64})(?:&|$)/i.exec(url)?.[1] ?? 'UNSIGNED-PAYLOAD';
}

function signatureDoesNotMatch(accessKeyId: string, { signature }: SignatureClaim, text: string, canonical: string): S3Error {
  return new S3Error(
    403,
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    [
      ['AWSAccessKeyId', accessKeyId],
      ['StringToSign', text],
      ['SignatureProvided', signature],
      ['StringToSignBytes', bytesOf(text)],
      ['CanonicalRequest', canonical],
      ['CanonicalRequestBytes', bytesOf(canonical)],
    ],
  );
}

function bytesOf(text: string): string {
  return [...Buffer.from(text)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

function malformed(what: string, details: S3Error['details'] = []): S3Error {
  return new S3Error(400, 'AuthorizationHeaderMalformed', `The authorization header is malformed; ${what}`, details);
}

function queryProblem(message: string, details: S3Error['details'] = []): S3Error {
  return new S3Error(400, 'AuthorizationQueryParametersError', message, details);
}

/** `2026-01-01T00:00:00Z` */
function seconds(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+/, '');
}
