import { headerValues } from '../../../http/message.ts';
import type { ApiKeySource } from '../api-settings.ts';
import { invalidApiKey, quotaExceeded, Refused, throttled } from '../failures.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import type { Passage, Step } from '../passage.ts';

/** A method that requires a key (AG-412) wants one that is enabled and has a usage plan for this stage (AG-413), which must have something left. */
export const checkApiKey: Step = (passage) => {
  const { request, method, stage, snapshot } = passage;
  if (!method!.apiKeyRequired) return undefined; // AG-416
  const { usage } = passage;
  const value = keyOf(request, snapshot!.apiKeySource);
  if (value === undefined) return new Refused(invalidApiKey, missing(passage));
  const key = usage.findKey(value);
  if (key === undefined) return new Refused(invalidApiKey, 'There is no such API key');
  if (!key.enabled) return new Refused(invalidApiKey, `API key ${key.id} is disabled`);
  const plan = usage.planOf(key.id, request.api.id, stage!.name);
  if (plan === undefined) return new Refused(invalidApiKey, `No usage plan of API key ${key.id} is for stage ${stage!.name} of this API`);
  request.apiKey = { id: key.id, value };
  request.trace.apiKey = { id: key.id, usagePlan: plan.id };
  const { resourcePath, resourceId, verb } = method!;
  const where = { apiId: request.api.id, stage: stage!.name, resourcePath, resourceId, verb };
  const decision = plan.admit(key, where, request.api.clock.monotonic(), request.time);
  if (decision.kind === 'admitted') return undefined;
  request.trace.logs.push(decision.log);
  return decision.kind === 'throttled'
    ? new Refused(throttled, `Usage plan ${plan.id} lets API key ${key.id} send no more requests at the moment`)
    : new Refused(quotaExceeded, `API key ${key.id} has used up its quota in usage plan ${plan.id}`);
};

/** Two keys are no key: nobody can say which one counts. */
function keyOf(request: GatewayRequest, source: ApiKeySource): string | undefined {
  if (source === 'AUTHORIZER') return request.usageIdentifierKey; // AG-148
  const values = headerValues(request.headers, 'X-API-Key');
  return values.length === 1 && values[0] !== '' ? values[0] : undefined;
}

function missing({ snapshot }: Passage): string {
  return snapshot!.apiKeySource === 'HEADER'
    ? 'The method requires an API key: one header X-API-Key'
    : 'The method requires an API key, and the authorizer returned no usageIdentifierKey';
}
