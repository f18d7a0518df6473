import { parseQuery } from '../../../gateway/query-string.ts';
import type { HttpApiRequest } from '../request/http-api-request.ts';
import {
  bodyOf,
  cookiesOf,
  eventHeaders,
  joinedHeaders,
  joinedQuery,
  multiValues,
  pathParametersOf,
  singleValues,
  stageVariablesOf,
  type EventRequest,
} from './event-fields.ts';
import { requestContext1, requestContext2 } from './request-context.ts';

/** A function's event of format 2.0; what is absent is left out (AG-588). */
export function proxyEvent2(request: HttpApiRequest, { headers, query, path }: EventRequest): Record<string, unknown> {
  const lines = eventHeaders(request, headers);
  return {
    version: '2.0',
    routeKey: request.routeKey,
    rawPath: path,
    rawQueryString: query,
    cookies: cookiesOf(lines),
    headers: joinedHeaders(lines),
    queryStringParameters: joinedQuery(query),
    requestContext: requestContext2(request, path, authorizer2(request)),
    ...bodyOf(request),
    pathParameters: pathParametersOf(request),
    stageVariables: stageVariablesOf(request),
  };
}

/** AG-567, AG-574 */
function authorizer2({ caller }: HttpApiRequest): object | undefined {
  if (caller.kind === 'jwt') return { jwt: { claims: caller.claims, scopes: caller.scopes } };
  if (caller.kind === 'iam') {
    const { accountId, arn, userId } = caller.owner;
    // AG-957
    return {
      iam: {
        accessKey: caller.accessKeyId,
        accountId,
        callerId: userId,
        cognitoIdentity: null,
        principalOrgId: null,
        userArn: arn,
        userId,
      },
    };
  }
  return caller.kind === 'lambda' ? { lambda: caller.context } : undefined;
}

/** A function's event of format 1.0; what is absent is null (AG-951). */
export function proxyEvent1(request: HttpApiRequest, { headers, query, path }: EventRequest): Record<string, unknown> {
  const multiValueHeaders = multiValues(eventHeaders(request, headers));
  const multiValueQueryStringParameters = multiValues(parseQuery(query));
  const { body, isBase64Encoded } = bodyOf(request);
  return {
    version: '1.0',
    resource: request.routePath,
    path,
    httpMethod: request.method,
    headers: singleValues(multiValueHeaders),
    multiValueHeaders,
    queryStringParameters: singleValues(multiValueQueryStringParameters),
    multiValueQueryStringParameters,
    requestContext: requestContext1(request, path, authorizer1(request)),
    pathParameters: pathParametersOf(request) ?? null,
    stageVariables: stageVariablesOf(request) ?? null,
    body: body ?? null,
    isBase64Encoded,
  };
}

function authorizer1({ caller }: HttpApiRequest): object {
  if (caller.kind === 'jwt') return { claims: caller.claims, scopes: caller.scopes };
  if (caller.kind !== 'lambda') return { claims: null, scopes: null };
  return { ...caller.context, ...(caller.principalId === undefined ? {} : { principalId: caller.principalId }) };
}
