import { verbs } from '../../gateway/route-table.ts';
import { parseIntegrationUri } from '../../gateway/backend-uri.ts';
import { hasStageVariables } from '../../gateway/stage-variables.ts';
import { isObject, isUnresolved } from '../known-value.ts';
import { PropertyReader } from '../property-reader.ts';
import type { Finding, Properties, Resource, ResourceContext, ResourceType, Value } from '../resource-type.ts';
import { asResourceFailure, httpApiOf } from './belongs-to-http-api.ts';
import type { IntegrationDefinition } from './integrations/integration-definition.ts';
import { parseFunctionUri } from './integrations/lambda-integration.ts';
import { RequestMapping } from './integrations/parameter-mapping.ts';
import { ResponseMapping, type ResponseParameters } from './integrations/response-mapping.ts';
import { isCloudMapService } from './cloud-map-target.ts';
import { loadBalancerArn } from './listener-target.ts';
import { ExpressionProblem } from './request/selection-expression.ts';

/** What a route's requests are handed to: a Lambda function, a URL, or a listener behind a VPC link (area FF). */
export const httpIntegration: ResourceType = {
  type: 'AWS::ApiGatewayV2::Integration',
  scope: 'simulated',
  properties: {
    ApiId: 'simulated',
    IntegrationType: 'simulated',
    IntegrationUri: 'simulated',
    IntegrationMethod: 'simulated',
    CredentialsArn: 'simulated',
    ConnectionType: 'simulated',
    ConnectionId: 'simulated',
    PayloadFormatVersion: 'simulated',
    TimeoutInMillis: 'simulated',
    'TlsConfig.ServerNameToVerify': 'simulated',
    RequestParameters: 'simulated',
    ResponseParameters: 'simulated',
    Description: { inert: 'text for people' },
  },
  required: ['ApiId', 'IntegrationType'],
  attributes: ['IntegrationId'],
  replacedBy: ['ApiId'],
  check,
  create,
};

function check(properties: Properties): readonly Finding[] {
  const { IntegrationType: type, IntegrationSubtype: subtype, TimeoutInMillis: timeout } = properties;
  const findings: Finding[] = [];
  if (subtype !== undefined) {
    findings.push({
      property: 'IntegrationSubtype',
      kind: 'unsupported',
      message: `Integrations with an AWS service (${String(subtype)}) are not simulated`,
      fix: 'Call the service from a Lambda function.',
    });
    return findings;
  }
  if (type === 'AWS_PROXY') findings.push(...checkLambda(properties));
  else if (type === 'HTTP_PROXY') findings.push(...checkHttp(properties));
  else if (!isUnresolved(type)) {
    findings.push({
      property: 'IntegrationType',
      kind: 'invalid',
      message: 'HTTP APIs take integrations of type AWS_PROXY and HTTP_PROXY only',
    });
  }
  if (timeout !== undefined && !isUnresolved(timeout) && !(Number(timeout) >= 50 && Number(timeout) <= 30_000)) {
    findings.push({ property: 'TimeoutInMillis', kind: 'invalid', message: 'Timeout should be between 50 ms and 30000 ms' }); // AG-558
  }
  findings.push(
    ...checkMapping('RequestParameters', () => new RequestMapping(knownTexts(properties['RequestParameters']))),
    ...checkMapping('ResponseParameters', () => new ResponseMapping(parseResponseParameters(properties['ResponseParameters']))),
  );
  return findings;
}

function checkLambda(properties: Properties): Finding[] {
  const { IntegrationUri: uri, PayloadFormatVersion: version, ConnectionType: connection, CredentialsArn: credentials } = properties;
  const findings: Finding[] = [];
  if (typeof credentials === 'string' && credentials.endsWith(':iam::*:user/*')) {
    const message = "Passing the caller's own credentials through is not simulated for HTTP APIs"; // AG-283
    findings.push({ property: 'CredentialsArn', kind: 'unsupported', message, fix: 'Name a role, or let the function permit the API.' });
  }
  if (version === undefined) {
    const message = 'PayloadFormatVersion is a required parameter for integration'; // AG-956
    findings.push({ property: 'PayloadFormatVersion', kind: 'invalid', message, fix: 'Set it to "2.0" or "1.0".' });
  } else if (!isUnresolved(version) && version !== '1.0' && version !== '2.0') {
    findings.push({
      property: 'PayloadFormatVersion',
      kind: 'invalid',
      message: `Invalid PayloadFormatVersion: ${JSON.stringify(version)}. Allowed: "1.0", "2.0"`,
    });
  }
  if (typeof uri !== 'string' || (!isUnknown(uri) && parseFunctionUri(uri) === undefined)) {
    findings.push({
      property: 'IntegrationUri',
      kind: 'invalid',
      message: `Invalid function ARN or invalid uri: ${JSON.stringify(uri ?? null)}`,
    });
  }
  if (connection === 'VPC_LINK') {
    findings.push({ property: 'ConnectionType', kind: 'invalid', message: 'VPC links are for HTTP_PROXY integrations only' }); // AG-577
  }
  return findings;
}

function checkHttp(properties: Properties): Finding[] {
  const {
    IntegrationUri: uri,
    IntegrationMethod: method,
    ConnectionType: connection,
    ConnectionId: link,
    PayloadFormatVersion: version,
  } = properties;
  const findings: Finding[] = [];
  if (method === undefined || (typeof method === 'string' && !isUnresolved(method) && method !== 'ANY' && !verbs.has(method))) {
    findings.push({
      property: 'IntegrationMethod',
      kind: 'invalid',
      message: `Invalid integration method: ${JSON.stringify(method ?? null)}`,
      fix: 'Set it to ANY, or to a verb.',
    });
  }
  if (version !== undefined && !isUnresolved(version) && version !== '1.0') {
    findings.push({ property: 'PayloadFormatVersion', kind: 'invalid', message: 'HTTP_PROXY integrations take payload format 1.0 only' });
  }
  if (properties['CredentialsArn'] !== undefined) {
    findings.push({
      property: 'CredentialsArn',
      kind: 'unsupported',
      message: 'Credentials are simulated for AWS_PROXY integrations only',
    });
  }
  if (connection === 'VPC_LINK') return [...findings, ...checkPrivate(uri, link)];
  if (properties['TlsConfig'] !== undefined) {
    findings.push({ property: 'TlsConfig', kind: 'invalid', message: 'TlsConfig is for private integrations only' }); // AG-579
  }
  if (connection !== undefined && connection !== 'INTERNET' && !isUnresolved(connection)) {
    findings.push({
      property: 'ConnectionType',
      kind: 'invalid',
      message: `Invalid ConnectionType: ${JSON.stringify(connection)}. Allowed: INTERNET, VPC_LINK`,
    });
  }
  if (typeof uri !== 'string' || (!isUnknown(uri) && parseIntegrationUri(uri) === undefined)) {
    findings.push({
      property: 'IntegrationUri',
      kind: 'invalid',
      message: `Invalid HTTP endpoint specified for URI: ${JSON.stringify(uri ?? null)}`,
    });
  }
  return findings;
}

/** AG-577 */
function checkPrivate(uri: Value | undefined, link: Value | undefined): Finding[] {
  const findings: Finding[] = [];
  if (link === undefined)
    findings.push({
      property: 'ConnectionId',
      kind: 'invalid',
      message: 'ConnectionId must name a VPC link when ConnectionType is VPC_LINK',
    });
  if (typeof uri !== 'string' || (!isUnknown(uri) && !isCloudMapService(uri) && loadBalancerArn(uri) === undefined)) {
    findings.push({
      property: 'IntegrationUri',
      kind: 'invalid',
      message: `For VpcLink integrations the IntegrationUri must be the ARN of an ALB or NLB listener or of a Cloud Map service, it is ${JSON.stringify(uri ?? null)}`,
    });
  }
  return findings;
}

function checkMapping(property: string, compile: () => unknown): Finding[] {
  try {
    compile();
    return [];
  } catch (error) {
    if (error instanceof ExpressionProblem) return [{ property, kind: 'invalid', message: error.message }];
    throw error;
  }
}

function isUnknown(text: string): boolean {
  return text.includes('unresolved:') || hasStageVariables(text);
}

/** Values that are not known yet stand for constants. */
function knownTexts(value: Value | undefined): Record<string, string> {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([key, text]) => [key, typeof text === 'string' && !isUnresolved(text) ? text : 'unknown']),
  );
}

/** `{"200": {"ResponseParameters": [{"Destination": "append:header.x", "Source": "y"}]}}`, as CloudFormation has it. */
function parseResponseParameters(value: Value | undefined): ResponseParameters {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([status, entry]) => {
      const list = isObject(entry) && Array.isArray(entry['ResponseParameters']) ? entry['ResponseParameters'] : undefined;
      if (list === undefined) throw new ExpressionProblem(`Status code ${status} has no list ResponseParameters of Destination and Source`);
      return [status, Object.fromEntries(list.filter(isObject).map(({ Destination: to, Source: from }) => [String(to), String(from)]))];
    }),
  );
}

async function create(context: ResourceContext): Promise<Resource> {
  const api = httpApiOf(context);
  const id = context.physicalId(7, 'base36');
  const put = (next: ResourceContext): void => asResourceFailure(() => api.draft.putIntegration(parse(next, id)));
  put(context);
  const resource: Resource = {
    ref: id,
    attributes: { IntegrationId: id },
    update: async (next) => {
      put(next);
      return resource;
    },
    delete: () => Promise.resolve(api.draft.remove('integrations', id)),
  };
  return resource;
}

/** @throws ExpressionProblem */
function checkMappings(mappings: Pick<IntegrationDefinition, 'requestParameters' | 'responseParameters'>): void {
  void [new RequestMapping(mappings.requestParameters), new ResponseMapping(mappings.responseParameters)];
}

/** @throws ExpressionProblem */
function parse({ properties, local, name }: ResourceContext, id: string): IntegrationDefinition {
  const reader = new PropertyReader(properties);
  const common = {
    id,
    logicalId: name.logicalId,
    // Values may be addresses that backends call.
    requestParameters: new PropertyReader(local).stringMap('RequestParameters'),
    responseParameters: parseResponseParameters(local['ResponseParameters']),
    timeoutMs: reader.integer('TimeoutInMillis', 30_000),
  };
  // What would be refused at each request is refused now.
  checkMappings(common);
  if (reader.oneOf('IntegrationType', ['AWS_PROXY', 'HTTP_PROXY']) === 'AWS_PROXY') {
    const credentials = reader.optionalString('CredentialsArn');
    return {
      ...common,
      kind: 'lambda',
      uri: reader.string('IntegrationUri'),
      payloadFormat: reader.oneOf('PayloadFormatVersion', ['1.0', '2.0']),
      ...(credentials === undefined ? {} : { credentials }),
    };
  }
  const method = reader.string('IntegrationMethod');
  if (reader.oneOf('ConnectionType', ['INTERNET', 'VPC_LINK'], 'INTERNET') === 'INTERNET') {
    return { ...common, kind: 'http', method, uri: new PropertyReader(local).string('IntegrationUri') };
  }
  const serverName = reader.object('TlsConfig')?.optionalString('ServerNameToVerify');
  return {
    ...common,
    kind: 'http',
    method,
    uri: reader.string('IntegrationUri'),
    vpcLinkId: reader.string('ConnectionId'),
    ...(serverName === undefined ? {} : { serverName }),
  };
}
