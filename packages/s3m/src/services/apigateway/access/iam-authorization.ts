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
import { conditionKeys } from '../condition-keys.ts';
import type { Authorization } from './authorization.ts';
import type { Caller } from './caller.ts';
import { methodArnOf } from './method-arn.ts';
import { deniedByIdentity } from './policy-denial.ts';

/** How the gateway answers each of them. */
const failures: Readonly<Record<SignatureProblemCode, (message: string) => Failure>> = {
  MissingAuthenticationToken: () => missingAuthenticationToken,
  IncompleteSignature: incompleteSignature,
  InvalidSignature: invalidSignature,
  UnrecognizedClient: unrecognizedClient,
  ExpiredToken: expiredToken,
};

/**
 * Lets in who has signed with credentials of this account (Signature Version 4), and whom its own policies or the API's allow
 * `execute-api:Invoke` (IAM-002).
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
      traceAuthorizer(request, { kind: 'iam', name: 'AWS_IAM', identity: accessKeyId, cache: 'none' });
      const credentials = this.#directory.find('credentials', accessKeyId);
      // Before the body is taken in.
      if (credentials === undefined) throw unrecognizedKey();
      return verify(this.#directory, passage, claim, accessKeyId, credentials);
    } catch (error) {
      return refuse(error);
    }
  }
}

async function verify(
  directory: Directory,
  passage: Passage,
  claim: SignatureClaim,
  accessKeyId: string,
  credentials: Credentials,
): Promise<Outcome | undefined> {
  const { request } = passage;
  const body = request.hasBody ? await readRequestBody(request) : Buffer.alloc(0);
  if (!Buffer.isBuffer(body)) return body;
  try {
    const { method, rawTarget: target, headers } = request;
    verifySignature({ method, target, headers }, claim, credentials, body, request.time);
  } catch (error) {
    return refuse(error);
  }
  request.caller = {
    ...credentials.owner,
    accessKeyId,
    may: (action) => {
      const need = { action, resource: methodArnOf(passage), keys: conditionKeys(request), accessKeyId };
      const control = directory.find('accessControl', request.api.accountId);
      return control !== undefined && control.refuse(credentials.owner, need) === undefined;
    },
  };
  return checkPolicies(directory, passage, request.caller);
}

/** A missing Allow is noted for the end, where the resource policy has the last word (AG-169); callers of other accounts are its own affair (AG-170). */
function checkPolicies(directory: Directory, passage: Passage, caller: Caller): Refused | undefined {
  const { api } = passage.request;
  if (caller.accountId !== api.accountId) return undefined;
  const control = directory.find('accessControl', api.accountId);
  if (control === undefined) return new Refused(deniedByIdentity(passage, false), 'IAM of the account cannot be asked');
  const policy = passage.snapshot!.policy;
  const refusal = control.refuse(caller, {
    action: 'execute-api:Invoke',
    resource: methodArnOf(passage),
    keys: conditionKeys(passage.request),
    resourcePolicy: policy === undefined ? undefined : { name: api.id, document: policy.document },
    accessKeyId: caller.accessKeyId,
  });
  if (refusal === undefined) return undefined;
  const refused = new Refused(deniedByIdentity(passage, refusal.explicit), refusal.why);
  // A Deny of the resource policy is told by its own step.
  if (refusal.explicit && !refusal.message.endsWith('resource-based policy')) return refused;
  passage.unallowed = refused;
  return undefined;
}

function refuse(error: unknown): Refused {
  if (!(error instanceof SignatureProblem)) throw error;
  // Only the first line: the rest may hold the session token.
  return new Refused(failures[error.code](error.message), error.message.split('\n', 1)[0]!);
}
