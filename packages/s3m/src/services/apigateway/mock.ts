import type { PropertyReader } from '../property-reader.ts';
import type { Finding, Properties } from '../resource-type.ts';
import type { IntegrationDraft, IntegrationKind } from './integration-kind.ts';
import {
  checkIntegrationResponses,
  parseIntegrationResponse,
  type IntegrationResponseDefinition,
} from './integration-response-definition.ts';
import { MockIntegration } from './mock-integration.ts';
import { checkTemplates } from './mapping/mapping-template.ts';
import { parsePassthroughBehavior, type PassthroughBehavior } from './passthrough-behavior.ts';

/** AG-316 to AG-325 */
export interface MockDefinition {
  readonly passthrough: PassthroughBehavior;
  /** Media type to template. */
  readonly requestTemplates: Readonly<Record<string, string>>;
  readonly responses: readonly IntegrationResponseDefinition[];
}

/** An answer from the method's own templates. */
export const mock: IntegrationKind = { type: 'MOCK', check, parse };

function check(integration: Properties): readonly Finding[] {
  return [
    ...checkTemplates(integration['RequestTemplates'], 'Integration.RequestTemplates'),
    ...checkIntegrationResponses(integration['IntegrationResponses']),
  ];
}

function parse(_aws: PropertyReader, local: PropertyReader): IntegrationDraft {
  const definition: MockDefinition = {
    passthrough: parsePassthroughBehavior(local),
    requestTemplates: local.stringMap('RequestTemplates'),
    responses: local.objects('IntegrationResponses').map(parseIntegrationResponse),
  };
  return { type: 'MOCK', definition, compile: ({ settings }) => new MockIntegration(definition, settings) };
}
