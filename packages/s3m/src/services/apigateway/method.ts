import type { Resource, ResourceContext, ResourceType } from '../resource-type.ts';
import { apiOf, asResourceFailure } from './belongs-to-api.ts';
import type { LiveApi } from './live-api.ts';
import { checkMethod } from './method-check.ts';
import type { MethodDefinition } from './method-definition.ts';
import { parseMethod } from './parse-method.ts';
import { checkRequestRules } from './validation/compile-validation.ts';

/** A verb of a resource and what answers it (AG-518 to AG-520). */
export const method: ResourceType = {
  type: 'AWS::ApiGateway::Method',
  scope: 'simulated',
  properties: {
    RestApiId: 'simulated',
    ResourceId: 'simulated',
    HttpMethod: 'simulated',
    AuthorizationType: 'simulated',
    AuthorizerId: 'simulated',
    AuthorizationScopes: 'simulated',
    ApiKeyRequired: 'simulated',
    OperationName: 'simulated',
    RequestParameters: 'simulated',
    RequestModels: 'simulated',
    RequestValidatorId: 'simulated',
    'MethodResponses.StatusCode': 'simulated',
    'MethodResponses.ResponseParameters': 'simulated',
    'MethodResponses.ResponseModels': { inert: 'for generated clients; answers are not checked against models' },
    'Integration.Type': 'simulated',
    'Integration.IntegrationHttpMethod': 'simulated',
    'Integration.Uri': 'simulated',
    'Integration.ConnectionType': 'simulated',
    'Integration.ConnectionId': 'simulated',
    'Integration.IntegrationTarget': 'simulated',
    'Integration.Credentials': 'simulated',
    'Integration.TimeoutInMillis': 'simulated',
    'Integration.RequestParameters': 'simulated',
    'Integration.RequestTemplates': 'simulated',
    'Integration.PassthroughBehavior': 'simulated',
    'Integration.ContentHandling': 'simulated',
    'Integration.IntegrationResponses.StatusCode': 'simulated',
    'Integration.IntegrationResponses.SelectionPattern': 'simulated',
    'Integration.IntegrationResponses.ResponseParameters': 'simulated',
    'Integration.IntegrationResponses.ResponseTemplates': 'simulated',
    'Integration.IntegrationResponses.ContentHandling': 'simulated',
    'Integration.CacheKeyParameters': 'simulated',
    'Integration.CacheNamespace': 'simulated',
    'Integration.TlsConfig.InsecureSkipVerification': 'simulated',
  },
  required: ['RestApiId', 'ResourceId', 'HttpMethod'],
  attributes: [],
  replacedBy: ['RestApiId', 'ResourceId', 'HttpMethod'],
  check: checkMethod,
  create,
};

async function create(context: ResourceContext): Promise<Resource> {
  const api = apiOf(context);
  let definition = parseMethod(context.properties, context.local, context.name.logicalId);
  put(api, definition);
  const resource: Resource = {
    ref: context.physicalName({ max: 64 }),
    attributes: {},
    update: async ({ properties, local, name }) => {
      definition = parseMethod(properties, local, name.logicalId);
      put(api, definition);
      return resource;
    },
    delete: () => Promise.resolve(api.draft.removeMethod(definition)),
  };
  return resource;
}

function put({ draft }: LiveApi, definition: MethodDefinition): void {
  asResourceFailure(() => checkRequestRules(draft, definition.requestRules));
  draft.putMethod(definition);
}
