import type { CallOutcome } from '../../../gateway/call-function.ts';
import type { FunctionTarget } from '../../../gateway/function-target.ts';
import { createScrubber } from '../../../gateway/mask-identity.ts';
import { headerValues } from '../../../http/message.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import type { IntegrationType } from '../integration.ts';

/** Headers whose values are secrets: what a function logs of them is masked. */
const secretHeaders = ['Authorization', 'X-Api-Key', 'Cookie'];

/** Notes in the trace which function was invoked, how long it took, and what it logged. */
export function traceFunction(request: GatewayRequest, type: IntegrationType, target: FunctionTarget, outcome: CallOutcome): void {
  const { trace } = request;
  const name = target.qualifier === undefined ? target.arn : `${target.arn}:${target.qualifier}`;
  if (outcome.kind !== 'success' && outcome.kind !== 'function-error') {
    trace.integration = { type, function: name };
    return;
  }
  trace.integration = { type, function: name, invocation: { requestId: outcome.requestId, durationMs: outcome.durationMs } };
  const scrubbers = secretHeaders.flatMap((header) => headerValues(request.headers, header)).map(createScrubber);
  for (const line of outcome.logs) trace.logs.push(scrubbers.reduce((text, scrub) => scrub(text), line));
}
