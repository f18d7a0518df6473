import { headerValue } from '../../../http/message.ts';
import { domainPrefix, requestTime } from '../request/context-variables.ts';
import type { HttpApiRequest } from '../request/http-api-request.ts';

/** `requestContext` of format 2.0 (AG-588). @param authorizer left out when undefined */
export function requestContext2(request: HttpApiRequest, path: string, authorizer?: object): Record<string, unknown> {
  const { api } = request;
  return {
    accountId: api.accountId,
    apiId: api.id,
    ...(request.arrival.clientCert === undefined ? {} : { authentication: { clientCert: request.arrival.clientCert } }), // AG-025
    ...(authorizer === undefined ? {} : { authorizer }),
    domainName: api.host,
    domainPrefix: domainPrefix(api.host),
    http: {
      method: request.method,
      path,
      protocol: 'HTTP/1.1',
      sourceIp: request.peer,
      userAgent: headerValue(request.headers, 'User-Agent') ?? '',
    },
    requestId: request.id,
    routeKey: request.routeKey,
    stage: request.stage,
    time: requestTime(request.time),
    timeEpoch: request.time,
  };
}

/** `requestContext` of format 1.0 (AG-951). @param authorizer left out when undefined */
export function requestContext1(request: HttpApiRequest, path: string, authorizer?: object): Record<string, unknown> {
  const { api, caller } = request;
  const signer = caller.kind === 'iam' ? caller : undefined;
  return {
    accountId: api.accountId,
    apiId: api.id,
    ...(authorizer === undefined ? {} : { authorizer }),
    domainName: api.host,
    domainPrefix: domainPrefix(api.host),
    extendedRequestId: request.id,
    httpMethod: request.method,
    identity: {
      accessKey: signer?.accessKeyId ?? null,
      accountId: signer?.owner.accountId ?? null,
      caller: signer?.owner.userId ?? null,
      ...(request.arrival.clientCert === undefined ? {} : { clientCert: request.arrival.clientCert }), // AG-025
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp: request.peer,
      user: signer?.owner.userId ?? null,
      userAgent: headerValue(request.headers, 'User-Agent') ?? '',
      userArn: signer?.owner.arn ?? null,
    },
    path,
    protocol: 'HTTP/1.1',
    requestId: request.id,
    requestTime: requestTime(request.time),
    requestTimeEpoch: request.time,
    resourceId: request.routeKey,
    resourcePath: request.routePath,
    stage: request.stage,
  };
}
