import { isUnresolved } from '../known-value.ts';
import { PropertyReader } from '../property-reader.ts';
import {
  ResourceFailure,
  type Address,
  type Finding,
  type Properties,
  type Resource,
  type ResourceContext,
  type ResourceType,
} from '../resource-type.ts';
import { checkResourcePolicy, readResourcePolicy } from './access/resource-policy-property.ts';
import { invalid } from './finding.ts';
import { checkEndpoint, placeOf, readEndpointIds } from './endpoint-configuration.ts';
import { readApiSettings } from './api-settings.ts';
import { readAccountThrottle } from './usage/account-throttle.ts';
import { readQuotas } from './quotas.ts';
import { LiveApi, registerApi } from './live-api.ts';
import { checkBody } from './openapi/check-body.ts';
import { effectiveProperties } from './openapi/effective-properties.ts';
import { ImportedResources, type ImportedDocument } from './openapi/imported-resources.ts';
import { DocumentReader } from './openapi/read-document.ts';

/** For requests under way when an API is deleted, in milliseconds. */
const closeGraceMs = 2000;

/** A REST API with a port of its own. What it consists of is put in by its resources, methods, authorizers and gateway responses. */
export const restApi: ResourceType = {
  type: 'AWS::ApiGateway::RestApi',
  scope: 'simulated',
  properties: {
    Name: 'simulated',
    Body: 'simulated',
    'BodyS3Location.Bucket': 'simulated',
    'BodyS3Location.Key': 'simulated',
    FailOnWarnings: 'simulated',
    Mode: 'simulated',
    'Parameters.basepath': 'simulated',
    'Parameters.endpointConfigurationTypes': 'simulated',
    'Parameters.ignore': { inert: 'documentation is not served' },
    Description: { inert: 'text for people' },
    DisableExecuteApiEndpoint: 'simulated',
    'EndpointConfiguration.Types': 'simulated',
    'EndpointConfiguration.VpcEndpointIds': 'simulated',
    'EndpointConfiguration.IpAddressType': { inert: 'the local endpoint is IPv4 on 127.0.0.1' },
    BinaryMediaTypes: 'simulated',
    MinimumCompressionSize: 'simulated',
    Policy: 'simulated',
    ApiKeySourceType: 'simulated',
    Tags: { inert: 'tags have no effect' },
  },
  localMetadata: ['accountThrottle', 'quotas', 'stageInLinkPath'],
  attributes: ['RestApiId', 'RootResourceId'],
  replacedBy: [],
  check,
  create,
};

function check(properties: Properties): readonly Finding[] {
  const findings: Finding[] = [...checkBody(restApi, properties), ...checkCompression(properties)];
  if (properties['Name'] === undefined && properties['Body'] === undefined && properties['BodyS3Location'] === undefined)
    findings.push(invalid('Name', 'Name must not be empty', 'Give the API a Name.'));
  return [...findings, ...checkEndpoint(properties), ...checkResourcePolicy(properties['Policy'])];
}

/** AG-447 */
function checkCompression({ MinimumCompressionSize: size }: Properties): readonly Finding[] {
  if (size === undefined || isUnresolved(size) || (Number.isInteger(Number(size)) && Number(size) >= 0 && Number(size) <= 10_485_760))
    return [];
  return [invalid('MinimumCompressionSize', 'Invalid minimum compression size, must be between 0 and 10485760')];
}

async function create(context: ResourceContext): Promise<Resource> {
  const { account } = context;
  const id = context.physicalId(10, 'base36');
  const rootId = context.physicalId(10, 'base36', 'root');
  const documents = new DocumentReader(id);
  const document = await documents.read(context);
  const api = new LiveApi(account, id, rootId, { name: '', logicalId: context.name.logicalId });
  const imported = new ImportedResources(api.draft, context.name.logicalId, (salt) => context.physicalId(6, 'base36', salt));
  apply(api, imported, context, document);
  await api.open(placeOf(context.properties));
  const withdraw = account.directory.provide('api', id, api);
  const unregister = registerApi(account.directory, api);
  const close = async (graceMs: number): Promise<void> => {
    unregister();
    withdraw();
    await api.close(graceMs);
  };
  const made = (): Resource => ({
    ref: id,
    attributes: { RestApiId: id, RootResourceId: rootId },
    addresses: addressesOf(api),
    update: async (next) => {
      apply(api, imported, next, await documents.read(next));
      await api.open(placeOf(next.properties));
      return made();
    },
    delete: () => close(closeGraceMs),
    stopNow: () => close(0),
  });
  return made();
}

/** Inside VPCs a private API has the names that it has on AWS; only TLS is left out. */
function addressesOf(api: LiveApi): readonly Address[] {
  const { host } = api.facts;
  if (!api.isPrivate) return [{ aws: `https://${host}`, local: api.url }];
  const hosts = [host, ...api.endpointIds.map((id) => host.replace('.', `-${id}.`))];
  return hosts.map((each) => ({ aws: `https://${each}`, local: `http://${each}`, urlOnly: true }));
}

function apply(api: LiveApi, imported: ImportedResources, context: ResourceContext, document: ImportedDocument | undefined): void {
  const { metadata } = context;
  const properties = effectiveProperties(context.properties, document?.aws);
  const reader = new PropertyReader(properties);
  const name = reader.string('Name');
  if (name === '') throw new ResourceFailure('Name must not be empty', { property: 'Name' });
  api.name = name;
  api.template = properties;
  api.draft.settings = readApiSettings(properties, metadata);
  api.endpointIds = readEndpointIds(context);
  api.draft.disabled = reader.boolean('DisableExecuteApiEndpoint', false);
  api.draft.quotas = readQuotas(metadata);
  api.raiseAccountLimit(readAccountThrottle(metadata));
  api.draft.policy = readResourcePolicy(reader, api.facts);
  imported.apply(document, reader.oneOf('Mode', ['merge', 'overwrite'], 'overwrite') === 'merge');
  tellWarnings(context, reader, document);
}

/** What AWS leaves out of a document. @throws ResourceFailure AG-516 */
function tellWarnings({ account, name }: ResourceContext, reader: PropertyReader, document: ImportedDocument | undefined): void {
  const warnings = document?.aws.warnings ?? [];
  if (warnings.length === 0) return;
  if (reader.boolean('FailOnWarnings', false)) {
    throw new ResourceFailure(`Warnings found during import:\n\t${warnings.join('\n\t')}`, { property: 'FailOnWarnings' });
  }
  for (const warning of warnings) account.emit({ event: 'notice', message: `${name.logicalId}: ${warning}` });
}
