import type { CallOutcome } from '../../../gateway/call-function.ts';
import type { FunctionTarget } from '../../../gateway/function-target.ts';
import { createScrubber } from '../../../gateway/mask-identity.ts';
import { headerValues } from '../../../http/message.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import type { IntegrationType } from '../integration.ts';

/** Headers whose values are secrets: what a function logs of them is masked. */
const secretHeaders = ['Authorization', 'X-Api-Key', 'Cookie'];

/** Notes which function was invoked, how long it took, what it logged, and what status Lambda's own API gave (AG-475). */
export function traceFunction(request: GatewayRequest, type: IntegrationType, target: FunctionTarget, outcome: CallOutcome): void {
  const { trace } = request;
  const name = target.qualifier === undefined ? target.arn : `${target.arn}:${target.qualifier}`;
  if (outcome.kind !== 'success' && outcome.kind !== 'function-error') {
    if (outcome.kind === 'refused') request.serviceStatus = String(outcome.status);
    trace.integration = { type, function: name };
    return;
  }
  request.serviceStatus = '200';
  trace.integration = { type, function: name, invocation: { requestId: outcome.requestId, durationMs: outcome.durationMs } };
  const scrubbers = secretHeaders.flatMap((header) => headerValues(request.headers, header)).map(createScrubber);
  for (const line of outcome.logs) trace.logs.push(scrubbers.reduce((text, scrub) => scrub(text), line));
}
