import { headerValue } from '../../../http/message.ts';
import { badRequestBody, missingParameters, Refused } from '../failures.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import type { Outcome } from '../integration.ts';
import type { Step } from '../passage.ts';
import { readRequestBody } from '../request-body.ts';
import type { RequestValidation } from './request-validation.ts';

/** Parameters before the body (AG-400), both after authorization (AG-067, AG-907). */
export const validateRequest: Step = ({ request, method }) => {
  const validation = method!.validation;
  if (validation === undefined) return undefined;
  const missing = validation.missingParameters(request);
  if (missing.length > 0) {
    return new Refused(
      missingParameters(missing),
      `The method's RequestParameters want these, and they are not there or blank: ${missing.join(', ')}`,
    );
  }
  return validation.looksAtBody ? validateBody(request, validation) : undefined;
};

async function validateBody(request: GatewayRequest, validation: RequestValidation): Promise<Outcome | undefined> {
  const body = request.hasBody ? await readRequestBody(request) : Buffer.alloc(0);
  if (!Buffer.isBuffer(body)) return body;
  const problem = validation.bodyProblem(mediaTypeOf(request), body);
  return problem === undefined ? undefined : new Refused(badRequestBody(problem), `The body does not fit the method's model: ${problem}`);
}

/** AG-407 */
function mediaTypeOf(request: GatewayRequest): string {
  const type = headerValue(request.headers, 'Content-Type') ?? '';
  return type === '' ? 'application/json' : type.split(';', 1)[0]!.trim().toLowerCase();
}
