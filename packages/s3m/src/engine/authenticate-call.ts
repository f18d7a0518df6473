import type { IncomingMessage } from 'node:http';
import type { Directory } from '../capabilities/directory.ts';
import type { AwsCall } from '../services/account.ts';
import { readClaim } from '../signature/read-claim.ts';
import { invalidSignature, unrecognizedClient } from '../signature/signature-problem.ts';
import { checkClaim, verifySignature } from '../signature/verify-signature.ts';

/** The service whose calls are looked at, and whose credentials count. */
export interface CallScope {
  readonly directory: Directory;
  readonly region: string;
  readonly service: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Who made a call: the holder of credentials of this account who signed this very request (IAM-043). @throws SignatureProblem */
export function authenticateCall(request: IncomingMessage, body: Buffer, scope: CallScope): AwsCall {
  const signed = { method: request.method ?? '', target: request.url ?? '/', headers: request.rawHeaders };
  const claim = readClaim(signed);
  // It says what is done: a signature that does not cover it would be good for anything.
  if (request.headers['x-amz-target'] !== undefined && !claim.signedHeaders.includes('x-amz-target'))
    throw invalidSignature("'X-Amz-Target' must be a 'SignedHeader' in the AWS Authorization.");
  const accessKeyId = checkClaim(claim, scope);
  const credentials = scope.directory.find('credentials', accessKeyId);
  if (credentials === undefined) throw unrecognizedClient();
  verifySignature(signed, claim, credentials, body, scope.now);
  return { caller: credentials.owner, accessKeyId, body };
}
