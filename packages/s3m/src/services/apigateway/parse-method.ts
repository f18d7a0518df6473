import { PropertyReader } from '../property-reader.ts';
import { ResourceFailure, type Properties } from '../resource-type.ts';
import type {
  HttpProxyDefinition,
  IntegrationDefinition,
  IntegrationResponseDefinition,
  MethodDefinition,
  MockDefinition,
} from './method-definition.ts';

/** AG-255, AG-520 */
const defaultTimeoutMs = 29_000;

/**
 * Reads a method. `local` are the same properties with local addresses: for what reaches a browser, and for URIs that are dialled here.
 * @throws ResourceFailure
 */
export function parseMethod(properties: Properties, local: Properties, logicalId: string): MethodDefinition {
  const reader = new PropertyReader(properties);
  const type = reader.oneOf('AuthorizationType', ['NONE', 'CUSTOM'], 'NONE');
  return {
    logicalId,
    resourceId: reader.string('ResourceId'),
    verb: reader.string('HttpMethod'),
    authorizerId: type === 'CUSTOM' ? reader.string('AuthorizerId') : undefined,
    integration: parseIntegration(reader.object('Integration'), new PropertyReader(local).object('Integration')),
  };
}

function parseIntegration(aws: PropertyReader | undefined, local: PropertyReader | undefined): IntegrationDefinition | undefined {
  if (aws === undefined || local === undefined) return undefined;
  return aws.oneOf('Type', ['MOCK', 'HTTP_PROXY']) === 'MOCK' ? parseMock(local) : parseHttpProxy(aws, local);
}

function parseMock(reader: PropertyReader): MockDefinition {
  return {
    kind: 'mock',
    passthrough: reader.oneOf('PassthroughBehavior', ['WHEN_NO_MATCH', 'WHEN_NO_TEMPLATES', 'NEVER'], 'WHEN_NO_MATCH'), // AG-520
    requestTemplates: reader.stringMap('RequestTemplates'),
    responses: reader.objects('IntegrationResponses').map(parseResponse),
  };
}

function parseResponse(reader: PropertyReader): IntegrationResponseDefinition {
  const selectionPattern = reader.optionalString('SelectionPattern');
  const statusCode = reader.integer('StatusCode');
  if (statusCode < 200 || statusCode > 599)
    throw new ResourceFailure('Invalid status code specified', { property: 'Integration.IntegrationResponses' });
  return {
    statusCode,
    ...(selectionPattern === undefined ? {} : { selectionPattern }),
    parameters: reader.stringMap('ResponseParameters'),
    templates: reader.stringMap('ResponseTemplates'),
  };
}

function parseHttpProxy(aws: PropertyReader, local: PropertyReader): HttpProxyDefinition {
  const vpcLink = aws.oneOf('ConnectionType', ['INTERNET', 'VPC_LINK'], 'INTERNET') === 'VPC_LINK';
  return {
    kind: 'http-proxy',
    verb: aws.string('IntegrationHttpMethod'),
    // Through a link the URI's host is only a name (AG-179, AG-180); on the Internet it is dialled.
    uri: (vpcLink ? aws : local).string('Uri'),
    vpcLinkId: vpcLink ? aws.string('ConnectionId') : undefined,
    timeoutMs: aws.integer('TimeoutInMillis', defaultTimeoutMs),
    parameters: aws.stringMap('RequestParameters'),
  };
}
