import type { CallOutcome } from '../../../gateway/call-function.ts';
import type { FunctionTarget } from '../../../gateway/function-target.ts';
import { createSecretScrubber } from '../../../gateway/secret-headers.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import type { IntegrationType } from '../integration.ts';

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
  trace.logs.push(...[...outcome.logs, ...(outcome.denials ?? [])].map(createSecretScrubber(request.headers)));
}
