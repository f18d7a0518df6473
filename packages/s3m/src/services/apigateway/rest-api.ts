import { PropertyReader } from '../property-reader.ts';
import {
  ResourceFailure,
  type Finding,
  type Properties,
  type Resource,
  type ResourceContext,
  type ResourceType,
} from '../resource-type.ts';
import { checkResourcePolicy, readResourcePolicy } from './access/resource-policy-property.ts';
import { invalid, unsupported } from './finding.ts';
import { readApiSettings } from './api-settings.ts';
import { readAccountThrottle } from './usage/account-throttle.ts';
import { LiveApi, registerApi } from './live-api.ts';

/** For requests under way when an API is deleted, in milliseconds. */
const closeGraceMs = 2000;

/** A REST API with a port of its own. What it consists of is put in by its resources, methods, authorizers and gateway responses. */
export const restApi: ResourceType = {
  type: 'AWS::ApiGateway::RestApi',
  scope: 'simulated',
  properties: {
    Name: 'simulated',
    Description: { inert: 'text for people' },
    DisableExecuteApiEndpoint: 'simulated',
    'EndpointConfiguration.Types': 'simulated',
    'EndpointConfiguration.IpAddressType': { inert: 'the local endpoint is IPv4 on 127.0.0.1' },
    BinaryMediaTypes: 'simulated',
    Policy: 'simulated',
    ApiKeySourceType: 'simulated',
    Tags: { inert: 'tags have no effect' },
  },
  attributes: ['RestApiId', 'RootResourceId'],
  replacedBy: [],
  check,
  create,
};

function check(properties: Properties): readonly Finding[] {
  const findings: Finding[] = [];
  if (properties['Name'] === undefined) findings.push(invalid('Name', 'Name must not be empty', 'Give the API a Name.'));
  const types = new PropertyReader(properties).object('EndpointConfiguration')?.strings('Types') ?? [];
  if (types.includes('PRIVATE')) {
    findings.push(
      unsupported(
        'EndpointConfiguration.Types',
        'Private APIs are reached through interface endpoints only, which are not simulated',
        'Use REGIONAL.',
      ),
    );
  }
  return [...findings, ...checkResourcePolicy(properties['Policy'])];
}

async function create(context: ResourceContext): Promise<Resource> {
  const { account } = context;
  const id = context.physicalId(10, 'base36');
  const rootId = context.physicalId(10, 'base36', 'root');
  const name = new PropertyReader(context.properties).string('Name');
  const api = new LiveApi(account, id, rootId, { name, logicalId: context.name.logicalId });
  apply(api, context);
  await api.listen();
  const withdraw = account.directory.provide('api', id, api);
  const unregister = registerApi(account.directory, api);
  const close = async (graceMs: number): Promise<void> => {
    unregister();
    withdraw();
    await api.close(graceMs);
  };
  const resource: Resource = {
    ref: id,
    attributes: { RestApiId: id, RootResourceId: rootId },
    addresses: [{ aws: `https://${api.facts.host}`, local: api.url }],
    update: async (next) => {
      apply(api, next);
      return resource;
    },
    delete: () => close(closeGraceMs),
    stopNow: () => close(0),
  };
  return resource;
}

function apply(api: LiveApi, { properties, metadata }: Pick<ResourceContext, 'properties' | 'metadata'>): void {
  const reader = new PropertyReader(properties);
  const name = reader.string('Name');
  if (name === '') throw new ResourceFailure('Name must not be empty', { property: 'Name' });
  api.name = name;
  api.draft.settings = readApiSettings(properties, metadata);
  api.draft.disabled = reader.boolean('DisableExecuteApiEndpoint', false);
  api.raiseAccountLimit(readAccountThrottle(metadata));
  api.draft.policy = readResourcePolicy(reader, api.facts);
}
