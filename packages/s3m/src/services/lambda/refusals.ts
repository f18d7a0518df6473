import type { Invoker, InvokeResult } from '../../capabilities/invocable.ts';
import { JsonProblem, readJson } from '../../vtl/read-json.ts';

type Refusal = Extract<InvokeResult, { readonly kind: 'refused' }>;

/** Bytes of an event of a synchronous invocation (LMB-005). */
const MAX_EVENT_BYTES = 6_291_456;
/** The same of an asynchronous one; 256 KB until late 2025 (AG-499). */
const MAX_QUEUED_EVENT_BYTES = 1_048_576;

/** LMB-065 */
export function accessDenied(message: string): Refusal {
  return { kind: 'refused', status: 403, code: 'AccessDeniedException', message };
}

/** LMB-060; the phrase names the resource policy, as a service has no identity policy (IAM-032). */
export function notAllowed(invoker: Invoker, arn: string): Refusal {
  return {
    kind: 'refused',
    status: 403,
    code: 'AccessDeniedException',
    message: `User: ${invoker.principal} is not authorized to perform: lambda:InvokeFunction on resource: ${arn} because no resource-based policy allows the lambda:InvokeFunction action`,
  };
}

/** LMB-016, AG-913: without a qualifier AWS names `$LATEST`. */
export function functionNotFound(arn: string): Refusal {
  return { kind: 'refused', status: 404, code: 'ResourceNotFoundException', message: `Function not found: ${arn}` };
}

/** LMB-040 */
export function throttled(): Refusal {
  return { kind: 'refused', status: 429, code: 'TooManyRequestsException', message: 'Rate Exceeded.' };
}

/** A function that exists without a runtime that could run it here. */
export function notRunnable(message: string): Refusal {
  return { kind: 'refused', status: 501, code: 'UnsupportedRuntime', message };
}

/** What is wrong with an event: too large (LMB-038), no JSON (LMB-039). With `isJson` only its size is looked at. */
export function refuseEvent(event: string, isJson: boolean, later: boolean): Refusal | undefined {
  const bytes = Buffer.byteLength(event);
  const limit = later ? MAX_QUEUED_EVENT_BYTES : MAX_EVENT_BYTES;
  if (bytes > limit) {
    return {
      kind: 'refused',
      status: 413,
      code: 'RequestTooLargeException',
      message: `${bytes} byte payload is too large for the ${later ? 'Event' : 'RequestResponse'} invocation type (limit ${limit} bytes)`,
    };
  }
  if (isJson) return undefined;
  try {
    JSON.parse(event);
    return undefined;
  } catch (error) {
    const why = jacksonMessage(event) ?? (error as Error).message;
    return {
      kind: 'refused',
      status: 400,
      code: 'InvalidRequestContentException',
      message: `Could not parse request body into json: ${why}`,
    };
  }
}

/** Why a text is no JSON in the words of AWS's parser (AG-360); undefined for what only JavaScript's refuses. */
function jacksonMessage(text: string): string | undefined {
  try {
    readJson(text);
    return undefined;
  } catch (error) {
    if (error instanceof JsonProblem) return error.message;
    throw error;
  }
}
