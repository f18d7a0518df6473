import { parseQuery } from '../../../gateway/query-string.ts';
import { contextVariable, type Source } from '../context-variables.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import type { MethodFacts } from '../method-facts.ts';
import { eventContext } from '../events/event-context.ts';
import { eventHeaders } from '../events/event-headers.ts';
import { groupValues } from '../events/event-values.ts';

/** AG-268: only there when a request has an API key. */
const keys: readonly (readonly [string, Source])[] = ['apiKey', 'apiKeyId'].map((name) => [name, contextVariable(`identity.${name}`)!]);

/** The body as the event has it. */
export interface EventBody {
  /** Null when there is none (AG-277). */
  readonly text: string | null;
  readonly isBase64Encoded: boolean;
}

/** The event of a Lambda proxy integration, payload format 1.0, as JSON text (AG-265 to AG-277). */
export function proxyEvent(request: GatewayRequest, method: MethodFacts, body: EventBody): string {
  const headers = eventHeaders(request);
  const query = groupValues(parseQuery(request.target.query), false);
  const hasQuery = Object.keys(query.single).length > 0;
  const { pathParameters, variables } = request;
  // AG-265: exactly these keys; AG-266: null where there is nothing.
  return JSON.stringify({
    resource: request.resourcePath,
    path: request.eventPath, // AG-045 to AG-048
    httpMethod: request.verb,
    headers: hasKeys(headers.single) ? headers.single : null,
    multiValueHeaders: hasKeys(headers.multi) ? headers.multi : null,
    queryStringParameters: hasQuery ? query.single : null,
    multiValueQueryStringParameters: hasQuery ? query.multi : null,
    pathParameters: pathParameters.length === 0 ? null : groupValues(pathParameters, false).single, // AG-050: not decoded
    stageVariables: hasKeys(variables) ? variables : null,
    requestContext: requestContext(request, method),
    body: body.text,
    isBase64Encoded: body.isBase64Encoded,
  });
}

function requestContext(request: GatewayRequest, { deploymentId, operationName }: MethodFacts): Readonly<Record<string, unknown>> {
  const { authorizer } = request;
  const result = eventContext(request, deploymentId);
  for (const [key, source] of keys) {
    const value = source(request);
    if (value !== undefined) result.identity[key] = value;
  }
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

function hasKeys(map: Readonly<Record<string, unknown>>): boolean {
  for (const _ in map) return true;
  return false;
}
