import type { PropertyReader } from '../../property-reader.ts';
import type { FunctionIntegrationDefinition } from './function-caller.ts';

/** AG-255, AG-520 */
const defaultTimeoutMs = 29_000;

/** @throws ResourceFailure */
export function parseFunctionIntegration(integration: PropertyReader): FunctionIntegrationDefinition {
  return {
    verb: integration.string('IntegrationHttpMethod'),
    uri: integration.string('Uri'),
    credentials: integration.optionalString('Credentials'),
    timeoutMs: integration.integer('TimeoutInMillis', defaultTimeoutMs),
    parameters: integration.stringMap('RequestParameters'),
  };
}
