import { functionFailed, invalidResult, type EdgeError } from '../distribution/edge-error.ts';
import { drop, type EdgeAnswer } from '../distribution/origin-answer.ts';
import type { ViewerRequest } from '../distribution/viewer-request.ts';
import { checkResult, type FunctionResult } from './check-result.ts';
import { fromEventResponse, toEventRequest, toEventResponse, type EdgeEvent, type EventResponse } from './edge-event.ts';
import { FunctionError, type EdgeFunction } from './edge-function.ts';

export type FunctionOutcome =
  | Exclude<FunctionResult, { readonly kind: 'invalid' }>
  | { readonly kind: 'failed'; readonly error: EdgeError };

/** What a function makes of a request or, when there is one, of its answer; what it does wrong is told to the developer too (S3W-054). */
export async function runFunction(
  edge: EdgeFunction,
  distribution: { readonly id: string; readonly domainName: string },
  request: ViewerRequest,
  answer: EdgeAnswer | undefined,
  tell: (problem: string) => void,
): Promise<FunctionOutcome> {
  const event: EdgeEvent = {
    version: '1.0',
    context: {
      distributionDomainName: distribution.domainName,
      distributionId: distribution.id,
      eventType: answer === undefined ? 'viewer-request' : 'viewer-response',
      requestId: request.id,
    },
    viewer: { ip: request.ip },
    request: toEventRequest(request),
    ...(answer === undefined ? {} : { response: toEventResponse(answer.status, answer.headers) }),
  };
  try {
    const result = checkResult(event, await edge.run(event));
    if (result.kind !== 'invalid') return result;
    tell(`the returned value is invalid: ${result.problem}`);
    return { kind: 'failed', error: invalidResult(result.problem) };
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    tell(error.message);
    return { kind: 'failed', error: functionFailed };
  }
}

/** The answer as a function wants it; a body of its own goes out in place of the origin's. */
export function withResponse(answer: EdgeAnswer, response: EventResponse, method: string): EdgeAnswer {
  const headers = fromEventResponse(response);
  const status = response.statusCode;
  if (response.body === undefined) return { ...answer, status, headers };
  drop(answer);
  const { data, encoding = 'text' } = typeof response.body === 'string' ? { data: response.body } : response.body;
  const body = Buffer.from(data, encoding === 'base64' ? 'base64' : 'utf8');
  const kept = headers.filter(([name]) => name.toLowerCase() !== 'content-length');
  return { status, headers: [...kept, ['content-length', String(body.length)]], body: method === 'HEAD' ? Buffer.alloc(0) : body };
}
