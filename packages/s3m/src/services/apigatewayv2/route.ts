import { isUnresolved } from '../known-value.ts';
import { PropertyReader } from '../property-reader.ts';
import {
  ResourceFailure,
  type Finding,
  type Properties,
  type Resource,
  type ResourceContext,
  type ResourceType,
} from '../resource-type.ts';
import { asResourceFailure, httpApiOf } from './belongs-to-http-api.ts';
import type { LiveHttpApi } from './live-http-api.ts';
import type { RouteDefinition } from './route-definition.ts';
import { checkRouteKey } from './route-key.ts';

/** A route of an HTTP API: which requests go to which integration, and who may call it (AG-550). */
export const httpRoute: ResourceType = {
  type: 'AWS::ApiGatewayV2::Route',
  scope: 'simulated',
  properties: {
    ApiId: 'simulated',
    RouteKey: 'simulated',
    Target: 'simulated',
    AuthorizationType: 'simulated',
    AuthorizerId: 'simulated',
    AuthorizationScopes: 'simulated',
    ApiKeyRequired: 'simulated',
    OperationName: { inert: 'text for people' },
  },
  required: ['ApiId', 'RouteKey'],
  attributes: ['RouteId'],
  replacedBy: ['ApiId'],
  check,
  create,
};

function check(properties: Properties): readonly Finding[] {
  const { Target: target, AuthorizationType: type, AuthorizerId: authorizer, ApiKeyRequired: key } = properties;
  const findings = checkRouteKey(properties['RouteKey']);
  if (target === undefined) {
    findings.push({
      property: 'Target',
      kind: 'unsupported',
      message: 'A route without a Target is not simulated',
      fix: 'Give it Target: integrations/ID.',
    });
  } else if (typeof target === 'string' && !target.includes('unresolved:') && !target.startsWith('integrations/')) {
    findings.push({ property: 'Target', kind: 'invalid', message: `Invalid target: ${target}. It must be integrations/ID` });
  }
  if (key === true || key === 'true') {
    findings.push({ property: 'ApiKeyRequired', kind: 'invalid', message: 'API keys are not supported for HTTP APIs' }); // AG-560
  }
  if (type !== undefined && !isUnresolved(type) && !['NONE', 'AWS_IAM', 'JWT', 'CUSTOM'].includes(String(type))) {
    findings.push({
      property: 'AuthorizationType',
      kind: 'invalid',
      message: `Invalid authorization type: ${JSON.stringify(type)}. Allowed: NONE, AWS_IAM, CUSTOM, JWT`,
    });
  }
  if ((type === 'JWT' || type === 'CUSTOM') && authorizer === undefined) {
    const message = `Invalid authorizer ID specified. Setting the authorization type to ${type} requires a valid ${type === 'JWT' ? 'JWT ' : ''}authorizer.`;
    findings.push({ property: 'AuthorizerId', kind: 'invalid', message });
  }
  if (properties['AuthorizationScopes'] !== undefined && type !== 'JWT' && !isUnresolved(type)) {
    findings.push({ property: 'AuthorizationScopes', kind: 'invalid', message: 'AuthorizationScopes are for AuthorizationType JWT only' }); // AG-563
  }
  if ((type === undefined || type === 'NONE' || type === 'AWS_IAM') && authorizer !== undefined) {
    findings.push({
      property: 'AuthorizationType',
      kind: 'invalid',
      message: 'The route names an authorizer, and its AuthorizationType does not ask it',
      fix: 'Set AuthorizationType to JWT or CUSTOM.',
    });
  }
  return findings;
}

async function create(context: ResourceContext): Promise<Resource> {
  const api = httpApiOf(context);
  const id = context.physicalId(7, 'base36');
  put(api, id, context);
  const resource: Resource = {
    ref: id,
    attributes: { RouteId: id },
    update: async (next) => {
      put(api, id, next);
      return resource;
    },
    delete: () => Promise.resolve(api.draft.remove('routes', id)),
  };
  return resource;
}

/** What the route names has to be there, and of the kind that its authorization asks for. */
function put(api: LiveHttpApi, id: string, { properties, name }: Pick<ResourceContext, 'properties' | 'name'>): void {
  const reader = new PropertyReader(properties);
  const integrationId = reader.string('Target').replace(/^integrations\//, '');
  if (!api.draft.integrations.has(integrationId)) {
    throw new ResourceFailure(`Invalid Integration identifier specified: ${integrationId}`, { property: 'Target' });
  }
  const type = reader.oneOf('AuthorizationType', ['NONE', 'AWS_IAM', 'JWT', 'CUSTOM'], 'NONE');
  const definition: RouteDefinition = {
    id,
    logicalId: name.logicalId,
    routeKey: reader.string('RouteKey'),
    integrationId,
    access: accessOf(api, reader, type),
    scopes: reader.strings('AuthorizationScopes'),
  };
  asResourceFailure(() => api.draft.putRoute(definition));
}

function accessOf(api: LiveHttpApi, reader: PropertyReader, type: 'NONE' | 'AWS_IAM' | 'JWT' | 'CUSTOM'): RouteDefinition['access'] {
  if (type === 'NONE') return 'anybody';
  if (type === 'AWS_IAM') return 'iam';
  return { authorizerId: findAuthorizer(api, reader.optionalString('AuthorizerId'), type) };
}

function findAuthorizer(api: LiveHttpApi, id: string | undefined, type: 'JWT' | 'CUSTOM'): string {
  const authorizer = id === undefined ? undefined : api.draft.authorizers.get(id);
  if (authorizer?.kind === (type === 'JWT' ? 'jwt' : 'lambda')) return authorizer.id;
  throw new ResourceFailure(
    `Invalid authorizer ID specified. Setting the authorization type to ${type} requires a valid ${type === 'JWT' ? 'JWT ' : ''}authorizer.`,
    { property: 'AuthorizerId' },
  );
}
