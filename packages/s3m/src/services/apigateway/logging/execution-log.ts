import { toHeaderLines } from '../../../http/header-text.ts';
import type { HttpAnswer } from '../../../http/exchange.ts';
import { parseQuery } from '../../../gateway/query-string.ts';
import { headersAfterParsing } from '../events/event-headers.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import type { MethodSetting } from '../method-settings.ts';
import { javaMap } from './java-map.ts';
import { maskTail } from './mask-tail.ts';
import { maxEvent, truncateLine } from './truncate-line.ts';

/** What API Gateway writes of a request to its execution log, in its order (AG-465 to AG-469). */
export function executionLog(request: GatewayRequest, answer: HttpAnswer, { loggingLevel, dataTrace }: MethodSetting): string[] {
  const failed = answer.status >= 500 || failureLines(request).length > 0;
  if (loggingLevel === 'OFF' || (loggingLevel === 'ERROR' && !failed)) return [];
  const lines =
    loggingLevel === 'ERROR'
      ? [...failureLines(request), `Method completed with status: ${answer.status}`]
      : [...beforeExecution(request), ...execution(request, answer, dataTrace)];
  return lines.map((line) => truncateLine(`(${request.id}) ${line}`));
}

function* beforeExecution(request: GatewayRequest): Generator<string> {
  const { trace, api, id, target } = request;
  yield `Extended Request Id: ${request.extendedId}`;
  const { authorizer } = trace;
  if (trace.logs.some((line) => line.startsWith('Starting authorizer'))) {
    yield* trace.logs.filter((line) => line.startsWith('Starting authorizer'));
    if (request.identity !== undefined) yield `Incoming identity: ${maskTail(request.identity)}`; // AG-467
  }
  yield* failureLines(request).filter((line) => line.startsWith('Unauthorized request') || trace.integration === undefined);
  if (request.failure?.type === 'ACCESS_DENIED') yield 'The client is not authorized to perform this operation.'; // AG-468
  else if (authorizer !== undefined && request.authorizer !== undefined) {
    yield `Using valid authorizer policy for principal: ${maskTail(request.authorizer.get('principalId') ?? '')}`;
    yield 'Successfully completed authorizer execution';
  }
  if (trace.integration === undefined && request.failure?.blank !== true) return;
  const stage = `${api.id}/${target.stage}`;
  const key = request.apiKey === undefined ? '' : maskTail(request.apiKey.value);
  yield `Verifying Usage Plan for request: ${id}. API Key: ${key} API Stage: ${stage}`;
  if (request.apiKey === undefined)
    yield `API Key  authorized because method '${request.verb} ${request.resourcePath}' does not require API Key. Request will not contribute to throttle or quota limits`;
  yield `Usage Plan check succeeded for API Key ${key} and API Stage ${stage}`;
  yield* start(request);
}

function* start({ id, verb, target }: GatewayRequest): Generator<string> {
  yield `Starting execution for request: ${id}`;
  yield `HTTP Method: ${verb}, Resource Path: ${target.path}`;
}

/** Of a method that a call of API Gateway's own API tries out: without authorization, and with all that is known (AG-466). */
export function simulatedExecutionLog(request: GatewayRequest, answer: HttpAnswer): string[] {
  return [...start(request), ...execution(request, answer, true)];
}

function* execution(request: GatewayRequest, answer: HttpAnswer, dataTrace: boolean): Generator<string> {
  const { trace } = request;
  const began = trace.integration !== undefined || request.failure?.blank === true;
  if (began && dataTrace) yield* methodRequest(request);
  if (trace.integration !== undefined) {
    if (dataTrace) yield* endpoint(request);
    yield* failureLines(request).filter((line) => !line.startsWith('Unauthorized request'));
  }
  if (began && request.failure === undefined) {
    if (dataTrace) {
      yield `Method response body after transformations: ${text(answer.body)}`;
      yield `Method response headers: ${javaMap(toHeaderLines(answer.headers))}`;
    }
    yield 'Successfully completed execution';
  }
  yield `Method completed with status: ${answer.status}`;
}

function* methodRequest(request: GatewayRequest): Generator<string> {
  yield `Method request path: ${javaMap(request.pathParameters)}`;
  yield `Method request query string: ${javaMap(parseQuery(request.target.query))}`;
  yield `Method request headers: ${javaMap(headersAfterParsing(request))}`;
  yield `Method request body before transformations: ${request.document?.text.slice(0, maxEvent) ?? ''}`;
}

function* endpoint({ exchange, trace }: GatewayRequest): Generator<string> {
  const sent = exchange?.sent;
  if (sent === undefined) return;
  yield `Endpoint request URI: ${sent.uri}`;
  yield `Endpoint request headers: ${javaMap(sent.headers)}`;
  yield `Endpoint request body after transformations: ${text(sent.body)}`;
  yield `Sending request to ${sent.uri}`;
  const received = exchange?.received;
  if (received === undefined) return;
  yield `Received response. Status: ${received.status}, Integration latency: ${Math.round(trace.integrationMs ?? 0)} ms`;
  yield `Endpoint response headers: ${javaMap(received.headers)}`;
  yield `Endpoint response body before transformations: ${text(received.body)}`;
}

/** AG-298, AG-468 */
const failureStarts = ['Execution failed', 'Lambda execution failed', 'Lambda invocation failed', 'Unauthorized request'];

/** AG-468. The trace's other lines are the functions' own. */
function failureLines({ trace }: GatewayRequest): string[] {
  return trace.logs.filter((line) => failureStarts.some((start) => line.startsWith(start)));
}

function text(body: HttpAnswer['body']): string {
  if (typeof body === 'string') return body;
  return Buffer.isBuffer(body) ? body.subarray(0, maxEvent).toString('utf8') : '';
}
