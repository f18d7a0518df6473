import { isObject, isUnresolved } from '../known-value.ts';
import type { Finding, Properties } from '../resource-type.ts';
import { checkAuthorization } from './access/authorization-definition.ts';
import { checkParameterNames } from './check-parameter-names.ts';
import { checkCacheKey } from './caching/cache-key.ts';
import { checkVerb } from './check-verb.ts';
import { invalid, unsupported } from './finding.ts';
import { integrationKinds } from './integration-kinds.ts';
import { checkMethodResponses } from './method-responses.ts';

/** What AWS would refuse of a method, and what is not simulated of it. */
export function checkMethod(properties: Properties): readonly Finding[] {
  const integration = properties['Integration'];
  return [
    ...checkVerb(properties['HttpMethod'], 'HttpMethod'),
    ...checkCacheKey(properties),
    ...checkAuthorization(properties),
    ...checkParameterNames(properties['RequestParameters']),
    ...(isObject(integration) ? checkIntegration(integration, properties) : []),
    ...checkMethodResponses(properties),
  ];
}

function checkIntegration(integration: Properties, method: Properties): readonly Finding[] {
  const { Type: type } = integration;
  if (isUnresolved(type)) return [];
  const kind = integrationKinds.get(String(type));
  if (kind !== undefined) return [...kind.check(integration, method), ...checkContentHandling(integration)];
  return [invalid('Integration.Type', 'Invalid integration type specified. Valid options are HTTP, HTTP_PROXY, AWS, AWS_PROXY and MOCK')];
}

/** Bodies of proxies are not converted, and those of a MOCK not looked into. */
function checkContentHandling({ Type: type, ContentHandling: handling }: Properties): readonly Finding[] {
  if (handling === undefined || isUnresolved(handling)) return [];
  if (handling !== 'CONVERT_TO_BINARY' && handling !== 'CONVERT_TO_TEXT') {
    return [
      invalid(
        'Integration.ContentHandling',
        `Invalid content handling specified: ${String(handling)}`,
        'Use CONVERT_TO_BINARY or CONVERT_TO_TEXT.',
      ),
    ];
  }
  if (type !== 'HTTP_PROXY' && type !== 'AWS_PROXY') return [];
  return [unsupported('Integration.ContentHandling', `ContentHandling of ${type} integrations is not simulated`, 'Leave it out.')];
}
