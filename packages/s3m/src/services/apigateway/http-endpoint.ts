import { entriesOf, isObject, isUnresolved } from '../known-value.ts';
import type { PropertyReader } from '../property-reader.ts';
import type { Finding, Properties, Value } from '../resource-type.ts';
import { checkMapping } from './check-mapping.ts';
import { checkVerb } from './check-verb.ts';
import { invalid } from './finding.ts';
import { parseIntegrationUri, type BackendTerms } from '../../gateway/backend-uri.ts';
import { hasStageVariables } from '../../gateway/stage-variables.ts';

/** AG-255, AG-520 */
const defaultTimeoutMs = 29_000;

/** Where an HTTP integration goes, and what it maps into the request. AG-204 to AG-240 */
export interface HttpEndpoint {
  /** A verb, or `ANY` for the client's own (AG-204). */
  readonly verb: string;
  readonly uri: string;
  /** Id of the VPC link, maybe from a stage variable (AG-183); undefined: over the Internet (AG-177). */
  readonly vpcLinkId: string | undefined;
  /** `IntegrationTarget`: ARN of a listener or load balancer, with a link V2 (AG-201). */
  readonly linkTarget: string | undefined;
  /** `TlsConfig.InsecureSkipVerification` (AG-197). */
  readonly insecure: boolean;
  readonly timeoutMs: number;
  /** `integration.request.header.NAME`, `.querystring.NAME`, `.path.NAME` to mapping expression. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** @throws ResourceFailure */
export function parseHttpEndpoint(aws: PropertyReader, local: PropertyReader): HttpEndpoint {
  const vpcLink = aws.oneOf('ConnectionType', ['INTERNET', 'VPC_LINK'], 'INTERNET') === 'VPC_LINK';
  return {
    verb: aws.string('IntegrationHttpMethod'),
    // Through a link the URI's host is only a name (AG-179, AG-180); on the Internet it is dialled.
    uri: (vpcLink ? aws : local).string('Uri'),
    vpcLinkId: vpcLink ? aws.string('ConnectionId') : undefined,
    linkTarget: vpcLink ? aws.optionalString('IntegrationTarget') : undefined,
    insecure: aws.object('TlsConfig')?.boolean('InsecureSkipVerification', false) ?? false,
    timeoutMs: aws.integer('TimeoutInMillis', defaultTimeoutMs),
    parameters: aws.stringMap('RequestParameters'),
  };
}

export function termsOf({ linkTarget, insecure }: HttpEndpoint): BackendTerms {
  return { target: linkTarget, insecure };
}

/** What AWS would refuse of where an HTTP integration goes, and how. */
export function checkHttpEndpoint(integration: Properties, method: Properties): readonly Finding[] {
  const { IntegrationHttpMethod: verb, Uri: uri, ConnectionType: connection, ConnectionId: link, TimeoutInMillis: timeout } = integration;
  const findings: Finding[] = [];
  if (verb === undefined) findings.push(invalid('Integration.IntegrationHttpMethod', 'Enumeration value for HttpMethod must be non-empty')); // AG-205
  findings.push(...checkVerb(verb, 'Integration.IntegrationHttpMethod'));
  findings.push(...checkUri(uri, connection), ...checkLinkTarget(integration['IntegrationTarget'], connection));
  if (connection === 'VPC_LINK' && link === undefined)
    findings.push(invalid('Integration.ConnectionId', 'Invalid Vpc Link identifier specified'));
  if (connection !== undefined && connection !== 'VPC_LINK' && connection !== 'INTERNET' && !isUnresolved(connection)) {
    findings.push(invalid('Integration.ConnectionType', 'Invalid connection type specified. Valid options are INTERNET and VPC_LINK'));
  }
  return [...findings, ...checkTimeout(timeout), ...checkRequestParameters(integration['RequestParameters'], method)];
}

/** AG-255 */
export function checkTimeout(timeout: Value | undefined): Finding[] {
  if (timeout === undefined || isUnresolved(timeout) || (Number(timeout) >= 50 && Number(timeout) <= 29_000)) return [];
  return [invalid('Integration.TimeoutInMillis', 'Timeout should be between 50 ms and 29000 ms')];
}

/** AG-326 to AG-328, AG-337 */
export function checkRequestParameters(parameters: Value | undefined, method: Properties): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [target, expression] of entriesOf(parameters)) {
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
    findings.push(...checkMapping(expression, property), ...checkDeclared(expression, method['RequestParameters'], property));
  }
  return findings;
}

function checkUri(uri: Value | undefined, connection: Value | undefined): Finding[] {
  if (typeof uri !== 'string') return uri === undefined ? [invalid('Integration.Uri', 'Invalid HTTP endpoint specified for URI')] : [];
  if (isUnresolved(uri)) return [];
  if (!/^https?:\/\//i.test(uri)) return [invalid('Integration.Uri', 'Invalid HTTP endpoint specified for URI')]; // AG-206
  // CloudFormation's values that are not known yet may stand anywhere in it.
  if (hasStageVariables(uri)) return [];
  const parsed = parseIntegrationUri(uri);
  if (parsed === undefined) return [invalid('Integration.Uri', 'Invalid HTTP endpoint specified for URI')];
  const { port } = parsed;
  if (connection === 'VPC_LINK' || port === 80 || port === 443 || port >= 1024) return [];
  // AG-202
  return [
    invalid('Integration.Uri', 'Invalid HTTP endpoint specified for URI', `Port ${port} is not allowed: 80, 443 and 1024 to 65535 are.`),
  ];
}

/** AG-201 */
function checkLinkTarget(target: Value | undefined, connection: Value | undefined): Finding[] {
  if (target === undefined) return [];
  if (connection !== 'VPC_LINK' && !isUnresolved(connection)) {
    return [invalid('Integration.IntegrationTarget', 'An integration target is for integrations through a VPC link only')];
  }
  if (
    typeof target !== 'string' ||
    isUnresolved(target) ||
    /^arn:[^:]+:elasticloadbalancing:[^:]*:\d{12}:(?:listener|loadbalancer)\//.test(target)
  )
    return [];
  return [invalid('Integration.IntegrationTarget', `Invalid ARN. ARN is not well formed ${target}`, 'Name a listener or a load balancer.')];
}

/** AG-328: what is mapped from the method's request must be declared there. */
function checkDeclared(expression: Value, declared: Value | undefined, property: string): Finding[] {
  if (typeof expression !== 'string') return [];
  const name = expression.replace(/^method\.request\.multivalue(header|querystring)\./, 'method.request.$1.');
  if (!/^method\.request\.(?:header|querystring|path)\./.test(name) || (isObject(declared) && Object.hasOwn(declared, name))) return [];
  return [
    invalid(
      property,
      `Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression parameter specified: ${expression}]`,
      `Declare ${name} in the method's RequestParameters.`,
    ),
  ];
}
