import type { CallOutcome } from '../../../gateway/call-function.ts';
import type { FunctionTarget } from '../../../gateway/function-target.ts';
import { configurationError, functionFailed, integrationTimeout, Refused, requestTooLong } from '../failures.ts';

/** Why there is no result of a function's to go on with: what the client gets, and what AWS writes to its execution log. */
export interface FunctionFailure {
  readonly refused: Refused;
  readonly log: string | undefined;
  /** `$context.integrationErrorMessage`, where it is other than the log line. */
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
        log: 'Execution failed due to a timeout error', // AG-256
      };
    case 'no-function':
      return { refused: new Refused(configurationError, `There is no function ${name}`), log: permissionLog };
    case 'refused': {
      const why = `Lambda refused the call: ${outcome.status} ${outcome.code}: ${outcome.message}`;
      if (outcome.status === 413) return { refused: new Refused(requestTooLong, why), log: undefined }; // AG-302
      const log =
        outcome.status === 403 || outcome.status === 404 ? permissionLog : `Lambda invocation failed with status: ${outcome.status}`;
      return { refused: new Refused(configurationError, why), log }; // AG-301
    }
  }
}

/** A function that threw, timed out or ended: 502 for a proxy integration (AG-297, AG-298). */
export function functionError(outcome: Extract<CallOutcome, { readonly kind: 'function-error' }>): FunctionFailure {
  return {
    refused: new Refused(functionFailed, `The function failed: ${outcome.errorType}: ${outcome.errorMessage}`),
    error: `Lambda Customer Function Error:${outcome.errorMessage}`,
    log: `Lambda execution failed with status 200 due to customer function error: ${outcome.errorMessage}. Lambda request id: ${outcome.requestId}`,
  };
}
