import { maskIdentity } from '../../../gateway/mask-identity.ts';
import { parseQuery } from '../../../gateway/query-string.ts';
import { createTraceRoot } from '../../../gateway/request-ids.ts';
import { headerValue } from '../../../http/message.ts';
import { contextVariable } from '../context-variables.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import type { Passage } from '../passage.ts';
import type { Snapshot } from '../snapshot.ts';

type Single = Readonly<Record<string, string>>;
type Multi = Readonly<Record<string, readonly string[]>>;

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
  readonly stageVariables: Single;
  readonly requestContext: Readonly<Record<string, unknown>>;
}

export function createRequestEvent({ request, snapshot }: Passage, methodArn: string): RequestEvent {
  const headers = groupPairs(eventHeaders(request), true);
  const query = groupPairs(parseQuery(request.target.query), false);
  return {
    type: 'REQUEST',
    methodArn,
    resource: request.resourcePath,
    path: request.target.path,
    httpMethod: request.verb,
    headers: lastOfEach(headers),
    multiValueHeaders: Object.fromEntries(headers),
    queryStringParameters: lastOfEach(query), // AG-052
    multiValueQueryStringParameters: Object.fromEntries(query),
    pathParameters: lastOfEach(groupPairs(request.pathParameters, false)),
    stageVariables: request.variables,
    requestContext: requestContext(request, snapshot!),
  };
}

/** As the trace may show it: what a caller sends may be a secret, so only values of well-known harmless headers are told. */
export function showRequestEvent(event: RequestEvent, scrub: (text: string) => string): unknown {
  const { headers, queryStringParameters, requestContext, methodArn, path, resource, httpMethod } = event;
  return {
    type: event.type,
    methodArn: scrub(methodArn),
    resource,
    path: scrub(path),
    httpMethod,
    headers: maskValues(headers, (name) => harmless.has(name.toLowerCase())),
    queryStringParameters: maskValues(queryStringParameters, () => false),
    stageVariables: event.stageVariables,
    requestContext: { stage: requestContext['stage'], requestId: requestContext['requestId'] },
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

function maskValues(values: Single, isHarmless: (name: string) => boolean): Single {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, isHarmless(name) ? value : maskIdentity(value)]));
}

/** Never in an event, as in those of Lambda proxies. */
const dropped = new Set([
  'connection',
  'content-length',
  'content-md5',
  'expect',
  'keep-alive',
  'max-forwards',
  'proxy-authenticate',
  'server',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'www-authenticate',
  'x-http-method-override',
  'x-amzn-trace-id',
  'x-forwarded-for',
  'x-forwarded-port',
  'x-forwarded-proto',
]);

/** The client's lines with their own spelling (AG-100), then those that the gateway writes. */
function eventHeaders({ headers, peer, time, api }: GatewayRequest): string[] {
  const lines: string[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    if (!dropped.has(headers[index]!.toLowerCase())) lines.push(headers[index]!, headers[index + 1]!);
  }
  const forwarded = headerValue(headers, 'X-Forwarded-For');
  return [
    ...lines,
    'X-Amzn-Trace-Id',
    headerValue(headers, 'X-Amzn-Trace-Id') ?? createTraceRoot(time, api.random),
    'X-Forwarded-For',
    forwarded === undefined || forwarded === '' ? peer : `${forwarded}, ${peer}`,
    'X-Forwarded-Port',
    '443',
    'X-Forwarded-Proto',
    'https',
  ];
}

function groupPairs(pairs: readonly string[], ignoreCase: boolean): Map<string, string[]> {
  const names = new Map<string, string>();
  const groups = new Map<string, string[]>();
  for (let index = 0; index < pairs.length; index += 2) {
    const name = pairs[index]!;
    const folded = ignoreCase ? name.toLowerCase() : name;
    const spelling = names.get(folded) ?? name;
    names.set(folded, spelling);
    const values = groups.get(spelling);
    if (values === undefined) groups.set(spelling, [pairs[index + 1]!]);
    else values.push(pairs[index + 1]!);
  }
  return groups;
}

function lastOfEach(groups: ReadonlyMap<string, readonly string[]>): Single {
  return Object.fromEntries([...groups].map(([name, values]) => [name, values.at(-1)!]));
}

const contextNames = [
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
];

const identityNames = [
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

/** AG-098; without `authorizer`. */
function requestContext(request: GatewayRequest, { deploymentId }: Snapshot): RequestEvent['requestContext'] {
  const read = (name: string): string | null => contextVariable(name)?.(request) ?? null;
  const apiKey = headerValue(request.headers, 'X-API-Key'); // AG-099
  return {
    ...Object.fromEntries(contextNames.map((name) => [name, read(name)])),
    requestTimeEpoch: request.time,
    requestId: request.id,
    identity: {
      ...Object.fromEntries(identityNames.map((name) => [name, read(`identity.${name}`)])),
      ...(apiKey === undefined ? {} : { apiKey }),
    },
    domainName: read('domainName'),
    deploymentId,
    apiId: request.api.id,
  };
}
