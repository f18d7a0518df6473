import { rawQuery, signedHeaderValue, type SignedRequest } from './signed-request.ts';
import { uriDecode, uriEncode } from './uri-encoding.ts';

/** How a service's signatures see the path: without empty and dot segments, encoded once more; or, S3's, as it is. */
export type PathStyle = 'normalized' | 'as-sent';

/** The text that a signature covers. `payloadHash` is the SHA-256 of the body, in hex, or what stands for it. */
export function canonicalRequest(
  request: SignedRequest,
  signedHeaders: readonly string[],
  payloadHash: string,
  path: PathStyle = 'normalized',
): string {
  let headers = '';
  for (const name of signedHeaders) headers += `${name}:${signedHeaderValue(request.headers, name) ?? ''}\n`;
  const where = request.target === '/' ? '/\n' : `${pathOf(request.target, path)}\n${canonicalQuery(request.target)}`;
  return `${request.method}\n${where}\n${headers}\n${signedHeaders.join(';')}\n${payloadHash}`;
}

function pathOf(target: string, style: PathStyle): string {
  return style === 'normalized' ? canonicalPath(target) : sentPath(target);
}

/** Without empty, `.` and `..` segments; encoded once more, as for all services but S3. */
function canonicalPath(target: string): string {
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(uriEncode(segment));
  }
  return `/${segments.join('/')}${segments.length > 0 && path.endsWith('/') ? '/' : ''}`;
}

/** Each segment decoded and encoded: clients differ in what they escape (S3 API Reference, "Signature Calculations for the Authorization Header"). */
function sentPath(target: string): string {
  return target
    .split('?', 1)[0]!
    .split('/')
    .map((segment) => uriEncode(uriDecode(segment.replaceAll('+', '%2B'))))
    .join('/');
}

/** Sorted by encoded name, then by value; without the signature itself. */
function canonicalQuery(target: string): string {
  return rawQuery(target)
    .map(([name, value]) => [uriEncode(uriDecode(name)), uriEncode(uriDecode(value))] as const)
    .filter(([name]) => name !== 'X-Amz-Signature')
    .toSorted(([name, value], [otherName, otherValue]) => compare(name, otherName) || compare(value, otherValue))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
