import type { CredentialsOwner } from '../../../capabilities/credentials.ts';
import { checkCovered } from '../../../signature/check-covered.ts';
import { readClaim } from '../../../signature/read-claim.ts';
import { SignatureProblem, unrecognizedClient } from '../../../signature/signature-problem.ts';
import { checkClaim, verifySignature } from '../../../signature/verify-signature.ts';
import { forbidden, Refused } from '../failures.ts';
import type { HttpApiServices } from '../integrations/integration.ts';
import type { HttpApiRequest } from '../request/http-api-request.ts';
import { readBody } from '../request/read-body.ts';
import type { Authorizer } from './authorizer.ts';
import { conditionKeys } from './condition-keys.ts';

/**
 * `AWS_IAM`: lets in who has signed with credentials of this account and whose policies allow `execute-api:Invoke`; everybody else gets 403
 * (AG-957).
 */
export class IamAuthorizer implements Authorizer {
  readonly #services: HttpApiServices;

  constructor(services: HttpApiServices) {
    this.#services = services;
  }

  async authorize(request: HttpApiRequest): Promise<Refused | undefined> {
    const { directory, api } = this.#services;
    const { method, rawTarget: target, headers, time } = request;
    try {
      const claim = readClaim({ target, headers });
      checkCovered({ target, headers }, claim);
      const accessKeyId = checkClaim(claim, { region: api.region, service: 'execute-api', now: time });
      request.trace.authorizer = { kind: 'iam', name: 'AWS_IAM', identity: accessKeyId, cache: 'none' };
      const credentials = directory.find('credentials', accessKeyId);
      // Before the body is taken in.
      if (credentials === undefined) throw unrecognizedClient();
      const problem = await readBody(request);
      if (problem !== undefined) return problem;
      verifySignature({ method, target, headers }, claim, credentials, request.bytes ?? Buffer.alloc(0), time);
      request.caller = { kind: 'iam', owner: credentials.owner, accessKeyId };
      return this.#checkPolicies(request, credentials.owner, accessKeyId);
    } catch (error) {
      if (!(error instanceof SignatureProblem)) throw error;
      // Only the first line: the rest may hold the session token.
      return new Refused(forbidden, error.message.split('\n', 1)[0]!);
    }
  }

  #checkPolicies(request: HttpApiRequest, owner: CredentialsOwner, accessKeyId: string): Refused | undefined {
    const { api, stage, method, path } = request;
    const control = this.#services.directory.find('accessControl', api.accountId);
    if (control === undefined) return new Refused(forbidden, 'IAM of the account cannot be asked');
    const refusal = control.refuse(owner, {
      action: 'execute-api:Invoke',
      resource: `arn:${api.partition}:execute-api:${api.region}:${api.accountId}:${api.id}/${stage}/${method}${path}`, // AG-568
      keys: conditionKeys(request),
      accessKeyId,
    });
    return refusal === undefined ? undefined : new Refused(forbidden, `${refusal.message}. ${refusal.why}`);
  }
}
