import { parseAuthorization } from './parse-authorization.ts';
import { tryPresigned } from './parse-presigned.ts';
import { incompleteSignature, invalidSignature, missingToken } from './signature-problem.ts';
import type { SignatureClaim, SignedRequest } from './signed-request.ts';

/** What a request says of its signature, wherever it stands. @throws SignatureProblem */
export function readClaim({ target, headers }: Pick<SignedRequest, 'target' | 'headers'>): SignatureClaim {
  const values: string[] = [];
  for (let index = 0; index < headers.length; index += 2) if (isAuthorization(headers[index]!)) values.push(headers[index + 1]!);
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

function isAuthorization(header: string): boolean {
  return header.length === 'authorization'.length && header.toLowerCase() === 'authorization';
}
