import { clientCertValues } from '../../gateway/client-cert.ts';
import { headerValue } from '../../http/message.ts';
import { messageString } from './failures.ts';
import { contextRequestId } from './context-request-id.ts';
import type { GatewayRequest } from './gateway-request.ts';

/** Reads a value of the request; undefined when there is none. */
export type Source = (request: GatewayRequest) => string | undefined;

/** `$context.NAME` (API Gateway developer guide, "Variables for data transformations"). */
const variables: Readonly<Record<string, Source>> = {
  accountId: ({ api }) => api.accountId,
  apiId: ({ api }) => api.id,
  deploymentId: ({ deploymentId }) => known(deploymentId),
  domainName: ({ api }) => api.host,
  domainPrefix: ({ api }) => api.host.split('.', 1)[0], // AG-019
  'error.message': ({ failure }) => failure?.message ?? undefined,
  'error.messageString': ({ failure }) => (failure === undefined ? undefined : messageString(failure)),
  'error.responseType': ({ failure }) => failure?.type,
  // Escaped, as observed: it holds quotes, and templates put it between quotes.
  'error.validationErrorString': ({ failure }) =>
    failure?.validationError === undefined ? undefined : JSON.stringify(failure.validationError).slice(1, -1),
  extendedRequestId: ({ extendedId }) => extendedId,
  httpMethod: ({ verb }) => verb,
  'identity.accessKey': ({ caller }) => caller?.accessKeyId,
  'identity.accountId': ({ caller }) => caller?.accountId,
  'identity.apiKey': ({ apiKey }) => apiKey?.value,
  'identity.apiKeyId': ({ apiKey }) => apiKey?.id,
  'identity.caller': ({ caller }) => caller?.userId,
  'identity.sourceIp': ({ peer }) => peer, // AG-176
  'identity.user': ({ caller }) => caller?.userId,
  'identity.userAgent': ({ headers }) => headerValue(headers, 'User-Agent'),
  'identity.userArn': ({ caller }) => caller?.arn,
  'identity.vpcId': ({ arrival }) => arrival.endpoint?.vpcId,
  'identity.vpceId': ({ arrival }) => arrival.endpoint?.id,
  isCanaryRequest: ({ isCanary }) => (isCanary === undefined ? undefined : String(isCanary)), // AG-461
  path: ({ target }) => target.contextPath,
  protocol: () => 'HTTP/1.1', // AG-003
  requestId: contextRequestId,
  requestTime: ({ time }) => commonLogTime(time),
  requestTimeEpoch: ({ time }) => String(time),
  resourceId: ({ resourceId }) => known(resourceId),
  resourcePath: ({ resourcePath }) => known(resourcePath),
  stage: ({ target }) => target.stage,
};

const clientCert: Readonly<Record<string, Source>> = Object.fromEntries(
  Object.entries(clientCertValues).map(([name, read]) => [
    `identity.clientCert.${name}`,
    ({ arrival }: GatewayRequest) => (arrival.clientCert === undefined ? undefined : read(arrival.clientCert)),
  ]),
);

/** Values of features that are not in use: never set here, as on AWS without them. */
const neverSet = new Set([
  'awsEndpointRequestId',
  'identity.cognitoAuthenticationProvider',
  'identity.cognitoAuthenticationType',
  'identity.cognitoIdentityId',
  'identity.cognitoIdentityPoolId',
  'identity.principalOrgId',
  'wafResponseCode',
  'webaclArn',
]);

/** Names of all variables but those of the authorizer and of a client's certificate. */
export const contextNames: readonly string[] = [...Object.keys(variables), ...neverSet];
export const clientCertNames: readonly string[] = Object.keys(clientCert);

/** The source of a context variable; `authorizer.KEY` for what the authorizer returned (AG-330). Undefined for a name that AWS does not have. */
export function contextVariable(name: string): Source | undefined {
  if (name.startsWith('authorizer.')) {
    const key = name.slice('authorizer.'.length);
    return ({ authorizer }) => authorizer?.get(key);
  }
  if (neverSet.has(name)) return () => undefined;
  if (Object.hasOwn(clientCert, name)) return clientCert[name];
  return Object.hasOwn(variables, name) ? variables[name] : undefined;
}

/** What is found on the way is empty until then. */
function known(value: string): string | undefined {
  return value === '' ? undefined : value;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The second that was asked for last, as text: a busy gateway asks for the same one thousands of times. */
let lastSecond = Number.NaN;
let lastText = '';

/** `25/Nov/2026:10:30:08 +0000` */
function commonLogTime(time: number): string {
  const second = Math.floor(time / 1000);
  if (second !== lastSecond) {
    lastSecond = second;
    lastText = formatCommonLogTime(time);
  }
  return lastText;
}

function formatCommonLogTime(time: number): string {
  const iso = new Date(time).toISOString();
  return `${iso.slice(8, 10)}/${months[Number(iso.slice(5, 7)) - 1]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}
