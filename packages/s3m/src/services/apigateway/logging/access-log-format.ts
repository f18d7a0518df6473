import { compileAccessLogFormat } from '../../../gateway/access-log-format.ts';
import { createLogVariables, milliseconds, type Answered, type LogSource } from '../../../gateway/log-variables.ts';
import { contextVariable } from '../context-variables.ts';
import { messageString } from '../failures.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import { toldTraceId } from '../trace-id.ts';
import { maskTail } from './mask-tail.ts';

/** `$context` variables that only access logs have (AG-473). */
const ofLogs: Readonly<Record<string, LogSource<GatewayRequest>>> = {
  // Only the first line: what AWS says of a wrong signature goes on with what was signed, a session token perhaps.
  'error.message': ({ request: { failure } }) => failure?.message?.split('\n', 1)[0],
  'error.messageString': ({ request: { failure } }) =>
    failure && messageString({ ...failure, message: failure.message?.split('\n', 1)[0] ?? null }),
  'identity.apiKey': ({ request: { apiKey } }) => apiKey && maskTail(apiKey.value),
  'authorize.error': ({ request }) => refusalOf(request)?.message,
  'authorize.latency': ({ request }) => milliseconds(request.authorizerLatencyMs),
  'authorize.status': ({ request }) => authorizerStatus(request),
  'authorizer.error': ({ request }) => refusalOf(request)?.message,
  'authorizer.integrationLatency': ({ request }) => milliseconds(request.authorizerLatencyMs),
  'authorizer.integrationStatus': ({ request }) => (request.authorizerLatencyMs === undefined ? undefined : '200'),
  'authorizer.latency': ({ request }) => milliseconds(request.authorizerLatencyMs),
  'authorizer.status': ({ request }) => authorizerStatus(request),
  'customDomain.basePathMatched': ({ request }) => (request.basePath === '' ? '(none)' : request.basePath), // AG-476
  'integration.error': ({ request }) => integrationError(request),
  'integration.integrationStatus': ({ request }) => request.serviceStatus ?? request.integrationStatus, // AG-475
  'integration.latency': ({ request }) => milliseconds(request.trace.integrationMs),
  'integration.status': ({ request }) => request.integrationStatus, // AG-475
  integrationErrorMessage: ({ request }) => integrationError(request),
  integrationLatency: ({ request }) => milliseconds(request.trace.integrationMs),
  integrationStatus: ({ request }) => request.serviceStatus ?? request.integrationStatus,
  responseLatency: ({ request }) => milliseconds(request.trace.totalMs),
  xrayTraceId: ({ request }) => /(?:^|;\s*)Root=([^;]+)/.exec(toldTraceId(request) ?? '')?.[1],
};

const findLogVariable = createLogVariables(ofLogs, contextVariable);

/** Makes a line of a request (AG-470). */
export function compileLine(format: string): (answered: Answered<GatewayRequest>) => string {
  return compileAccessLogFormat(format, findLogVariable);
}

/** What the gateway said for the authorizer, where it let nobody through. */
function refusalOf({
  failure,
  authorizerLatencyMs,
}: GatewayRequest): { readonly status: string; readonly message: string | undefined } | undefined {
  const status = authorizerLatencyMs === undefined ? undefined : refusals[failure?.type ?? ''];
  return status === undefined ? undefined : { status, message: failure!.message ?? undefined };
}

const refusals: Readonly<Record<string, string>> = { ACCESS_DENIED: '403', AUTHORIZER_CONFIGURATION_ERROR: '500', UNAUTHORIZED: '401' };

function authorizerStatus(request: GatewayRequest): string | undefined {
  return refusalOf(request)?.status ?? (request.authorizerLatencyMs === undefined ? undefined : '200');
}

/** What went wrong at the integration, in AWS's words. */
function integrationError({ failure, trace, integrationError: own }: GatewayRequest): string | undefined {
  if (failure === undefined || !failure.blank || trace.integration === undefined) return undefined;
  return (
    own ??
    trace.logs.findLast((line) => line.startsWith('Execution failed'))?.replace(/^Execution failed due to /, '') ??
    failure.message ??
    undefined
  );
}
