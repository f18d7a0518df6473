import { entriesOf, isObject } from '../../known-value.ts';
import type { Properties, Value } from '../../resource-type.ts';
import { importMethods } from './import-methods.ts';
import { importAuthorizers } from './import-security.ts';
import { importSchemas } from './import-schemas.ts';
import type { ImportContext, ImportedApi, ImportedPart, ImportOptions } from './imported-api.ts';
import { parseDocument, part } from './open-api-document.ts';

/** Reads an OpenAPI 2.0 or 3 document with API Gateway's extensions (area CC). @throws ImportProblem */
export function importDocument(body: Value, options: ImportOptions): ImportedApi {
  const context: ImportContext = { ...options, ...parseDocument(body), models: new Map(), warnings: [] };
  importSchemas(context);
  const methods = importMethods(context);
  const models = [...context.models].map(([name, { at, schema }]) => ({ at, name, properties: { Name: name, Schema: schema } }));
  return {
    properties: importSettings(context),
    methods,
    authorizers: importAuthorizers(context),
    validators: importParts(context, 'x-amazon-apigateway-request-validators', (name, validator) => ({
      Name: name,
      ValidateRequestBody: validator['validateRequestBody'] ?? false,
      ValidateRequestParameters: validator['validateRequestParameters'] ?? false,
    })),
    models,
    responses: importParts(context, 'x-amazon-apigateway-gateway-responses', (type, response) => ({
      ResponseType: type,
      ...renamed(response, { statusCode: 'StatusCode', responseParameters: 'ResponseParameters', responseTemplates: 'ResponseTemplates' }),
    })),
    warnings: context.warnings,
  };
}

function importParts(
  { root }: ImportContext,
  extension: string,
  toProperties: (name: string, value: Properties) => Properties,
): ImportedPart[] {
  return entriesOf(root[extension]).flatMap(([name, value]) =>
    isObject(value) ? [{ at: [extension, name], name, properties: toProperties(name, value) }] : [],
  );
}

/** What the document says of the API as a whole (AG-544). */
function importSettings({ root, version }: ImportContext): Properties {
  const server = version === 3 && Array.isArray(root['servers']) ? (root['servers'][0] as Value) : root;
  const endpoint = part(server, 'x-amazon-apigateway-endpoint-configuration');
  return {
    ...renamed(part(root, 'info'), { title: 'Name' }),
    ...renamed(root, {
      'x-amazon-apigateway-binary-media-types': 'BinaryMediaTypes',
      'x-amazon-apigateway-api-key-source': 'ApiKeySourceType',
      'x-amazon-apigateway-minimum-compression-size': 'MinimumCompressionSize',
      'x-amazon-apigateway-policy': 'Policy',
    }),
    ...renamed(endpoint, { disableExecuteApiEndpoint: 'DisableExecuteApiEndpoint' }),
    ...(endpoint['vpcEndpointIds'] === undefined ? {} : { EndpointConfiguration: { VpcEndpointIds: endpoint['vpcEndpointIds'] } }),
  };
}

function renamed(value: Properties, names: Readonly<Record<string, string>>): Properties {
  return Object.fromEntries(Object.entries(names).flatMap(([from, to]) => (value[from] === undefined ? [] : [[to, value[from]] as const])));
}
