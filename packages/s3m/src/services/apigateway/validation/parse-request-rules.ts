import type { PropertyReader } from '../../property-reader.ts';
import type { RequestRules } from './model-definition.ts';

/** Reads what a method asks of its requests. */
export function parseRequestRules(method: PropertyReader): RequestRules {
  const parameters = Object.entries(method.stringMap('RequestParameters'));
  return {
    validatorId: method.optionalString('RequestValidatorId'),
    required: parameters.filter(([, required]) => required === 'true').map(([key]) => key),
    models: method.stringMap('RequestModels'),
  };
}
