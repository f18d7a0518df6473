import type { PropertyReader } from '../../property-reader.ts';
import type { Finding, Properties } from '../../resource-type.ts';
import { checkHttpEndpoint, parseHttpEndpoint, type HttpEndpoint } from '../http-endpoint.ts';
import type { IntegrationDraft, IntegrationKind } from '../integration-kind.ts';
import {
  checkIntegrationResponses,
  parseIntegrationResponse,
  type IntegrationResponseDefinition,
} from '../integration-response-definition.ts';
import { parseContentHandling, type ContentHandling } from '../mapping/content-handling.ts';
import { checkTemplates } from '../mapping/mapping-template.ts';
import { parsePassthroughBehavior, type PassthroughBehavior } from '../passthrough-behavior.ts';
import { HttpIntegration } from './http-integration.ts';

/** A backend, and what is mapped to and from it. */
export interface HttpDefinition extends HttpEndpoint {
  readonly passthrough: PassthroughBehavior;
  /** Media type to template. */
  readonly requestTemplates: Readonly<Record<string, string>>;
  readonly contentHandling: ContentHandling;
  readonly responses: readonly IntegrationResponseDefinition[];
}

/** A request made of the client's by mappings and templates; an answer made of the backend's in the same way. */
export const http: IntegrationKind = { type: 'HTTP', check, parse };

function check(integration: Properties, method: Properties): readonly Finding[] {
  return [
    ...checkHttpEndpoint(integration, method),
    ...checkTemplates(integration['RequestTemplates'], 'Integration.RequestTemplates'),
    ...checkIntegrationResponses(integration['IntegrationResponses']),
  ];
}

function parse(aws: PropertyReader, local: PropertyReader): IntegrationDraft {
  const definition: HttpDefinition = {
    ...parseHttpEndpoint(aws, local),
    passthrough: parsePassthroughBehavior(local),
    // Templates for the backend are for a service here, those for the client for a browser here.
    requestTemplates: local.stringMap('RequestTemplates'),
    contentHandling: parseContentHandling(aws),
    responses: local.objects('IntegrationResponses').map(parseIntegrationResponse),
  };
  return { type: 'HTTP', definition, compile: (services) => new HttpIntegration(definition, services) };
}
