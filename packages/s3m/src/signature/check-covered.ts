import { invalidSignature } from './signature-problem.ts';
import type { SignatureClaim, SignedRequest } from './signed-request.ts';

/**
 * Refuses what the gateway goes by and a signature does not cover: a canonical path is without empty, `.` and `..` segments, so one signature
 * would be good for other paths; and a verb that a header replaces has to be signed with the header.
 * @throws SignatureProblem
 */
export function checkCovered({ target, headers }: Pick<SignedRequest, 'target' | 'headers'>, { signedHeaders }: SignatureClaim): void {
  const segments = target.split('?', 1)[0]!.split('/').slice(1, -1);
  const last = target.split('?', 1)[0]!.split('/').at(-1)!;
  if ([...segments, last].some((segment) => segment === '.' || segment === '..') || segments.includes(''))
    throw invalidSignature('The path has an empty, . or .. segment, which the signature does not cover.');
  const overrides = headers.some((name, index) => index % 2 === 0 && name.toLowerCase() === 'x-http-method-override');
  if (overrides && !signedHeaders.includes('x-http-method-override'))
    throw invalidSignature("'X-HTTP-Method-Override' must be a 'SignedHeader' in the AWS Authorization.");
}
