import { createLogVariables, lengthOf, milliseconds, type LogSource } from '../../../gateway/log-variables.ts';
import { contextVariable } from '../request/context-variables.ts';
import type { HttpApiRequest } from '../request/http-api-request.ts';

type Source = LogSource<HttpApiRequest>;

const integrationError: Source = ({ request: { trace } }) =>
  trace.integration !== undefined && trace.decision?.type !== undefined ? trace.decision.why : undefined;
const integrationLatency: Source = ({ request }) => milliseconds(request.trace.timings['integration']);
const integrationStatus: Source = ({ request }) => request.integrationStatus;
const errorMessage: Source = ({ request: { failure } }) => failure?.message;

/** `$context` variables that only access logs have (AG-595). */
const ofLogs: Readonly<Record<string, Source>> = {
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
};

/** Undefined for a variable that there is not. */
export const findLogVariable: (name: string) => Source | undefined = createLogVariables(ofLogs, contextVariable);
