import { isObject, isUnresolved } from '../known-value.ts';
import type { Finding, Properties } from '../resource-type.ts';
import { checkVerb } from './check-verb.ts';
import { invalid, unsupported } from './finding.ts';
import { integrationKinds } from './integration-kinds.ts';
import type { IntegrationType } from './integration.ts';

/** AWS's, whether they are simulated or not. */
const integrationTypes: readonly string[] = ['HTTP', 'HTTP_PROXY', 'AWS', 'AWS_PROXY', 'MOCK'] satisfies readonly IntegrationType[];

/** What AWS would refuse of a method, and what is not simulated of it. */
export function checkMethod(properties: Properties): readonly Finding[] {
  const integration = properties['Integration'];
  return [
    ...checkVerb(properties['HttpMethod'], 'HttpMethod'),
    ...checkAuthorization(properties),
    ...(isObject(integration) ? checkIntegration(integration, properties) : []),
  ];
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

function checkIntegration(integration: Properties, method: Properties): readonly Finding[] {
  const { Type: type } = integration;
  if (isUnresolved(type)) return [];
  const kind = integrationKinds.get(String(type));
  if (kind !== undefined) return kind.check(integration, method);
  return [
    typeof type === 'string' && integrationTypes.includes(type)
      ? unsupported(
          'Integration.Type',
          `Integrations of type ${type} are not simulated`,
          `Use one of: ${[...integrationKinds.keys()].join(', ')}.`,
        )
      : invalid('Integration.Type', 'Invalid integration type specified. Valid options are HTTP, HTTP_PROXY, AWS, AWS_PROXY and MOCK'),
  ];
}
