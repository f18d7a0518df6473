import { readClaim } from '../../signature/read-claim.ts';
import { SignatureProblem } from '../../signature/signature-problem.ts';
import { incompleteSignature, invalidSignature, missingAuthenticationToken, type Failure } from './failures.ts';
import type { GatewayRequest } from './gateway-request.ts';

/**
 * What AWS says of a path or verb that the deployment does not have: that a signature is missing (AG-027, AG-028), or, where something
 * stands in `Authorization`, what keeps that from being one (AG-032, AG-033). A whole signature counts as one: it is not checked.
 */
export function undefinedRoute({ headers, rawTarget }: Pick<GatewayRequest, 'headers' | 'rawTarget'>): Failure {
  try {
    readClaim({ target: rawTarget, headers });
  } catch (error) {
    if (!(error instanceof SignatureProblem)) throw error;
    if (error.code === 'IncompleteSignature') return incompleteSignature(error.message);
    if (error.code === 'InvalidSignature') return invalidSignature(error.message);
  }
  return missingAuthenticationToken;
}
