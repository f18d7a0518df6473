import { PropertyReader } from '../property-reader.ts';
import type { Finding, Properties, Resource, ResourceContext, ResourceType } from '../resource-type.ts';
import { apiOf } from './belongs-to-api.ts';
import { isUnresolved } from '../known-value.ts';
import { checkMapping } from './check-mapping.ts';
import { headerPrefix, type GatewayResponseDefinition } from './gateway-responses.ts';

/** The types with their statuses, in the order in which AWS lists them; those of a class have none of their own (AG-361 to AG-380). */
export const responseTypes: ReadonlyMap<string, number | undefined> = new Map<string, number | undefined>([
  ['ACCESS_DENIED', 403],
  ['API_CONFIGURATION_ERROR', 500],
  ['AUTHORIZER_CONFIGURATION_ERROR', 500],
  ['AUTHORIZER_FAILURE', 500],
  ['BAD_REQUEST_BODY', 400],
  ['BAD_REQUEST_PARAMETERS', 400],
  ['DEFAULT_4XX', undefined],
  ['DEFAULT_5XX', undefined],
  ['EXPIRED_TOKEN', 403],
  ['INTEGRATION_FAILURE', 504],
  ['INTEGRATION_TIMEOUT', 504],
  ['INVALID_API_KEY', 403],
  ['INVALID_SIGNATURE', 403],
  ['MISSING_AUTHENTICATION_TOKEN', 403],
  ['QUOTA_EXCEEDED', 429],
  ['REQUEST_TOO_LARGE', 413],
  ['RESOURCE_NOT_FOUND', 404],
  ['THROTTLED', 429],
  ['UNAUTHORIZED', 401],
  ['UNSUPPORTED_MEDIA_TYPE', 415],
  ['WAF_FILTERED', 403],
]);

/** How the gateway words one type of its own answers (area R). */
export const gatewayResponse: ResourceType = {
  type: 'AWS::ApiGateway::GatewayResponse',
  scope: 'simulated',
  properties: {
    RestApiId: 'simulated',
    ResponseType: 'simulated',
    StatusCode: 'simulated',
    ResponseParameters: 'simulated',
    ResponseTemplates: 'simulated',
  },
  required: ['RestApiId', 'ResponseType'],
  attributes: ['Id'],
  replacedBy: ['RestApiId', 'ResponseType'],
  check,
  create,
};

function check({ ResponseType: type, StatusCode: status, ResponseParameters: parameters }: Properties): readonly Finding[] {
  const findings: Finding[] = [];
  if (typeof type === 'string' && !isUnresolved(type) && !responseTypes.has(type)) {
    findings.push({ property: 'ResponseType', kind: 'invalid', message: `Invalid gateway response type: ${type}` });
  }
  if (status !== undefined && !isUnresolved(status) && !/^[1-5]\d\d$/.test(String(status))) {
    // AG-392
    findings.push({ property: 'StatusCode', kind: 'invalid', message: `Member must satisfy regular expression pattern: [1-5]\\d\\d` });
  } else if (String(status ?? '').startsWith('1')) {
    findings.push({ property: 'StatusCode', kind: 'unsupported', message: 'Interim statuses (1xx) are not sent as answers' });
  }
  for (const [target, expression] of Object.entries((parameters ?? {}) as Properties)) {
    const property = `ResponseParameters.${target}`;
    if (!/^gatewayresponse\.header\.[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(target)) {
      findings.push({
        property,
        kind: 'invalid',
        message: `Invalid gateway response parameter specified: ${target}`,
        fix: `Begin with ${headerPrefix}`,
      });
    } else {
      findings.push(...checkMapping(expression, property));
    }
  }
  return findings;
}

async function create(context: ResourceContext): Promise<Resource> {
  const api = apiOf(context);
  let definition = parseGatewayResponse(context.local, context.name.logicalId);
  api.draft.putResponse(definition);
  const id = context.physicalName({ max: 64 });
  const resource: Resource = {
    ref: id,
    attributes: { Id: id },
    update: async (next) => {
      definition = parseGatewayResponse(next.local, next.name.logicalId);
      api.draft.putResponse(definition);
      return resource;
    },
    delete: () => Promise.resolve(api.draft.removeResponse(definition)),
  };
  return resource;
}

/** With local addresses: these headers reach browsers. @throws ResourceFailure */
export function parseGatewayResponse(local: Properties, logicalId: string): GatewayResponseDefinition & { readonly logicalId: string } {
  const reader = new PropertyReader(local);
  const statusCode = reader.optionalInteger('StatusCode');
  return {
    logicalId,
    type: reader.string('ResponseType'),
    ...(statusCode === undefined ? {} : { statusCode }),
    parameters: reader.stringMap('ResponseParameters'),
    templates: reader.stringMap('ResponseTemplates'),
  };
}
