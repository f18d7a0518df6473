import type { Invoker, InvokeResult } from '../../capabilities/invocable.ts';

type Refusal = Extract<InvokeResult, { readonly kind: 'refused' }>;

/** Bytes of an event of a synchronous invocation (LMB-005). */
const MAX_EVENT_BYTES = 6_291_456;

/** LMB-060, LMB-065; the phrase names the resource policy, as a service has no identity policy (IAM-032). */
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
export function refuseEvent(event: string, isJson: boolean): Refusal | undefined {
  const bytes = Buffer.byteLength(event);
  if (bytes > MAX_EVENT_BYTES) {
    return {
      kind: 'refused',
      status: 413,
      code: 'RequestTooLargeException',
      message: `${bytes} byte payload is too large for the RequestResponse invocation type (limit ${MAX_EVENT_BYTES} bytes)`,
    };
  }
  if (isJson) return undefined;
  try {
    JSON.parse(event);
    return undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      kind: 'refused',
      status: 400,
      code: 'InvalidRequestContentException',
      message: `Could not parse request body into json: ${why}`,
    };
  }
}
