import { madeResources } from '../../made-resources.ts';
import {
  asFlag,
  asForm,
  asMap,
  asNumber,
  asTags,
  asText,
  asTextMap,
  asTexts,
  printProperties,
  type Form,
  type Print,
} from '../../print-properties.ts';
import { isObject, listOf } from '../../known-value.ts';
import type { RestAnswer, RestCall } from '../../rest-json-service.ts';
import { LiveHttpApi } from '../live-http-api.ts';
import { one } from '../../rest-answers.ts';
import { apiOf, page, partsOf, time } from './named-in-call.ts';

const apiForm: Form = {
  corsConfiguration: [
    'CorsConfiguration',
    asForm({
      allowCredentials: ['AllowCredentials', asFlag],
      allowHeaders: ['AllowHeaders', asTexts],
      allowMethods: ['AllowMethods', asTexts],
      allowOrigins: ['AllowOrigins', asTexts],
      exposeHeaders: ['ExposeHeaders', asTexts],
      maxAge: ['MaxAge', asNumber],
    }),
  ],
  description: ['Description', asText],
  disableExecuteApiEndpoint: ['DisableExecuteApiEndpoint', asFlag, false],
  ipAddressType: ['IpAddressType', asText, 'ipv4'],
  name: ['Name', asText],
  protocolType: ['ProtocolType', asText, 'HTTP'],
  routeSelectionExpression: ['RouteSelectionExpression', asText, '$request.method $request.path'],
  tags: ['Tags', asTags, {}],
  version: ['Version', asText],
};

export function getApis(call: RestCall): RestAnswer {
  const apis = call.account.directory.list('api').flatMap(([, api]) => (api instanceof LiveHttpApi ? [api] : []));
  return page(
    apis.map((api) => printApi(api, call)),
    call,
  );
}

export function getApi(call: RestCall): RestAnswer {
  return { status: 200, body: printApi(apiOf(call), call) };
}

function printApi(api: LiveHttpApi, { account }: RestCall): object {
  const made = madeResources(account.directory, 'AWS::ApiGatewayV2::Api').find(({ ref }) => ref === api.id);
  return {
    apiEndpoint: `https://${api.facts.host}`,
    apiId: api.id,
    apiKeySelectionExpression: '$request.header.x-api-key',
    createdDate: time(made?.madeAt ?? account.clock.now()),
    ...printProperties(apiForm, made?.properties ?? { Name: api.name }),
  };
}

const routeForm: Form = {
  apiKeyRequired: ['ApiKeyRequired', asFlag, false],
  authorizationScopes: ['AuthorizationScopes', asTexts],
  authorizationType: ['AuthorizationType', asText, 'NONE'],
  authorizerId: ['AuthorizerId', asText],
  operationName: ['OperationName', asText],
  routeKey: ['RouteKey', asText],
  target: ['Target', asText],
};

export function getRoutes(call: RestCall): RestAnswer {
  return page(routesOf(call), call);
}

export function getRoute(call: RestCall): RestAnswer {
  return one(
    routesOf(call).find(({ routeId }) => routeId === call.path['routeId']),
    'Invalid Route identifier specified',
  );
}

/** What quick create made has no resource of its own. */
function routesOf(call: RestCall): { readonly routeId: string }[] {
  const api = apiOf(call);
  const made = partsOf(call, api, 'AWS::ApiGatewayV2::Route');
  return [...api.draft.routes.values()].map(({ id, routeKey, integrationId }) => {
    const own = made.find(({ ref }) => ref === id);
    const managed = { RouteKey: routeKey, Target: `integrations/${integrationId}` };
    return {
      ...(own === undefined ? { apiGatewayManaged: true } : {}),
      ...printProperties(routeForm, own?.properties ?? managed),
      routeId: id,
    };
  });
}

/** `{"200": {"overwrite:statuscode": "403"}}`; templates have lists. */
const asResponseParameters: Print = (value) =>
  asMap((entry) =>
    isObject(entry)
      ? Object.fromEntries(listOf(entry['ResponseParameters']).map(({ Destination: to, Source: from }) => [String(to), String(from)]))
      : undefined,
  )(value);

const integrationForm: Form = {
  connectionId: ['ConnectionId', asText],
  connectionType: ['ConnectionType', asText, 'INTERNET'],
  credentialsArn: ['CredentialsArn', asText],
  description: ['Description', asText],
  integrationMethod: ['IntegrationMethod', asText],
  integrationType: ['IntegrationType', asText],
  integrationUri: ['IntegrationUri', asText],
  payloadFormatVersion: ['PayloadFormatVersion', asText, '1.0'],
  requestParameters: ['RequestParameters', asTextMap],
  responseParameters: ['ResponseParameters', asResponseParameters],
  timeoutInMillis: ['TimeoutInMillis', asNumber, 30_000],
  tlsConfig: ['TlsConfig', asForm({ serverNameToVerify: ['ServerNameToVerify', asText] })],
};

export function getIntegrations(call: RestCall): RestAnswer {
  return page(integrationsOf(call), call);
}

export function getIntegration(call: RestCall): RestAnswer {
  return one(
    integrationsOf(call).find(({ integrationId }) => integrationId === call.path['integrationId']),
    'Invalid Integration identifier specified',
  );
}

/** A function behind an integration is asked by POST. */
function integrationsOf(call: RestCall): { readonly integrationId: string }[] {
  const api = apiOf(call);
  const made = partsOf(call, api, 'AWS::ApiGatewayV2::Integration');
  const quick = madeResources(call.account.directory, 'AWS::ApiGatewayV2::Api').find(({ ref }) => ref === api.id);
  return [...api.draft.integrations.values()].map((definition) => {
    const own = made.find(({ ref }) => ref === definition.id);
    const isLambda = definition.kind === 'lambda';
    const managed = {
      IntegrationType: isLambda ? 'AWS_PROXY' : 'HTTP_PROXY',
      IntegrationUri: quick?.properties['Target'] ?? definition.uri,
      ...(isLambda ? { PayloadFormatVersion: definition.payloadFormat } : { IntegrationMethod: definition.method }),
    };
    const properties = { ...(isLambda ? { IntegrationMethod: 'POST' } : {}), ...(own?.properties ?? managed) };
    return {
      ...(own === undefined ? { apiGatewayManaged: true } : {}),
      integrationId: definition.id,
      ...printProperties(integrationForm, properties),
    };
  });
}

const authorizerForm: Form = {
  authorizerCredentialsArn: ['AuthorizerCredentialsArn', asText],
  authorizerPayloadFormatVersion: ['AuthorizerPayloadFormatVersion', asText],
  authorizerResultTtlInSeconds: ['AuthorizerResultTtlInSeconds', asNumber],
  authorizerType: ['AuthorizerType', asText],
  authorizerUri: ['AuthorizerUri', asText],
  enableSimpleResponses: ['EnableSimpleResponses', asFlag],
  identitySource: ['IdentitySource', asTexts],
  jwtConfiguration: ['JwtConfiguration', asForm({ audience: ['Audience', asTexts], issuer: ['Issuer', asText] })],
  name: ['Name', asText],
};

export function getAuthorizers(call: RestCall): RestAnswer {
  return page(authorizersOf(call), call);
}

export function getAuthorizer(call: RestCall): RestAnswer {
  return one(
    authorizersOf(call).find(({ authorizerId }) => authorizerId === call.path['authorizerId']),
    'Invalid Authorizer identifier specified',
  );
}

function authorizersOf(call: RestCall): { readonly authorizerId: string }[] {
  return partsOf(call, apiOf(call), 'AWS::ApiGatewayV2::Authorizer').map(({ ref, properties }) => ({
    authorizerId: ref,
    ...printProperties(authorizerForm, properties),
  }));
}
