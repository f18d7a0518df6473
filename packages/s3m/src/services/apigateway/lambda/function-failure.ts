import { randomUUID } from 'node:crypto';
import type { CallOutcome } from '../../../gateway/call-function.ts';
import type { FunctionTarget } from '../../../gateway/function-target.ts';
import { configurationError, functionFailed, integrationTimeout, Refused, requestTooLong } from '../failures.ts';

/** Why there is no result of a function's to go on with: what the client gets, and what AWS writes to its execution log. */
export interface FunctionFailure {
  readonly refused: Refused;
  readonly logs: readonly string[];
  /** `$context.integrationErrorMessage`, where it is other than a log line. */
  readonly error?: string;
}

const permissionLog = 'Execution failed due to configuration error: Invalid permissions on Lambda function';

/** How the gateway answers when Lambda did not run the function to its end (AG-281, AG-300 to AG-302; LMB-043). */
export function callFailure(
  outcome: Exclude<CallOutcome, { readonly kind: 'success' | 'function-error' }>,
  target: FunctionTarget,
  timeoutMs: number,
): FunctionFailure {
  const name = target.qualifier === undefined ? target.arn : `${target.arn}:${target.qualifier}`;
  switch (outcome.kind) {
    case 'timed-out':
      return {
        refused: new Refused(integrationTimeout, `Function ${name} did not answer within ${timeoutMs} ms`),
        logs: ['Execution failed due to a timeout error'], // AG-256
      };
    case 'no-function':
      return { refused: new Refused(configurationError, `There is no function ${name}`), logs: [permissionLog] };
    case 'refused': {
      const why = `Lambda refused the call: ${outcome.status} ${outcome.code}: ${outcome.message}`;
      if (outcome.status === 413) return { refused: new Refused(requestTooLong, why), logs: [] }; // AG-302
      return { refused: new Refused(configurationError, why), logs: refusalLogs(outcome) }; // AG-301
    }
  }
}

/** A function that threw, timed out or ended: 502 for a proxy integration (AG-297, AG-298). */
export function functionError(outcome: Extract<CallOutcome, { readonly kind: 'function-error' }>): FunctionFailure {
  return {
    refused: new Refused(functionFailed, `The function failed: ${outcome.errorType}: ${outcome.errorMessage}`),
    error: `Lambda Customer Function Error:${outcome.errorMessage}`,
    logs: [
      `Lambda execution failed with status 200 due to customer function error: ${outcome.errorMessage}. Lambda request id: ${outcome.requestId}`,
    ],
  };
}

/** AG-281; of a throttled call: AG-915. */
function refusalLogs({ status, message }: Extract<CallOutcome, { readonly kind: 'refused' }>): readonly string[] {
  if (status === 403 || status === 404) return [permissionLog];
  return [
    `Lambda invocation failed with status: ${status}. Lambda request id: ${randomUUID()}`,
    `Execution failed due to configuration error: ${message}`,
  ];
}
