import type { Credentials } from '../../../capabilities/credentials.ts';
import type { Directory } from '../../../capabilities/directory.ts';
import { readClaim } from '../../../signature/read-claim.ts';
import {
  SignatureProblem,
  unrecognizedClient as unrecognizedKey,
  type SignatureProblemCode,
} from '../../../signature/signature-problem.ts';
import { checkCovered } from '../../../signature/check-covered.ts';
import type { SignatureClaim } from '../../../signature/signed-request.ts';
import { checkClaim, verifySignature } from '../../../signature/verify-signature.ts';
import type { DeploymentServices } from '../deployment-services.ts';
import {
  expiredToken,
  incompleteSignature,
  invalidSignature,
  missingAuthenticationToken,
  Refused,
  unrecognizedClient,
  type Failure,
} from '../failures.ts';
import type { Outcome } from '../integration.ts';
import { traceAuthorizer, type Passage } from '../passage.ts';
import { readRequestBody } from '../request-body.ts';
import type { Authorization } from './authorization.ts';

/** How the gateway answers each of them. */
const failures: Readonly<Record<SignatureProblemCode, (message: string) => Failure>> = {
  MissingAuthenticationToken: () => missingAuthenticationToken,
  IncompleteSignature: incompleteSignature,
  InvalidSignature: invalidSignature,
  UnrecognizedClient: unrecognizedClient,
  ExpiredToken: expiredToken,
};

/**
 * Lets in who has signed with credentials of this account (Signature Version 4). Whose policies allow `execute-api:Invoke` is not asked: roles
 * are not enforced, and the credentials there are belong to an administrator.
 */
export class IamAuthorization implements Authorization {
  readonly type = 'AWS_IAM';
  readonly #directory: Directory;
  readonly #region: string;

  constructor({ directory, api }: DeploymentServices) {
    this.#directory = directory;
    this.#region = api.region;
  }

  authorize(passage: Passage): Outcome | undefined | Promise<Outcome | undefined> {
    const { request } = passage;
    try {
      const claim = readClaim({ target: request.rawTarget, headers: request.headers });
      checkCovered({ target: request.rawTarget, headers: request.headers }, claim);
      const accessKeyId = checkClaim(claim, { region: this.#region, service: 'execute-api', now: request.time });
      traceAuthorizer(request, { name: 'AWS_IAM', identity: accessKeyId, cache: 'none' });
      const credentials = this.#directory.find('credentials', accessKeyId);
      // Before the body is taken in.
      if (credentials === undefined) throw unrecognizedKey();
      return verify(passage, claim, accessKeyId, credentials);
    } catch (error) {
      return refuse(error);
    }
  }
}

async function verify(
  { request }: Passage,
  claim: SignatureClaim,
  accessKeyId: string,
  credentials: Credentials,
): Promise<Outcome | undefined> {
  const body = request.hasBody ? await readRequestBody(request) : Buffer.alloc(0);
  if (!Buffer.isBuffer(body)) return body;
  try {
    const { method, rawTarget: target, headers } = request;
    verifySignature({ method, target, headers }, claim, credentials, body, request.time);
  } catch (error) {
    return refuse(error);
  }
  request.caller = { ...credentials.owner, accessKeyId };
  return undefined;
}

function refuse(error: unknown): Refused {
  if (!(error instanceof SignatureProblem)) throw error;
  // Only the first line: the rest may hold the session token.
  return new Refused(failures[error.code](error.message), error.message.split('\n', 1)[0]!);
}
