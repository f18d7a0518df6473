import { isObject } from '../../known-value.ts';
import {
  asFlag,
  asFlagMap,
  asForm,
  asMapBy,
  asNumber,
  asText,
  asTextMap,
  asTexts,
  printProperties,
  type Form,
} from '../../print-properties.ts';
import type { RestAnswer, RestCall } from '../../rest-json-service.ts';
import { ServiceError } from '../../service-error.ts';
import type { MethodDefinition } from '../method-definition.ts';
import { notFound, one } from '../../rest-answers.ts';
import { methodOf } from './named-in-call.ts';

const integrationResponseForm: Form = {
  statusCode: ['StatusCode', asText],
  selectionPattern: ['SelectionPattern', asText],
  responseParameters: ['ResponseParameters', asTextMap],
  responseTemplates: ['ResponseTemplates', asTextMap],
  contentHandling: ['ContentHandling', asText],
};

const methodResponseForm: Form = {
  statusCode: ['StatusCode', asText],
  responseParameters: ['ResponseParameters', asFlagMap],
  responseModels: ['ResponseModels', asTextMap],
};

const integrationForm: Form = {
  type: ['Type', asText],
  httpMethod: ['IntegrationHttpMethod', asText],
  uri: ['Uri', asText],
  connectionType: ['ConnectionType', asText],
  connectionId: ['ConnectionId', asText],
  credentials: ['Credentials', asText],
  requestParameters: ['RequestParameters', asTextMap],
  requestTemplates: ['RequestTemplates', asTextMap],
  passthroughBehavior: ['PassthroughBehavior', asText, 'WHEN_NO_MATCH'],
  contentHandling: ['ContentHandling', asText],
  timeoutInMillis: ['TimeoutInMillis', asNumber, 29_000],
  cacheNamespace: ['CacheNamespace', asText],
  cacheKeyParameters: ['CacheKeyParameters', asTexts, []],
  integrationResponses: ['IntegrationResponses', asMapBy('StatusCode', integrationResponseForm)],
  tlsConfig: ['TlsConfig', asForm({ insecureSkipVerification: ['InsecureSkipVerification', asFlag] })],
  integrationTarget: ['IntegrationTarget', asText],
};

const methodForm: Form = {
  httpMethod: ['HttpMethod', asText],
  authorizationType: ['AuthorizationType', asText, 'NONE'],
  authorizerId: ['AuthorizerId', asText],
  authorizationScopes: ['AuthorizationScopes', asTexts],
  apiKeyRequired: ['ApiKeyRequired', asFlag, false],
  requestValidatorId: ['RequestValidatorId', asText],
  operationName: ['OperationName', asText],
  requestParameters: ['RequestParameters', asFlagMap],
  requestModels: ['RequestModels', asTextMap],
  methodResponses: ['MethodResponses', asMapBy('StatusCode', methodResponseForm)],
};

export function printMethod(method: MethodDefinition): object {
  const integration = printIntegration(method);
  return { ...printProperties(methodForm, method.properties), ...(integration === undefined ? {} : { methodIntegration: integration }) };
}

/** Answers are cached under the resource's id unless the method names another space. */
function printIntegration({ properties, resourceId }: MethodDefinition): Record<string, unknown> | undefined {
  const { Integration: integration } = properties;
  return isObject(integration) ? printProperties(integrationForm, { CacheNamespace: resourceId, ...integration }) : undefined;
}

export function getMethod(call: RestCall): RestAnswer {
  return { status: 200, body: printMethod(methodOf(call)) };
}

export function getMethodResponse(call: RestCall): RestAnswer {
  const { methodResponses } = printProperties(methodForm, methodOf(call).properties);
  return one(member(methodResponses, statusCodeOf(call)), 'Invalid Response status code specified');
}

export function getIntegration(call: RestCall): RestAnswer {
  return one(printIntegration(methodOf(call)), 'Invalid Integration identifier specified');
}

export function getIntegrationResponse(call: RestCall): RestAnswer {
  const integration = printIntegration(methodOf(call));
  if (integration === undefined) throw notFound('Invalid Integration identifier specified');
  return one(member(integration['integrationResponses'], statusCodeOf(call)), 'Invalid Response status code specified');
}

/** @throws ServiceError */
function statusCodeOf({ path }: RestCall): string {
  const status = path['status_code']!;
  if (/^[1-5]\d\d$/.test(status)) return status;
  throw new ServiceError(
    'ValidationException',
    `1 validation error detected: Value '${status}' at 'statusCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [1-5]\\d\\d`,
  );
}

function member(map: unknown, name: string): object | undefined {
  return typeof map === 'object' && map !== null && Object.hasOwn(map, name) ? (map as Record<string, object>)[name] : undefined;
}
