import { parseAuthorization } from './parse-authorization.ts';
import { tryPresigned } from './parse-presigned.ts';
import { incompleteSignature, invalidSignature, missingToken } from './signature-problem.ts';
import type { SignatureClaim, SignedRequest } from './signed-request.ts';

/** What a request says of its signature, wherever it stands. @throws SignatureProblem */
export function readClaim({ target, headers }: Pick<SignedRequest, 'target' | 'headers'>): SignatureClaim {
  const values = headers.filter((_, index) => index % 2 === 1 && headers[index - 1]!.toLowerCase() === 'authorization');
  const [authorization = ''] = values;
  const presigned = tryPresigned(target);
  if (authorization === '') {
    if (presigned === undefined) throw missingToken();
    return presigned;
  }
  if (presigned !== undefined)
    throw invalidSignature("Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");
  // Which one counts is anybody's guess.
  if (values.length > 1) throw incompleteSignature('There is more than one Authorization header.');
  return parseAuthorization(authorization, headers);
}
