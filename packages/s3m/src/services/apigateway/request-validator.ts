import { PropertyReader } from '../property-reader.ts';
import type { Properties, Resource, ResourceContext, ResourceType } from '../resource-type.ts';
import { apiOf } from './belongs-to-api.ts';
import type { RequestValidatorDefinition } from './validation/model-definition.ts';

/** Says which checks the methods that name it make of their requests (AG-398, AG-531). */
export const requestValidator: ResourceType = {
  type: 'AWS::ApiGateway::RequestValidator',
  scope: 'simulated',
  properties: {
    RestApiId: 'simulated',
    Name: 'simulated',
    ValidateRequestBody: 'simulated',
    ValidateRequestParameters: 'simulated',
  },
  required: ['RestApiId'],
  attributes: ['RequestValidatorId'],
  replacedBy: ['RestApiId', 'Name'],
  create,
};

async function create(context: ResourceContext): Promise<Resource> {
  const api = apiOf(context);
  const id = context.physicalId(6, 'base36');
  let definition = parseRequestValidator(context.properties, context.name.logicalId, id);
  api.draft.putValidator(definition);
  const resource: Resource = {
    ref: id,
    attributes: { RequestValidatorId: id },
    update: async (next) => {
      definition = parseRequestValidator(next.properties, next.name.logicalId, id);
      api.draft.putValidator(definition);
      return resource;
    },
    delete: () => Promise.resolve(api.draft.removeValidator(definition)),
  };
  return resource;
}

/** @throws ResourceFailure */
export function parseRequestValidator(properties: Properties, logicalId: string, id: string): RequestValidatorDefinition {
  const reader = new PropertyReader(properties);
  return {
    logicalId,
    id,
    name: reader.optionalString('Name') ?? logicalId,
    validatesParameters: reader.boolean('ValidateRequestParameters', false),
    validatesBody: reader.boolean('ValidateRequestBody', false),
  };
}
