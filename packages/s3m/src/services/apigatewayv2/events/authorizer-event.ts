import { parseQuery } from '../../../gateway/query-string.ts';
import type { HttpApiRequest } from '../request/http-api-request.ts';
import {
  cookiesOf,
  eventHeaders,
  joinedHeaders,
  joinedQuery,
  multiValues,
  pathParametersOf,
  singleValues,
  stageVariablesOf,
} from './event-fields.ts';
import { requestContext1, requestContext2 } from './request-context.ts';

/** What an authorizer is asked about. */
export interface AuthorizerQuestion {
  readonly request: HttpApiRequest;
  readonly routeArn: string;
  /** Values of the identity sources. */
  readonly identity: readonly string[];
}

/** An authorizer's event of format 2.0; what is absent is left out (AG-568). */
export function authorizerEvent2({ request, routeArn, identity }: AuthorizerQuestion): Record<string, unknown> {
  const { rawPath, query } = request.target;
  const lines = eventHeaders(request, request.headers);
  return {
    version: '2.0',
    type: 'REQUEST',
    routeArn,
    identitySource: identity.length === 0 ? null : identity,
    routeKey: request.routeKey,
    rawPath,
    rawQueryString: query,
    cookies: cookiesOf(lines),
    headers: joinedHeaders(lines),
    queryStringParameters: joinedQuery(query),
    requestContext: requestContext2(request, rawPath),
    pathParameters: pathParametersOf(request),
    stageVariables: stageVariablesOf(request),
  };
}

/** An authorizer's event of format 1.0 (AG-568). */
export function authorizerEvent1({ request, routeArn, identity }: AuthorizerQuestion): Record<string, unknown> {
  const { rawPath, query } = request.target;
  const source = identity.length === 0 ? null : identity.join(',');
  return {
    version: '1.0',
    type: 'REQUEST',
    methodArn: routeArn,
    identitySource: source,
    authorizationToken: source,
    resource: request.routePath,
    path: rawPath,
    httpMethod: request.method,
    headers: singleValues(multiValues(eventHeaders(request, request.headers))),
    queryStringParameters: singleValues(multiValues(parseQuery(query))) ?? {},
    pathParameters: pathParametersOf(request) ?? {},
    stageVariables: stageVariablesOf(request) ?? {},
    requestContext: requestContext1(request, rawPath),
  };
}
