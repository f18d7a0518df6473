import { isUnresolved } from '../known-value.ts';
import { PropertyReader } from '../property-reader.ts';
import type { Finding, Properties, Resource, ResourceContext, ResourceType } from '../resource-type.ts';
import type { AuthorizerDefinition } from './authorizers/authorizer-definition.ts';
import { authorizerKinds } from './authorizers/authorizer-kinds.ts';
import { apiOf, asResourceFailure } from './belongs-to-api.ts';
import { invalid } from './finding.ts';

/** Who is asked about a caller (areas D to H; AG-527). */
export const authorizer: ResourceType = {
  type: 'AWS::ApiGateway::Authorizer',
  scope: 'simulated',
  properties: {
    RestApiId: 'simulated',
    Name: 'simulated',
    Type: 'simulated',
    AuthorizerUri: 'simulated',
    AuthorizerCredentials: 'simulated',
    IdentitySource: 'simulated',
    IdentityValidationExpression: 'simulated',
    AuthorizerResultTtlInSeconds: 'simulated',
    ProviderARNs: 'simulated',
    AuthType: { inert: 'has no effect on AWS either; it is for OpenAPI documents' },
  },
  required: ['RestApiId', 'Name', 'Type'],
  attributes: ['AuthorizerId'],
  replacedBy: ['RestApiId'],
  check,
  create,
};

function check(properties: Properties): readonly Finding[] {
  const { Type: type } = properties;
  if (type === undefined || isUnresolved(type)) return [];
  const kind = authorizerKinds.get(String(type));
  if (kind !== undefined) return kind.check(properties);
  return [invalid('Type', 'Invalid authorizer type specified. Valid options are TOKEN, REQUEST and COGNITO_USER_POOLS')];
}

async function create(context: ResourceContext): Promise<Resource> {
  const api = apiOf(context);
  const id = context.physicalId(6, 'base36');
  let definition = parseAuthorizer(context.properties, context.name.logicalId, id);
  asResourceFailure(() => api.draft.putAuthorizer(definition));
  const resource: Resource = {
    ref: id,
    attributes: { AuthorizerId: id },
    update: async (next) => {
      definition = parseAuthorizer(next.properties, next.name.logicalId, id);
      api.draft.putAuthorizer(definition);
      return resource;
    },
    delete: () => Promise.resolve(api.draft.removeAuthorizer(definition)),
  };
  return resource;
}

/** @throws ResourceFailure */
export function parseAuthorizer(properties: Properties, logicalId: string, id: string): AuthorizerDefinition {
  const reader = new PropertyReader(properties);
  const kind = authorizerKinds.get(reader.oneOf('Type', [...authorizerKinds.keys()]))!;
  return kind.parse({ id, name: reader.string('Name'), logicalId, type: kind.type, properties }, reader);
}
