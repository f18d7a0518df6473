import { maskIdentity } from '../../../gateway/mask-identity.ts';
import { parseQuery } from '../../../gateway/query-string.ts';
import { headerValue } from '../../../http/message.ts';
import { eventContext } from '../events/event-context.ts';
import { eventHeaders } from '../events/event-headers.ts';
import { groupValues, type EventValues } from '../events/event-values.ts';
import type { Passage } from '../passage.ts';

type Single = EventValues['single'];
type Multi = EventValues['multi'];

/** What a REQUEST authorizer's function is given: no body (AG-094, AG-095). Maps without entries are `{}`, not null (AG-097). */
export interface RequestEvent {
  readonly type: 'REQUEST';
  readonly methodArn: string;
  /** Path template; `path` is what was asked, without the stage (AG-096). */
  readonly resource: string;
  readonly path: string;
  readonly httpMethod: string;
  readonly headers: Single;
  readonly multiValueHeaders: Multi;
  readonly queryStringParameters: Single;
  readonly multiValueQueryStringParameters: Multi;
  readonly pathParameters: Single;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly requestContext: Readonly<Record<string, unknown>>;
}

export function createRequestEvent({ request, snapshot }: Passage, methodArn: string): RequestEvent {
  const headers = eventHeaders(request); // AG-100
  const query = groupValues(parseQuery(request.target.query), false); // AG-052
  const context = eventContext(request, snapshot!.deploymentId); // AG-098
  // A simulated request has a key from the beginning.
  const given = snapshot!.apiKeySource === 'HEADER' ? headerValue(request.headers, 'X-API-Key') : undefined;
  const apiKey = request.apiKey?.value ?? given;
  if (apiKey !== undefined) context.identity['apiKey'] = apiKey; // AG-099
  return {
    type: 'REQUEST',
    methodArn,
    resource: request.resourcePath,
    path: request.eventPath,
    httpMethod: request.verb,
    headers: headers.single,
    multiValueHeaders: headers.multi,
    queryStringParameters: query.single,
    multiValueQueryStringParameters: query.multi,
    pathParameters: groupValues(request.pathParameters, false).single,
    stageVariables: request.variables,
    requestContext: context,
  };
}

/** As the trace may show it: what a caller sends may be a secret, so only values of well-known harmless headers are told. */
export function showRequestEvent(event: RequestEvent, scrub: (text: string) => string): unknown {
  const { headers, queryStringParameters, requestContext: context, methodArn, path, resource, httpMethod } = event;
  return {
    type: event.type,
    methodArn: scrub(methodArn),
    resource,
    path: scrub(path),
    httpMethod,
    headers: maskValues(headers, (name) => harmless.has(name.toLowerCase())),
    queryStringParameters: maskValues(queryStringParameters, () => false),
    stageVariables: event.stageVariables,
    requestContext: { stage: context['stage'], requestId: context['requestId'] },
  };
}

const harmless = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'content-type',
  'host',
  'origin',
  'user-agent',
  'x-amzn-trace-id',
  'x-forwarded-for',
  'x-forwarded-port',
  'x-forwarded-proto',
]);

function maskValues(values: Single, isHarmless: (name: string) => boolean): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, isHarmless(name) ? value : maskIdentity(value)]));
}
