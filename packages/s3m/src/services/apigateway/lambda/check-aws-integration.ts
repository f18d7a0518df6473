import { isUnresolved } from '../../known-value.ts';
import type { Finding, Properties, Value } from '../../resource-type.ts';
import { parseServiceAction, simulatedServices } from '../aws-service/service-action.ts';
import { checkVerb } from '../check-verb.ts';
import { invalid, unsupported } from '../finding.ts';
import { checkRequestParameters, checkTimeout } from '../http-endpoint.ts';

/** What AWS would refuse of an integration with an AWS service, and which services are not simulated. */
export function checkAwsIntegration(integration: Properties, method: Properties, type: 'AWS' | 'AWS_PROXY'): readonly Finding[] {
  const { IntegrationHttpMethod: verb, Uri: uri, ConnectionType: connection, TimeoutInMillis: timeout } = integration;
  const findings: Finding[] = [];
  if (verb === undefined) findings.push(invalid('Integration.IntegrationHttpMethod', 'Enumeration value for HttpMethod must be non-empty')); // AG-205
  findings.push(...checkVerb(verb, 'Integration.IntegrationHttpMethod'), ...checkUri(uri, type), ...checkTimeout(timeout));
  if (connection === 'VPC_LINK') {
    // AG-178
    findings.push(invalid('Integration.ConnectionType', `Integrations of type '${type}' cannot use a VPC link`));
  }
  return [...findings, ...checkRequestParameters(integration['RequestParameters'], method)];
}

/** AG-279, AG-280 */
function checkUri(uri: Value | undefined, type: 'AWS' | 'AWS_PROXY'): Finding[] {
  if (isUnresolved(uri)) return [];
  const at = 'Integration.Uri';
  const [, service = '', rest = ''] = /^arn:[^:]+:apigateway:[^:]+:([^:]+):(.+)$/.exec(typeof uri === 'string' ? uri : '') ?? [];
  if (service === '') return [invalid(at, 'Invalid ARN specified in the request')];
  if (!/^(?:path|action)\//.test(rest)) return [invalid(at, 'AWS ARN for integration must contain path or action')];
  if (service === 'lambda') {
    if (/^path\/2015-03-31\/functions\/.+\/invocations$/.test(rest)) return [];
    return [
      unsupported(
        at,
        `Of Lambda, only the operation path/2015-03-31/functions/FUNCTION_ARN/invocations is simulated, not ${rest.replace(/arn:.*(?=\/)/, 'FUNCTION_ARN')}`,
      ),
    ];
  }
  if (type === 'AWS_PROXY' && service !== 'firehose') {
    return [invalid(at, "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.")];
  }
  if (simulatedServices.includes(service) && typeof uri === 'string' && parseServiceAction(uri) !== undefined) return [];
  return [
    unsupported(
      at,
      `Integrations with the service "${service}" are not simulated, only those with Lambda and with actions of ${simulatedServices.join(', ')} are`,
      'Let a function make the call.',
    ),
  ];
}
