import { PropertyReader } from '../property-reader.ts';
import type { Properties } from '../resource-type.ts';
import { parseAuthorization } from './access/authorization-definition.ts';
import { parseCacheKey } from './caching/cache-key.ts';
import type { IntegrationDraft } from './integration-kind.ts';
import { integrationKinds } from './integration-kinds.ts';
import type { MethodDefinition } from './method-definition.ts';
import { parseRequestRules } from './validation/parse-request-rules.ts';

/**
 * Reads a method. `local` are the same properties with local addresses: for what reaches a browser, and for URIs that are dialled here.
 * @throws ResourceFailure
 */
export function parseMethod(properties: Properties, local: Properties, logicalId: string): MethodDefinition {
  const reader = new PropertyReader(properties);
  return {
    logicalId,
    properties,
    resourceId: reader.string('ResourceId'),
    verb: reader.string('HttpMethod'),
    authorization: parseAuthorization(reader),
    apiKeyRequired: reader.boolean('ApiKeyRequired', false),
    requestRules: parseRequestRules(reader),
    cacheKey: parseCacheKey(reader.object('Integration')),
    operationName: reader.optionalString('OperationName'),
    integration: parseIntegration(reader.object('Integration'), new PropertyReader(local).object('Integration')),
  };
}

function parseIntegration(aws: PropertyReader | undefined, local: PropertyReader | undefined): IntegrationDraft | undefined {
  if (aws === undefined || local === undefined) return undefined;
  return integrationKinds.get(aws.oneOf('Type', [...integrationKinds.keys()]))!.parse(aws, local);
}
