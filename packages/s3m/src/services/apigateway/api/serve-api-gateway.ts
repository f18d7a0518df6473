import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { refuseAccess } from '../../access.ts';
import type { Account, AwsCall, AwsHandler } from '../../account.ts';
import { ServiceError, unsupported } from '../../service-error.ts';
import type { ApiAnswer, ApiCall } from './api-call.ts';
import { getAuthorizer, getAuthorizers } from './authorizer-operations.ts';
import { getGatewayResponse, getGatewayResponses } from './response-operations.ts';
import { getDeployment, getDeployments, getResource, getResources, getRestApi, getRestApis } from './rest-api-operations.ts';
import { flushStageAuthorizersCache, flushStageCache, getStage, getStages } from './stage-operations.ts';

type Operation = (call: ApiCall) => ApiAnswer;

/** API Gateway REST API reference, by method and path. `{}` stands for what the operation is told. */
const routes: readonly (readonly [name: string, method: string, path: string, run: Operation])[] = [
  ['GetRestApis', 'GET', '/restapis', getRestApis],
  ['GetRestApi', 'GET', '/restapis/{}', getRestApi],
  ['GetResources', 'GET', '/restapis/{}/resources', getResources],
  ['GetResource', 'GET', '/restapis/{}/resources/{}', getResource],
  ['GetDeployments', 'GET', '/restapis/{}/deployments', getDeployments],
  ['GetDeployment', 'GET', '/restapis/{}/deployments/{}', getDeployment],
  ['GetStages', 'GET', '/restapis/{}/stages', getStages],
  ['GetStage', 'GET', '/restapis/{}/stages/{}', getStage],
  ['FlushStageAuthorizersCache', 'DELETE', '/restapis/{}/stages/{}/cache/authorizers', flushStageAuthorizersCache],
  ['FlushStageCache', 'DELETE', '/restapis/{}/stages/{}/cache/data', flushStageCache],
  ['GetAuthorizers', 'GET', '/restapis/{}/authorizers', getAuthorizers],
  ['GetAuthorizer', 'GET', '/restapis/{}/authorizers/{}', getAuthorizer],
  ['GetGatewayResponses', 'GET', '/restapis/{}/gatewayresponses', getGatewayResponses],
  ['GetGatewayResponse', 'GET', '/restapis/{}/gatewayresponses/{}', getGatewayResponse],
];

/** Operations that are served. */
export const restApiOperations: readonly string[] = routes.map(([name]) => name);

/** API Gateway's own API at the AWS endpoint: what there is can be read, and caches flushed; the template alone changes an API. */
export function serveApiGateway(account: Account): AwsHandler {
  return (request, response, call) => {
    try {
      const body = route(account, request, call);
      send(response, body === undefined ? 202 : 200, body);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      send(response, error.status, { message: error.message }, error.code);
    }
  };
}

function route(account: Account, request: IncomingMessage, call: AwsCall): ApiAnswer {
  const url = new URL(request.url ?? '/', 'http://endpoint');
  const parts = url.pathname.replace(/\/$/, '').split('/');
  const found = routes.find(([, method, path]) => method === request.method && fits(parts, path));
  demand(account, call, request.method ?? '', url.pathname.replace(/\/$/, ''));
  if (found === undefined) {
    throw unsupported(
      `Of API Gateway's own API only ${restApiOperations.join(', ')} are served here, not ${request.method} ${url.pathname}; change the template instead`,
    );
  }
  const [, , path, run] = found;
  const wanted = path.split('/');
  return run({ account, path: parts.filter((_, index) => wanted[index] === '{}').map(decode), query: url.searchParams });
}

function fits(parts: readonly string[], path: string): boolean {
  const wanted = path.split('/');
  return wanted.length === parts.length && wanted.every((part, index) => part === '{}' || part === parts[index]);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ServiceError('BadRequestException', `${text} is not URL-encoded`);
  }
}

/** Actions are the methods of HTTP, resources the paths. Source: Service Authorization Reference, "Amazon API Gateway Management". */
function demand(account: Account, { caller, accessKeyId }: AwsCall, method: string, path: string): void {
  const denial = refuseAccess(account, caller, {
    action: `apigateway:${method}`,
    resource: `arn:${account.partition}:apigateway:${account.region}::${path}`,
    accessKeyId,
  });
  if (denial !== undefined) throw new ServiceError('AccessDeniedException', denial.message, { status: 403 });
}

function send(response: ServerResponse, status: number, body: object | undefined, errorType?: string): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
    'x-amzn-RequestId': randomUUID(),
    ...(errorType === undefined ? {} : { 'x-amzn-ErrorType': errorType }),
  });
  response.end(text);
}
