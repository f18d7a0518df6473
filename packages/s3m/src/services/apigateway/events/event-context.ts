import { contextVariable, type Source } from '../context-variables.ts';
import type { GatewayRequest } from '../gateway-request.ts';

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
const context: readonly (readonly [string, Source])[] = sources(contextKeys);

/** `requestContext` of an event, without what an authorizer said (AG-098, AG-267 to AG-269). A simulated request has no deployment. */
export function eventContext(request: GatewayRequest, deploymentId: string): { identity: Record<string, unknown>; [key: string]: unknown } {
  return {
    ...read(request, context),
    requestTimeEpoch: request.time, // AG-269: a number
    identity: identityOf(request),
    ...(deploymentId === '' ? {} : { deploymentId }),
  };
}

/** Only with mutual TLS is there a `clientCert` (AG-268), only at private APIs an endpoint and its VPC. */
function identityOf(request: GatewayRequest): Record<string, unknown> {
  const { clientCert, endpoint } = request.arrival;
  const values: Record<string, unknown> = read(request, identity);
  if (clientCert !== undefined) values['clientCert'] = clientCert;
  if (endpoint !== undefined) Object.assign(values, { vpcId: endpoint.vpcId, vpceId: endpoint.id });
  return values;
}

function read(request: GatewayRequest, from: readonly (readonly [string, Source])[]): Record<string, string | null> {
  const result: Record<string, string | null> = {};
  for (const [key, source] of from) result[key] = source(request) ?? null;
  return result;
}

function sources(names: readonly string[], prefix = ''): readonly (readonly [string, Source])[] {
  return names.map((name) => [name, contextVariable(`${prefix}${name}`) ?? (() => undefined)]);
}
