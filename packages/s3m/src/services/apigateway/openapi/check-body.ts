import { coverProperties } from '../../coverage.ts';
import { isUnresolved } from '../../known-value.ts';
import { PropertyReader } from '../../property-reader.ts';
import { ResourceFailure, type Finding, type Properties, type ResourceType } from '../../resource-type.ts';
import { checkResourcePolicy } from '../access/resource-policy-property.ts';
import { authorizer } from '../authorizer.ts';
import { invalid, unsupported } from '../finding.ts';
import { gatewayResponse } from '../gateway-response.ts';
import { method } from '../method.ts';
import { model } from '../model.ts';
import { requestValidator } from '../request-validator.ts';
import { resource } from '../resource.ts';
import { importDocument } from './import-document.ts';
import type { DocumentPath, ImportedApi, ImportOptions } from './imported-api.ts';
import { ImportProblem } from './open-api-document.ts';

/** Tells of a document what is told of the resources that it stands for, each at its place in the document. */
export function checkBody(restApi: ResourceType, properties: Properties): readonly Finding[] {
  const { Body: body } = properties;
  if (body === undefined || isUnresolved(body)) return [];
  let imported: ImportedApi;
  try {
    imported = importDocument(body, importOptions(properties, 'api'));
  } catch (error) {
    if (error instanceof ImportProblem) return [invalid('Body', error.message)];
    if (error instanceof ResourceFailure) return [invalid(error.property ?? 'Body', error.message)];
    throw error;
  }
  return [...checkWarnings(properties, imported), ...checkSettings(restApi, imported), ...checkImported(imported)];
}

/** AG-515 @throws ResourceFailure */
export function importOptions(properties: Properties, apiId: string): ImportOptions {
  const parameters = new PropertyReader(properties).object('Parameters');
  return { basePath: parameters?.oneOf('basepath', ['ignore', 'prepend', 'split'], 'ignore') ?? 'ignore', apiId };
}

/** @returns findings whose properties begin with `Body` */
export function checkImported({ methods, authorizers, validators, models, responses }: ImportedApi): Finding[] {
  const rows: readonly (readonly [
    ResourceType,
    readonly { readonly at: DocumentPath; readonly name: string; readonly properties: Properties }[],
  ])[] = [
    [method, methods.map(({ at, verb, path, properties }) => ({ at, name: `${verb} ${path}`, properties }))],
    [authorizer, authorizers],
    [requestValidator, validators],
    [model, models],
    [gatewayResponse, responses],
  ];
  const findings = rows.flatMap(([type, parts]) =>
    parts.flatMap(({ at, name, properties }) =>
      checkPart(type, properties).map((finding) => ({
        ...finding,
        property: placeOf(at, finding.property),
        message: `${name}: ${finding.message}`,
      })),
    ),
  );
  const paths = new Map(methods.map(({ path, at }) => [path, at]));
  return [...findings, ...[...paths].flatMap(([path, at]) => checkPath(path, at))];
}

function checkPart(type: ResourceType, properties: Properties): Finding[] {
  const { unsupported: uncovered } = coverProperties(type, properties);
  return [
    ...uncovered.map(({ path }) => unsupported(path, `property ${path} of ${type.type} is not supported`)),
    ...(type.check?.({ RestApiId: 'api', ResourceId: 'resource', ...properties }, {}) ?? []),
  ];
}

/** AG-545 */
function checkPath(path: string, at: DocumentPath): Finding[] {
  const segments = path.split('/').filter((segment) => segment !== '');
  return segments.flatMap((segment) =>
    (resource.check?.({ PathPart: segment }, {}) ?? []).map((finding) => ({ ...finding, property: placeOf(at.slice(0, 2), '') })),
  );
}

/** What the document says of the API as a whole. */
function checkSettings(restApi: ResourceType, { properties }: ImportedApi): Finding[] {
  const { unsupported: uncovered } = coverProperties(restApi, properties);
  return [
    ...uncovered.map(({ path }) => unsupported('Body', `The document sets ${path}: property ${path} of ${restApi.type} is not supported`)),
    ...checkResourcePolicy(properties['Policy']).map((finding) => ({ ...finding, property: 'Body.x-amazon-apigateway-policy' })),
  ];
}

/** AG-516 */
function checkWarnings({ FailOnWarnings: fail }: Properties, { warnings }: ImportedApi): Finding[] {
  if ((fail !== true && fail !== 'true') || warnings.length === 0) return [];
  return [invalid('FailOnWarnings', `Warnings found during import:\n\t${warnings.join('\n\t')}`)];
}

/** `Integration.Uri` of an operation is `Body.paths.~1pets.get.x-amazon-apigateway-integration.uri`: keys as a JSON pointer has them. */
function placeOf(at: DocumentPath, property: string): string {
  const keys = at.map((key) => key.replaceAll('~', '~0').replaceAll('/', '~1'));
  const [first = '', ...rest] = property.split('.');
  if (first === 'Integration') keys.push('x-amazon-apigateway-integration', ...rest.slice(0, 1).map(uncapital));
  return ['Body', ...keys].join('.');
}

function uncapital(name: string): string {
  return name === 'IntegrationHttpMethod' ? 'httpMethod' : name.charAt(0).toLowerCase() + name.slice(1);
}
