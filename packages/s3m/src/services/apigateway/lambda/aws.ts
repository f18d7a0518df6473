import type { PropertyReader } from '../../property-reader.ts';
import type { Finding, Properties } from '../../resource-type.ts';
import type { IntegrationDraft, IntegrationKind } from '../integration-kind.ts';
import { checkIntegrationResponses, parseIntegrationResponse } from '../integration-response-definition.ts';
import { parseContentHandling } from '../mapping/content-handling.ts';
import { checkTemplates } from '../mapping/mapping-template.ts';
import { parsePassthroughBehavior } from '../passthrough-behavior.ts';
import { AwsServiceIntegration } from '../aws-service/aws-service-integration.ts';
import { parseServiceAction } from '../aws-service/service-action.ts';
import { AwsIntegration, type AwsDefinition } from './aws-integration.ts';
import { checkAwsIntegration } from './check-aws-integration.ts';
import { parseFunctionIntegration } from './parse-function-integration.ts';

/** A function, or an action of another service, with an input of the method's own making, and an answer made of what it gives. */
export const aws: IntegrationKind = { type: 'AWS', check, parse };

function check(integration: Properties, method: Properties): readonly Finding[] {
  return [
    ...checkAwsIntegration(integration, method, 'AWS'),
    ...checkTemplates(integration['RequestTemplates'], 'Integration.RequestTemplates'),
    ...checkIntegrationResponses(integration['IntegrationResponses']),
  ];
}

/** Templates with local addresses: what they print reaches functions and browsers. */
function parse(properties: PropertyReader, local: PropertyReader): IntegrationDraft {
  const definition: AwsDefinition = {
    ...parseFunctionIntegration(properties),
    contentHandling: parseContentHandling(properties),
    passthrough: parsePassthroughBehavior(properties),
    requestTemplates: local.stringMap('RequestTemplates'),
    responses: local.objects('IntegrationResponses').map(parseIntegrationResponse),
  };
  const action = parseServiceAction(definition.uri);
  return {
    type: 'AWS',
    definition,
    compile: (services, method) =>
      action === undefined ? new AwsIntegration(definition, services, method) : new AwsServiceIntegration(definition, action, services),
  };
}
