import { createHash } from 'node:crypto';
import { headerValue } from '../../http/message.ts';
import { incompleteSignature, missingAuthenticationToken, type Failure } from './failures.ts';
import type { GatewayRequest } from './gateway-request.ts';

/**
 * What AWS says of a path or verb that the deployment does not have: that a signature is missing (AG-027, AG-028), or, where something
 * stands in `Authorization`, what keeps that from being one (AG-032, AG-033). A whole signature counts as one: it is not checked.
 */
export function undefinedRoute({ headers }: Pick<GatewayRequest, 'headers'>): Failure {
  const authorization = headerValue(headers, 'Authorization');
  if (authorization === undefined || authorization === '') return missingAuthenticationToken;
  const digest = createHash('sha256').update(authorization).digest('base64');
  if (!authorization.includes('=')) {
    return incompleteSignature(
      `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${digest}'.`,
    );
  }
  const lacking = ['Credential', 'Signature', 'SignedHeaders']
    .filter((name) => !new RegExp(`\\b${name}=`).test(authorization))
    .map((name) => `Authorization header requires '${name}' parameter.`);
  if (headerValue(headers, 'X-Amz-Date') === undefined && headerValue(headers, 'Date') === undefined)
    lacking.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  if (lacking.length === 0) return missingAuthenticationToken;
  return incompleteSignature(`${lacking.join(' ')} (Hashed with SHA-256 and encoded with Base64) Authorization=${digest}`);
}
