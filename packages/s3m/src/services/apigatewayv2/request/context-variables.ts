import { clientCertValues } from '../../../gateway/client-cert.ts';
import { headerValue } from '../../../http/message.ts';
import type { HttpApiRequest, Json } from './http-api-request.ts';

/** Reads a value of the request; undefined when there is none. */
export type Source = (request: HttpApiRequest) => string | undefined;

/** `$context.NAME` of HTTP APIs (AG-595). */
const variables: Readonly<Record<string, Source>> = {
  accountId: ({ api }) => api.accountId,
  apiId: ({ api }) => api.id,
  'authorizer.principalId': ({ caller }) => (caller.kind === 'lambda' ? caller.principalId : undefined),
  domainName: ({ api }) => api.host,
  domainPrefix: ({ api }) => domainPrefix(api.host),
  extendedRequestId: ({ id }) => id,
  httpMethod: ({ method }) => method,
  'identity.sourceIp': ({ peer }) => peer,
  'identity.userAgent': ({ headers }) => headerValue(headers, 'User-Agent'),
  'identity.accountId': ({ caller }) => (caller.kind === 'iam' ? caller.owner.accountId : undefined),
  'identity.caller': ({ caller }) => (caller.kind === 'iam' ? caller.owner.userId : undefined),
  'identity.user': ({ caller }) => (caller.kind === 'iam' ? caller.owner.userId : undefined),
  'identity.userArn': ({ caller }) => (caller.kind === 'iam' ? caller.owner.arn : undefined),
  path: ({ target }) => target.rawPath,
  protocol: () => 'HTTP/1.1',
  requestId: ({ id }) => id,
  requestTime: ({ time }) => requestTime(time),
  requestTimeEpoch: ({ time }) => String(time),
  routeKey: ({ routeKey }) => (routeKey === '' ? undefined : routeKey),
  stage: ({ stage }) => stage,
};

/** Values of callers of Cognito identity pools and organizations: never set here, as on AWS without them. */
const neverSet = new Set([
  'identity.cognitoAuthenticationProvider',
  'identity.cognitoAuthenticationType',
  'identity.cognitoIdentityId',
  'identity.cognitoIdentityPoolId',
  'identity.principalOrgId',
]);

const clientCert: Readonly<Record<string, Source>> = Object.fromEntries(
  Object.entries(clientCertValues).map(([name, read]) => [
    `identity.clientCert.${name}`,
    ({ arrival }: HttpApiRequest) => (arrival.clientCert === undefined ? undefined : read(arrival.clientCert)),
  ]),
);

/** The source of a context variable; `authorizer.claims.NAME` and `authorizer.KEY` too. Undefined for a name that AWS does not have. */
export function contextVariable(name: string): Source | undefined {
  if (Object.hasOwn(variables, name)) return variables[name];
  if (neverSet.has(name)) return () => undefined;
  if (Object.hasOwn(clientCert, name)) return clientCert[name];
  if (name.startsWith('authorizer.claims.')) {
    const claim = name.slice('authorizer.claims.'.length);
    return ({ caller }) => (caller.kind === 'jwt' && Object.hasOwn(caller.claims, claim) ? caller.claims[claim] : undefined);
  }
  if (name.startsWith('authorizer.')) {
    const key = name.slice('authorizer.'.length);
    return ({ caller }) =>
      caller.kind === 'lambda' && caller.context !== null && Object.hasOwn(caller.context, key) ? toText(caller.context[key]!) : undefined;
  }
  return undefined;
}

function toText(value: Json): string | undefined {
  if (value === null) return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The first label (AG-019): the API's id on the default host. */
export function domainPrefix(host: string): string {
  return host.split('.', 1)[0]!;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `25/Nov/2026:10:30:08 +0000` (AG-269) */
export function requestTime(time: number): string {
  const iso = new Date(time).toISOString();
  return `${iso.slice(8, 10)}/${months[Number(iso.slice(5, 7)) - 1]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}
