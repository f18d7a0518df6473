import type { HttpAnswer } from '../../../http/exchange.ts';
import { contextVariable } from '../request/context-variables.ts';
import type { HttpApiRequest } from '../request/http-api-request.ts';

/** A request that has its answer. */
export interface Answered {
  readonly request: HttpApiRequest;
  readonly answer: HttpAnswer;
}

type LogSource = (answered: Answered) => string | undefined;

const integrationError: LogSource = ({ request: { trace } }) =>
  trace.integration !== undefined && trace.decision?.type !== undefined ? trace.decision.why : undefined;
const integrationLatency: LogSource = ({ request }) => milliseconds(request.trace.timings['integration']);
const integrationStatus: LogSource = ({ request }) => request.integrationStatus;
const errorMessage: LogSource = ({ request: { failure } }) => failure?.message;

/** `$context` variables that only access logs have (AG-595). */
const logVariables: Readonly<Record<string, LogSource>> = {
  'authorizer.error': ({ request: { trace, failure } }) =>
    failure !== undefined && trace.authorizer !== undefined && trace.integration === undefined ? trace.decision?.why : undefined,
  'authorizer.latency': ({ request }) => milliseconds(request.trace.timings['authorizer']),
  dataProcessed: ({ request, answer }) => String((request.bytes?.length ?? 0) + lengthOf(answer)),
  'error.message': errorMessage,
  'error.messageString': (answered) => JSON.stringify(errorMessage(answered)),
  'error.responseType': ({ request: { failure } }) => failure?.type,
  'integration.error': integrationError,
  'integration.integrationStatus': integrationStatus,
  'integration.latency': integrationLatency,
  'integration.status': integrationStatus,
  integrationErrorMessage: integrationError,
  integrationLatency,
  integrationStatus,
  responseLatency: ({ request }) => milliseconds(request.trace.timings['total']),
  responseLength: ({ answer }) => String(lengthOf(answer)),
  status: ({ answer }) => String(answer.status),
};

/** Undefined for a variable that there is not. */
export function findLogVariable(name: string): LogSource | undefined {
  const own = Object.hasOwn(logVariables, name) ? logVariables[name] : undefined;
  if (own !== undefined) return own;
  const source = contextVariable(name);
  return source === undefined ? undefined : ({ request }) => source(request);
}

function milliseconds(time: number | undefined): string | undefined {
  return time === undefined ? undefined : String(Math.round(time));
}

function lengthOf({ body }: HttpAnswer): number {
  if (body === undefined) return 0;
  return typeof body === 'string' ? Buffer.byteLength(body) : (body.length ?? 0);
}
