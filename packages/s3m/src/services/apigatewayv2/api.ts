import { isUnresolved, listOf } from '../known-value.ts';
import { PropertyReader } from '../property-reader.ts';
import {
  ResourceFailure,
  type Finding,
  type Properties,
  type Resource,
  type ResourceContext,
  type ResourceType,
} from '../resource-type.ts';
import { asResourceFailure } from './belongs-to-http-api.ts';
import { parseCors } from './cors-configuration.ts';
import { parseFunctionUri } from './integrations/lambda-integration.ts';
import { LiveHttpApi, registerHttpApi } from './live-http-api.ts';
import { Throttle } from './request/throttle.ts';
import { checkRouteKey } from './route-key.ts';

/** For requests under way when an API is deleted, in milliseconds. */
const closeGraceMs = 2000;

/** An HTTP API with a port of its own (areas DD, EE, FF). What it consists of is put in by its routes, integrations, authorizers and stages. */
export const httpApi: ResourceType = {
  type: 'AWS::ApiGatewayV2::Api',
  scope: 'simulated',
  properties: {
    Name: 'simulated',
    ProtocolType: 'simulated',
    CorsConfiguration: 'simulated',
    DisableExecuteApiEndpoint: 'simulated',
    Target: 'simulated',
    RouteKey: 'simulated',
    RouteSelectionExpression: { inert: 'HTTP APIs know one only: ${request.method} ${request.path}' },
    Description: { inert: 'text for people' },
    Version: { inert: 'text for people' },
    FailOnWarnings: { inert: 'is about imported OpenAPI documents' },
    IpAddressType: { inert: 'the local endpoint is IPv4 on 127.0.0.1' },
    Tags: { inert: 'tags have no effect' },
  },
  attributes: ['ApiEndpoint', 'ApiId'],
  replacedBy: ['ProtocolType', 'Target', 'RouteKey'],
  check,
  create,
};

function check(properties: Properties): readonly Finding[] {
  const { Name: name, ProtocolType: protocol, Target: target, RouteKey: routeKey } = properties;
  const findings: Finding[] = [];
  const withBody = properties['Body'] !== undefined || properties['BodyS3Location'] !== undefined;
  if (protocol === 'WEBSOCKET') {
    findings.push({ property: 'ProtocolType', kind: 'unsupported', message: 'WebSocket APIs are not simulated', fix: 'Use HTTP.' });
  } else if (protocol === undefined ? !withBody : protocol !== 'HTTP' && !isUnresolved(protocol)) {
    findings.push({ property: 'ProtocolType', kind: 'invalid', message: 'Invalid protocol specified. Must be one of [HTTP, WEBSOCKET]' });
  }
  if (name === undefined && !withBody) findings.push({ property: 'Name', kind: 'invalid', message: 'Name must not be empty' });
  if (routeKey !== undefined && target === undefined) {
    findings.push({
      property: 'RouteKey',
      kind: 'invalid',
      message: 'A RouteKey needs a Target',
      fix: 'Give Target, or make an AWS::ApiGatewayV2::Route.',
    });
  }
  findings.push(...checkRouteKey(routeKey), ...checkCors(properties['CorsConfiguration']));
  return findings;
}

function checkCors(cors: Properties[string] | undefined): Finding[] {
  const [{ AllowOrigins: origins = [], AllowCredentials: credentials } = {}] = listOf([cors ?? null]);
  if (!Array.isArray(origins) || !origins.includes('*') || (credentials !== true && credentials !== 'true')) return [];
  return [
    {
      property: 'CorsConfiguration.AllowCredentials',
      kind: 'invalid',
      message: 'AllowCredentials must not be true when AllowOrigins has *',
      fix: 'Name the origins.',
    },
  ];
}

async function create(context: ResourceContext): Promise<Resource> {
  const { account } = context;
  const id = context.physicalId(10, 'base36');
  const reader = new PropertyReader(context.properties);
  reader.oneOf('ProtocolType', ['HTTP']);
  const api = new LiveHttpApi(account, id, { name: reader.string('Name'), logicalId: context.name.logicalId });
  apply(api, context);
  quickCreate(api, context);
  await api.listen();
  const withdraw = account.directory.provide('api', id, api);
  const unregister = registerHttpApi(account.directory, api);
  const close = async (graceMs: number): Promise<void> => {
    unregister();
    withdraw();
    await api.close(graceMs);
  };
  const endpoint = `https://${api.facts.host}`;
  const resource: Resource = {
    ref: id,
    attributes: { ApiEndpoint: endpoint, ApiId: id },
    addresses: [{ aws: endpoint, local: api.url }],
    update: async (next) => {
      apply(api, next);
      return resource;
    },
    delete: () => close(closeGraceMs),
    stopNow: () => close(0),
  };
  return resource;
}

function apply(api: LiveHttpApi, { properties, local }: Pick<ResourceContext, 'properties' | 'local'>): void {
  const reader = new PropertyReader(properties);
  api.name = reader.string('Name');
  // Origins reach browsers.
  api.draft.setApi(parseCors(new PropertyReader(local)), reader.boolean('DisableExecuteApiEndpoint', false));
}

/** Quick create: an integration with `Target`, a route to it and a `$default` stage that deploys by itself. */
function quickCreate(api: LiveHttpApi, context: ResourceContext): void {
  const target = new PropertyReader(context.local).optionalString('Target');
  if (target === undefined) return;
  const { logicalId } = context.name;
  const common = {
    id: context.physicalId(7, 'base36', 'integration'),
    logicalId,
    requestParameters: {},
    responseParameters: {},
    timeoutMs: 30_000,
  };
  if (parseFunctionUri(target) !== undefined) {
    api.draft.putIntegration({ ...common, kind: 'lambda', uri: target, payloadFormat: '2.0' });
  } else if (/^https?:\/\//.test(target)) {
    api.draft.putIntegration({ ...common, kind: 'http', uri: target, method: 'ANY' });
  } else {
    throw new ResourceFailure(`Invalid target: ${target}. It must be a Lambda function's ARN or an HTTP URL`, { property: 'Target' });
  }
  const routeKey = new PropertyReader(context.properties).optionalString('RouteKey') ?? '$default';
  const route = {
    id: context.physicalId(7, 'base36', 'route'),
    logicalId,
    routeKey,
    integrationId: common.id,
    access: 'anybody' as const,
    scopes: [],
  };
  asResourceFailure(() => api.draft.putRoute(route));
  const throttle = new Throttle({}, {}, context.account.clock);
  api.setStage('$default', { variables: {}, throttle, accessLog: undefined, deploymentId: undefined, autoDeploy: true });
}
