import { entriesOf, isObject } from '../../known-value.ts';
import type { Properties, Value } from '../../resource-type.ts';
import { importIntegration } from './import-integration.ts';
import { modelFor } from './import-schemas.ts';
import { importAuthorization } from './import-security.ts';
import type { DocumentPath, ImportContext, ImportedMethod } from './imported-api.ts';
import { follow, part } from './open-api-document.ts';

/** Keys of a path item that are operations, with their verbs (AG-540). */
const operations: Readonly<Record<string, string>> = {
  delete: 'DELETE',
  get: 'GET',
  head: 'HEAD',
  options: 'OPTIONS',
  patch: 'PATCH',
  post: 'POST',
  put: 'PUT',
  'x-amazon-apigateway-any-method': 'ANY',
};

export function importMethods(context: ImportContext): ImportedMethod[] {
  const prefix = basePathOf(context);
  return entriesOf(context.root['paths']).flatMap(([path, item]) =>
    entriesOf(item).flatMap(([key, operation]) => {
      if (key === 'trace') context.warnings.push(`TRACE ${path}: API Gateway has no TRACE; it is left out`);
      const verb = Object.hasOwn(operations, key) ? operations[key] : undefined;
      if (verb === undefined || !isObject(operation)) return [];
      const at = ['paths', path, key];
      const properties = importOperation(context, { item: item as Properties, operation, at, title: `${verb} ${path}` });
      return [{ at, path: `${prefix}${path}` || '/', verb, properties: { HttpMethod: verb, ...properties } }];
    }),
  );
}

interface Operation {
  readonly item: Properties;
  readonly operation: Properties;
  readonly at: DocumentPath;
  readonly title: string;
}

function importOperation(context: ImportContext, { item, operation, at, title }: Operation): Properties {
  const { root } = context;
  const parameters = [item, operation].flatMap(({ parameters: list }) =>
    Array.isArray(list) ? list.map((parameter: Value) => follow(root, parameter)) : [],
  );
  const validator = operation['x-amazon-apigateway-request-validator'] ?? root['x-amazon-apigateway-request-validator'];
  const integration = operation['x-amazon-apigateway-integration'];
  const models = importModels(context, operation, parameters, at);
  return {
    ...importAuthorization(context, operation, title),
    RequestParameters: importParameters(parameters),
    MethodResponses: importResponses(root, operation),
    ...(operation['operationId'] === undefined ? {} : { OperationName: operation['operationId'] }),
    ...(models === undefined ? {} : { RequestModels: models }),
    ...(validator === undefined ? {} : { RequestValidatorId: validator }),
    ...(isObject(integration) ? { Integration: importIntegration(follow(root, integration)) } : {}),
  };
}

/** Name, place and whether it must be there are all that is kept (AG-403). An operation's own come after its path's, and win. */
function importParameters(parameters: readonly Properties[]): Properties {
  const places: Readonly<Record<string, string>> = { header: 'header', path: 'path', query: 'querystring' };
  return Object.fromEntries(
    parameters.flatMap(({ name, in: place, required }) => {
      const to = places[String(place)];
      return to === undefined ? [] : [[`method.request.${to}.${String(name)}`, required === true || required === 'true']];
    }),
  );
}

/** Media type to model: of the parameter in the body (2.0), or of the request body's content (3). */
function importModels(
  context: ImportContext,
  operation: Properties,
  parameters: readonly Properties[],
  at: DocumentPath,
): Properties | undefined {
  const { root } = context;
  const models: Record<string, string> = {};
  const body = parameters.find(({ in: place }) => place === 'body');
  if (body !== undefined && isObject(body['schema'])) {
    const consumes = operation['consumes'] ?? root['consumes'];
    const model = modelFor(context, body['schema'], [...at, 'parameters']);
    for (const mediaType of Array.isArray(consumes) && consumes.length > 0 ? consumes : ['application/json'])
      models[String(mediaType)] = model;
  }
  for (const [mediaType, content] of entriesOf(follow(root, operation['requestBody'])['content'])) {
    const schema = part(content)['schema'];
    if (isObject(schema)) models[mediaType] = modelFor(context, schema, [...at, 'requestBody', 'content', mediaType, 'schema']);
  }
  return Object.keys(models).length === 0 ? undefined : models;
}

function importResponses(root: Properties, operation: Properties): Value {
  return entriesOf(operation['responses']).flatMap(([status, response]) => {
    if (!/^\d{3}$/.test(status)) return [];
    const headers = Object.keys(part(follow(root, response), 'headers'));
    return [
      { StatusCode: status, ResponseParameters: Object.fromEntries(headers.map((name) => [`method.response.header.${name}`, true])) },
    ];
  });
}

/** What stands before each path (AG-515): nothing, the base path, or all of it but its first segment. */
function basePathOf({ root, version, basePath }: ImportContext): string {
  if (basePath === 'ignore') return '';
  const path = (version === 2 ? String(root['basePath'] ?? '') : serverPath(root)).replace(/\/+$/, '');
  return basePath === 'prepend' ? path : path.replace(/^\/[^/]*/, '');
}

/** Path of the first server's URL, with the defaults of its variables. */
function serverPath(root: Properties): string {
  const server = Array.isArray(root['servers']) ? part(root['servers'][0] as Value) : {};
  const url = String(server['url'] ?? '').replaceAll(/\{([^}]+)\}/g, (_, name: string) =>
    String(part(server, 'variables', name)['default'] ?? ''),
  );
  const path = url.replace(/^https?:\/\/[^/]*/, '');
  return path === '' || path.startsWith('/') ? path : `/${path}`;
}
