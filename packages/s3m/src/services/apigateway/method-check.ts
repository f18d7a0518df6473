import type { Finding, Properties, Value } from '../resource-type.ts';
import { isUnresolved } from '../known-value.ts';
import { checkMapping } from './check-mapping.ts';
import { parseIntegrationUri } from './integration-uri.ts';
import { compileJavaPattern, PatternProblem } from './java-pattern.ts';
import { hasVtl } from './mock-template.ts';
import { verbs } from './route-table.ts';
import { hasStageVariables } from './stage-variables.ts';

/** What AWS would refuse of a method, and what is not simulated of it. */
export function checkMethod(properties: Properties): readonly Finding[] {
  const integration = properties['Integration'];
  return [
    ...checkVerb(properties['HttpMethod'], 'HttpMethod'),
    ...checkAuthorization(properties),
    ...(isObject(integration) ? checkIntegration(integration, properties['RequestParameters']) : []),
  ];
}

/** AG-062 */
function checkVerb(verb: Value | undefined, property: string): Finding[] {
  if (verb === undefined || isUnresolved(verb) || verb === 'ANY' || (typeof verb === 'string' && verbs.has(verb))) return [];
  return [invalid(property, 'Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY')];
}

function checkAuthorization({ AuthorizationType: type, AuthorizerId: id, ApiKeyRequired: key }: Properties): Finding[] {
  const findings: Finding[] = [];
  if (type === 'AWS_IAM' || type === 'COGNITO_USER_POOLS') {
    findings.push(
      unsupported('AuthorizationType', `Authorization by ${type} is not simulated`, 'Use NONE, or CUSTOM with a TOKEN authorizer.'),
    );
  } else if (type !== undefined && type !== 'NONE' && type !== 'CUSTOM' && !isUnresolved(type)) {
    findings.push(
      invalid('AuthorizationType', 'Invalid authorization type specified. Valid options are NONE, AWS_IAM, CUSTOM and COGNITO_USER_POOLS'),
    );
  }
  if (type === 'CUSTOM' && id === undefined) {
    // AG-077
    findings.push(
      invalid(
        'AuthorizerId',
        'Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.',
      ),
    );
  }
  if (key === true || key === 'true') {
    findings.push(unsupported('ApiKeyRequired', 'API keys are not simulated; every request would be refused on AWS without one'));
  }
  return findings;
}

function checkIntegration(integration: Properties, declared: Value | undefined): Finding[] {
  const { Type: type } = integration;
  if (isUnresolved(type)) return [];
  switch (type) {
    case 'MOCK':
      return checkMock(integration);
    case 'HTTP_PROXY':
      return checkHttpProxy(integration, declared);
    case 'HTTP':
    case 'AWS':
    case 'AWS_PROXY':
      return [unsupported('Integration.Type', `Integrations of type ${type} are not simulated`, 'Use HTTP_PROXY or MOCK.')];
    default:
      return [
        invalid('Integration.Type', 'Invalid integration type specified. Valid options are HTTP, HTTP_PROXY, AWS, AWS_PROXY and MOCK'),
      ];
  }
}

function checkMock(integration: Properties): Finding[] {
  const findings = templates(integration['RequestTemplates'], 'Integration.RequestTemplates');
  for (const [index, response] of list(integration['IntegrationResponses']).entries()) {
    if (!isObject(response)) continue;
    const at = `Integration.IntegrationResponses[${index}]`;
    findings.push(...templates(response['ResponseTemplates'], `${at}.ResponseTemplates`));
    findings.push(...checkPattern(response['SelectionPattern'], `${at}.SelectionPattern`));
    for (const [target, expression] of entries(response['ResponseParameters'])) {
      const property = `${at}.ResponseParameters.${target}`;
      if (!/^method\.response\.header\.[^.\s]+$/.test(target))
        findings.push(invalid(property, `Invalid mapping expression specified: ${target}`));
      else if (!String(expression).startsWith('integration.response.')) findings.push(...checkMapping(expression, property));
    }
  }
  return findings;
}

/** Templates are taken as they stand; with VTL in them they would have to be run. */
function templates(map: Value | undefined, property: string): Finding[] {
  return entries(map).flatMap(([mediaType, template]) =>
    typeof template === 'string' && !isUnresolved(template) && hasVtl(template)
      ? [unsupported(`${property}.${mediaType}`, 'Mapping templates with VTL (# directives, $ references) are not simulated')]
      : [],
  );
}

function checkHttpProxy(integration: Properties, declared: Value | undefined): Finding[] {
  const { IntegrationHttpMethod: verb, Uri: uri, ConnectionType: connection, ConnectionId: link, TimeoutInMillis: timeout } = integration;
  const findings: Finding[] = [];
  if (verb === undefined) findings.push(invalid('Integration.IntegrationHttpMethod', 'Enumeration value for HttpMethod must be non-empty')); // AG-205
  findings.push(...checkVerb(verb, 'Integration.IntegrationHttpMethod'));
  findings.push(...checkUri(uri, connection));
  if (connection === 'VPC_LINK' && link === undefined)
    findings.push(invalid('Integration.ConnectionId', 'Invalid Vpc Link identifier specified'));
  if (connection !== undefined && connection !== 'VPC_LINK' && connection !== 'INTERNET' && !isUnresolved(connection)) {
    findings.push(invalid('Integration.ConnectionType', 'Invalid connection type specified. Valid options are INTERNET and VPC_LINK'));
  }
  if (timeout !== undefined && !isUnresolved(timeout) && !(Number(timeout) >= 50 && Number(timeout) <= 29_000)) {
    findings.push(invalid('Integration.TimeoutInMillis', 'Timeout should be between 50 ms and 29000 ms')); // AG-255
  }
  for (const [target, expression] of entries(integration['RequestParameters'])) {
    const property = `Integration.RequestParameters.${target}`;
    if (!/^integration\.request\.(?:header|querystring|path)\.[a-zA-Z0-9._$-]+$/.test(target)) {
      findings.push(
        invalid(
          property,
          `Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: ${target}]`,
        ),
      );
      continue;
    }
    findings.push(...checkMapping(expression, property), ...checkDeclared(expression, declared, property));
  }
  return findings;
}

function checkUri(uri: Value | undefined, connection: Value | undefined): Finding[] {
  if (typeof uri !== 'string') return uri === undefined ? [invalid('Integration.Uri', 'Invalid HTTP endpoint specified for URI')] : [];
  if (isUnresolved(uri)) return [];
  if (!/^https?:\/\//i.test(uri)) return [invalid('Integration.Uri', 'Invalid HTTP endpoint specified for URI')]; // AG-206
  if (connection === 'VPC_LINK' && /^https:/i.test(uri)) {
    return [unsupported('Integration.Uri', 'TLS from the gateway through a VPC link is not simulated', 'Use http:// and a TCP listener.')];
  }
  // CloudFormation's values that are not known yet may stand anywhere in it.
  if (!hasStageVariables(uri) && !isUnresolved(uri) && parseIntegrationUri(uri) === undefined) {
    return [invalid('Integration.Uri', 'Invalid HTTP endpoint specified for URI')];
  }
  return [];
}

/** AG-328: what is mapped from the method's request must be declared there. */
function checkDeclared(expression: Value, declared: Value | undefined, property: string): Finding[] {
  if (typeof expression !== 'string') return [];
  const name = expression.replace(/^method\.request\.multivalue(header|querystring)\./, 'method.request.$1.');
  if (!/^method\.request\.(?:header|querystring|path)\./.test(name) || (isObject(declared) && Object.hasOwn(declared, name))) return [];
  return [
    {
      ...invalid(
        property,
        `Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression parameter specified: ${expression}]`,
      ),
      fix: `Declare ${name} in the method's RequestParameters.`,
    },
  ];
}

function checkPattern(pattern: Value | undefined, property: string): Finding[] {
  if (typeof pattern !== 'string' || isUnresolved(pattern)) return [];
  try {
    compileJavaPattern(pattern);
    return [];
  } catch (error) {
    if (error instanceof PatternProblem) return [unsupported(property, error.message)];
    throw error;
  }
}

function invalid(property: string, message: string): Finding {
  return { property, kind: 'invalid', message };
}

function unsupported(property: string, message: string, fix?: string): Finding {
  return { property, kind: 'unsupported', message, ...(fix === undefined ? {} : { fix }) };
}

function entries(value: Value | undefined): [string, Value][] {
  return isObject(value) ? Object.entries(value) : [];
}

function list(value: Value | undefined): readonly Value[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: Value | undefined): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
