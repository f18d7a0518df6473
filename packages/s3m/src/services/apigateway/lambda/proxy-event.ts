import { parseQuery } from '../../../gateway/query-string.ts';
import { contextVariable, type Source } from '../context-variables.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import type { MethodFacts } from '../method-facts.ts';
import { collectValues, eventHeaders } from './event-headers.ts';

/** AG-268: there, `null` when they have no value. */
const identityKeys = [
  'cognitoIdentityPoolId',
  'accountId',
  'cognitoIdentityId',
  'caller',
  'sourceIp',
  'principalOrgId',
  'accessKey',
  'cognitoAuthenticationType',
  'cognitoAuthenticationProvider',
  'userArn',
  'userAgent',
  'user',
];
/** AG-268: only there when a request has an API key. */
const keyKeys = ['apiKey', 'apiKeyId'];
/** AG-267 */
const contextKeys = [
  'resourceId',
  'resourcePath',
  'httpMethod',
  'extendedRequestId',
  'requestTime',
  'path',
  'accountId',
  'protocol',
  'stage',
  'domainPrefix',
  'requestId',
  'domainName',
  'apiId',
];

const identity: readonly (readonly [string, Source])[] = sources(identityKeys, 'identity.');
const keys: readonly (readonly [string, Source])[] = sources(keyKeys, 'identity.');
const context: readonly (readonly [string, Source])[] = sources(contextKeys);

/** The body as the event has it. */
export interface EventBody {
  /** Null when there is none (AG-277). */
  readonly text: string | null;
  readonly isBase64Encoded: boolean;
}

/** The event of a Lambda proxy integration, payload format 1.0, as JSON text (AG-265 to AG-277). */
export function proxyEvent(request: GatewayRequest, method: MethodFacts, traceId: string, body: EventBody): string {
  const headers = eventHeaders(request, traceId);
  const query = collectValues(parseQuery(request.target.query));
  const hasQuery = Object.keys(query.single).length > 0;
  const { pathParameters, variables } = request;
  // AG-265: exactly these keys; AG-266: null where there is nothing.
  return JSON.stringify({
    resource: request.resourcePath,
    path: request.target.path, // AG-045 to AG-048
    httpMethod: request.verb,
    headers: headers.single,
    multiValueHeaders: headers.multi,
    queryStringParameters: hasQuery ? query.single : null,
    multiValueQueryStringParameters: hasQuery ? query.multi : null,
    pathParameters: pathParameters.length === 0 ? null : collectValues(pathParameters).single, // AG-050: not decoded
    stageVariables: hasKeys(variables) ? variables : null,
    requestContext: requestContext(request, method),
    body: body.text,
    isBase64Encoded: body.isBase64Encoded,
  });
}

/** `requestContext` of an event; `authorizer` is in it once one was asked. */
export function requestContext(
  request: GatewayRequest,
  { deploymentId, operationName }: Pick<MethodFacts, 'deploymentId' | 'operationName'>,
): Record<string, unknown> {
  const { authorizer } = request;
  const result: Record<string, unknown> = {};
  fill(result, request, context);
  result['requestTimeEpoch'] = request.time; // AG-269: a number
  result['identity'] = requestIdentity(request);
  result['deploymentId'] = deploymentId;
  if (operationName !== undefined) result['operationName'] = operationName;
  if (authorizer !== undefined) result['authorizer'] = authorizerContext(request, authorizer);
  return result;
}

/** AG-146: what the authorizer returned, as strings, and how long it took, 0 when its result was kept; what a user pool says of its user in `claims`. */
function authorizerContext({ authorizerLatencyMs }: GatewayRequest, authorizer: ReadonlyMap<string, string>): Record<string, unknown> {
  const result = Object.create(null) as Record<string, unknown>;
  const claims = Object.create(null) as Record<string, string>;
  for (const [key, value] of authorizer) {
    if (key.startsWith('claims.')) claims[key.slice('claims.'.length)] = value;
    else result[key] = value;
  }
  if (Object.keys(claims).length > 0) result['claims'] = claims;
  if (authorizerLatencyMs !== undefined) result['integrationLatency'] = Math.round(authorizerLatencyMs);
  return result;
}

function requestIdentity(request: GatewayRequest): Record<string, string | null> {
  const result: Record<string, string | null> = {};
  fill(result, request, identity);
  for (const [key, source] of keys) {
    const value = source(request);
    if (value !== undefined) result[key] = value;
  }
  return result;
}

function fill(into: Record<string, unknown>, request: GatewayRequest, from: readonly (readonly [string, Source])[]): void {
  for (const [key, source] of from) into[key] = source(request) ?? null;
}

function sources(names: readonly string[], prefix = ''): readonly (readonly [string, Source])[] {
  return names.map((name) => [name, contextVariable(`${prefix}${name}`) ?? (() => undefined)]);
}

function hasKeys(map: Readonly<Record<string, string>>): boolean {
  for (const _ in map) return true;
  return false;
}
