import type { PropertyReader } from '../../property-reader.ts';
import type { Finding, Properties } from '../../resource-type.ts';
import type { IntegrationDraft, IntegrationKind } from '../integration-kind.ts';
import { checkIntegrationResponses, parseIntegrationResponse } from '../integration-response-definition.ts';
import { parseContentHandling } from '../mapping/content-handling.ts';
import { checkTemplates } from '../mapping/mapping-template.ts';
import { parsePassthroughBehavior } from '../passthrough-behavior.ts';
import { AwsIntegration, type AwsDefinition } from './aws-integration.ts';
import { checkAwsIntegration } from './check-aws-integration.ts';
import { parseFunctionIntegration } from './parse-function-integration.ts';

/** A function with an event of the method's own making, and an answer made of its result. */
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
  return { type: 'AWS', definition, compile: (services, method) => new AwsIntegration(definition, services, method) };
}
