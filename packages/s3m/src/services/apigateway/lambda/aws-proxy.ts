import type { PropertyReader } from '../../property-reader.ts';
import type { Finding, Properties } from '../../resource-type.ts';
import type { IntegrationDraft, IntegrationKind } from '../integration-kind.ts';
import { AwsProxyIntegration } from './aws-proxy-integration.ts';
import { checkAwsIntegration } from './check-aws-integration.ts';
import { parseFunctionIntegration } from './parse-function-integration.ts';

/** The request as an event for a function, the function's result as the answer. */
export const awsProxy: IntegrationKind = { type: 'AWS_PROXY', check, parse };

function check(integration: Properties, method: Properties): readonly Finding[] {
  return checkAwsIntegration(integration, method, 'AWS_PROXY');
}

function parse(aws: PropertyReader): IntegrationDraft {
  const definition = parseFunctionIntegration(aws);
  return { type: 'AWS_PROXY', definition, compile: (services, method) => new AwsProxyIntegration(definition, services, method) };
}
